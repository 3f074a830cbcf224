from pathlib import Path

from odoo.modules.module import load_script
from odoo.tests import tagged

from .common import GatehouseCase

FOLDER = Path(__file__).parents[1] / "migrations"


@tagged("post_install", "-at_install")
class TestMigration(GatehouseCase):
    def migrate(self, name):
        """Run a script as an upgrade does, which has nothing waiting to be written."""
        self.env.flush_all()
        load_script(str(FOLDER / name), "migration").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_the_vendors_rule_is_renewed_where_nobody_changed_it(self):
        rule = self.env.ref("gatehouse.pattern_rule_prices_vendor")
        for login, documents in (("__system__", 1), ("admin", 3)):
            with self.subTest(changed_by=login):
                user = self.env["res.users"].with_context(active_test=False).search([("login", "=", login)])
                rule.with_user(user).sudo().write({"documents": 3})
                self.migrate("19.0.1.1.0/post-vendor_prices.py")
                self.assertEqual(rule.documents, documents)
