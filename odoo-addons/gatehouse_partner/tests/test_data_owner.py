from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import PartnerCase


@tagged("post_install", "-at_install")
class TestDataOwner(PartnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance_system = person(cls.env, "gh_finance_system", "base.group_user,base.group_partner_manager")
        cls.vendor.phone = "100"

    def own(self, field="phone", mode="enforcing", model="res.partner"):
        return self.env["gatehouse.data.owner"].create(
            {
                "model_id": self.env["ir.model"]._get_id(model),
                "field_id": self.env["ir.model.fields"]._get(model, field).id,
                "system": "Finance system",
                "user_ids": [Command.set(self.finance_system.ids)],
                "mode": mode,
            }
        )

    def conflicts(self):
        return self.env["gatehouse.exception"].search([("key", "=", f"owner:res.partner:{self.vendor.id}:phone")])

    def test_the_owner_writes_and_nothing_is_reported(self):
        self.own()
        self.vendor.with_user(self.finance_system).write({"phone": "200"})
        self.assertEqual((self.vendor.phone, len(self.conflicts())), ("200", 0))

    def test_somebody_elses_value_is_kept_out_and_both_are_shown(self):
        self.own()
        self.vendor.with_user(self.clerk).write({"phone": "300", "city": "Ghent"})
        self.assertEqual((self.vendor.phone, self.vendor.city), ("100", "Ghent"))
        self.assertIn("Finance system owns it and says 100", self.conflicts().detail)
        self.assertIn("300", self.conflicts().detail)
        self.vendor.with_user(self.clerk).write({"phone": "100"})
        self.assertEqual(self.conflicts().occurrences, 1)

    def test_observing_takes_the_value_and_reports_it(self):
        self.own(mode="observing")
        self.vendor.with_user(self.clerk).write({"phone": "300"})
        self.assertEqual(self.vendor.phone, "300")
        self.assertIn("The new value was taken", self.conflicts().detail)

    def test_without_the_owner_rule_any_more_anybody_writes(self):
        self.own().unlink()
        self.vendor.with_user(self.clerk).write({"phone": "300"})
        self.assertEqual(self.vendor.phone, "300")

    def test_a_changed_owner_rule_is_reported(self):
        rule = self.own()
        self.env["gatehouse.watch"]._cron_watch()
        rule.mode = "observing"
        self.env["gatehouse.watch"]._cron_watch()
        told = self.env["gatehouse.exception"].search([("key", "like", f"watch:gatehouse.data.owner:{rule.id}:%")])
        self.assertIn("enforcing → observing", told.detail)

    def test_a_field_that_nothing_watches_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Nothing watches"):
            self.own(model="res.country", field="code")
