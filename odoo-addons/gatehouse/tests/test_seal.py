import json
import logging

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..hooks import uninstall_hook
from ..tools.chain import GENESIS, digest, entry
from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestSeal(GatehouseCase):
    def setUp(self):
        super().setUp()
        self.env["gatehouse.seal"]._seal_all()

    def chain(self):
        self.env["gatehouse.seal"]._seal_all()
        return [json.loads(line) for line in self.env["gatehouse.seal"]._lines(self.env.cr)]

    def test_each_seal_covers_its_decision_and_the_seal_before(self):
        before = len(self.chain())
        self.env["gatehouse.decision"]._append("test", self.partner, value=20.0, text="Größe")
        self.env["gatehouse.decision"]._append("test", self.partner, value=1)
        lines = self.chain()
        self.assertEqual(len(lines), before + 2)
        previous = GENESIS
        for number, line in enumerate(lines, 1):
            self.assertEqual((line["number"], line["previous"]), (number, previous))
            previous = digest(entry(number, line["decision"], previous, line["content"]))
            self.assertEqual(line["digest"], previous)

    def test_sealing_again_adds_nothing(self):
        self.env["gatehouse.decision"]._append("test", self.partner)
        lines = self.chain()
        self.assertIsNone(self.env["gatehouse.seal"]._seal_batch())
        self.assertEqual(self.chain(), lines)

    def test_a_decision_that_committed_late_is_sealed_by_the_next_run(self):
        self.env.cr.execute("SELECT nextval('gatehouse_decision_id_seq')")
        late = self.env.cr.fetchone()[0]
        self.env["gatehouse.decision"]._append("test", self.partner)
        self.assertGreater(self.chain()[-1]["decision"], late)
        self.env.cr.execute("INSERT INTO gatehouse_decision (id, content) VALUES (%s, '{}')", [late])
        self.assertEqual(self.chain()[-1]["decision"], late)

    def test_a_run_goes_on_where_its_batch_before_ended(self):
        last = self.env["gatehouse.decision"]._append_many([("test", self.partner, {"n": n}) for n in range(3)])
        self.assertEqual(self.env["gatehouse.seal"]._seal_batch(last.ids[0]), (2, last.ids[2]))
        self.assertEqual(self.env["gatehouse.seal"]._seal_batch(), (1, last.ids[0]))

    def test_seals_are_append_only_and_a_number_stands_once(self):
        self.env["gatehouse.decision"]._append("test", self.partner)
        self.chain()
        for statement in (
            "UPDATE gatehouse_seal SET digest = 'x'",
            "DELETE FROM gatehouse_seal",
            "INSERT INTO gatehouse_seal (number, decision, previous, digest) VALUES (1, -1, 'x', 'fork')",
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_a_new_column_with_a_default_does_not_touch_the_log(self):
        self.env.cr.execute("ALTER TABLE gatehouse_decision ADD COLUMN x_test integer DEFAULT 1")
        self.assertTrue(self.chain())

    def test_the_head_is_logged_outside_the_database(self):
        self.env["gatehouse.decision"]._append("test", self.partner)
        with self.assertLogs("odoo.addons.gatehouse.models.gatehouse_seal", logging.INFO) as logs:
            lines = self.chain()
        self.assertIn(lines[-1]["digest"], logs.output[-1])

    def test_an_ordinary_user_may_not_export(self):
        with self.assertRaises(AccessError):
            self.env["gatehouse.seal"].with_user(self.author)._require_reader()

    def test_uninstall_leaves_the_log_as_an_attachment(self):
        self.env["gatehouse.decision"]._append("test", self.partner)
        uninstall_hook(self.env)
        kept = self.env["ir.attachment"].search([("name", "=", "gatehouse-decisions.jsonl")], limit=1)
        self.assertEqual(len(kept.raw.decode().splitlines()), len(self.chain()))
        self.env.cr.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'gatehouse%'")
        self.assertEqual(self.env.cr.fetchall(), [], "functions that the tables' triggers called")


@tagged("post_install", "-at_install")
class TestExport(HttpCase):
    def test_the_auditor_downloads_the_chain_and_a_salesperson_does_not(self):
        person(self.env, "seal_auditor", groups="base.group_user,gatehouse.group_auditor")
        person(self.env, "seal_user", groups="base.group_user")
        self.env["gatehouse.decision"]._append("test", self.env.user.partner_id)
        self.authenticate("seal_user", "seal_user")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/gatehouse/audit/export").status_code, 403)
        self.authenticate("seal_auditor", "seal_auditor")
        answer = self.url_open("/gatehouse/audit/export")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(json.loads(answer.text.splitlines()[-1])["content"]["action"], "test")
