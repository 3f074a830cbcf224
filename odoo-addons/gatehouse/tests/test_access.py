import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestAccess(GatehouseCase):
    def hold(self, role="gatehouse.group_operations_manager"):
        return self.env["gatehouse.hold"]._place(
            self.partner,
            "manual",
            "review",
            "ship",
            role_id=self.env.ref(role).id,
            reasons=[{"code": "x", "text": "why"}],
        )

    def test_nobody_writes_the_ledger(self):
        self.hold()
        event = self.raise_event()
        for user in (self.bot, self.operations, self.env.ref("base.user_admin")):
            for model in ("gatehouse.hold", "gatehouse.check", "gatehouse.event", "gatehouse.decision"):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation), (user.login, model, operation)
                    )
        with self.assertRaises(AccessError):
            event.with_user(self.operations).write({"state": "acknowledged"})

    def test_an_auditor_reads_everything_and_changes_nothing_but_his_own_deputy(self):
        auditor = person(self.env, "gatehouse_reader", groups="base.group_user,gatehouse.group_auditor")
        records = [
            name for name in self.env.registry if name.startswith("gatehouse.")
            and not self.env[name]._abstract and not self.env[name]._transient
        ]  # fmt: skip
        self.assertGreater(len(records), 30)
        unread = {name for name in records if not self.env[name].with_user(auditor).has_access("read")}
        changed = {
            (name, operation) for name in records for operation in ("write", "create", "unlink")
            if self.env[name].with_user(auditor).has_access(operation)
        }  # fmt: skip
        self.assertEqual((unread, changed), (set(), {("gatehouse.delegation", "create")}))
        with self.assertRaises(AccessError):
            self.env["gatehouse.delegation"].with_user(auditor).create({
                "principal_id": self.operations.id, "delegate_id": auditor.id, "reason": "to change something",
                "date_from": "2026-01-01", "date_to": "2099-01-01",
            })  # fmt: skip

    def test_release_needs_role_and_reason(self):
        hold = self.hold()
        with self.assertRaises(AccessError):
            hold.with_user(self.author).release("please")
        with self.assertRaises(AccessError):
            hold.with_user(self.env.ref("base.user_root")).release("superuser")
        with self.assertRaises(AccessError):
            hold.sudo().with_user(self.bot).sudo().release("bot as superuser")
        with self.assertRaises(ValidationError):
            hold.with_user(self.operations).release("  ")
        hold.with_user(self.operations).release("checked by phone")
        self.assertEqual((hold.state, hold.released_by), ("released", self.operations))
        decision = self.env["gatehouse.decision"].search([], limit=1)
        self.assertEqual((decision.action, decision.reason), ("hold_released", "checked by phone"))

    def test_other_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = person(
            self.env,
            "gatehouse_stranger",
            groups="base.group_user,gatehouse.group_operations_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        hold = self.hold()
        hold.company_id = self.env.company
        self.assertFalse(self.env["gatehouse.hold"].with_user(stranger).search([("id", "=", hold.id)]))
        with self.assertRaises(AccessError):
            hold.with_user(stranger).release("mine now")

    def test_log_is_append_only(self):
        self.env["gatehouse.decision"]._append("test", self.partner)
        self.env.flush_all()
        for statement in ("UPDATE gatehouse_decision SET content = NULL", "DELETE FROM gatehouse_decision"):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_only_the_bot_reports(self):
        reports = [
            {"key": "k1", "category": "workflow", "title": "Workflow failed", "detail": "d", "workflow": "w"}
        ]
        with self.assertRaises(AccessError):
            self.env["gatehouse.exception"].with_user(self.author).report(reports)
        with self.assertRaises(AccessError):
            self.env["gatehouse.event"].with_user(self.author).record_checks("x", [])
        exceptions = self.env["gatehouse.exception"].with_user(self.bot)
        self.assertTrue(exceptions.report(reports)[0]["created"])
        self.assertFalse(exceptions.report(reports)[0]["created"])
        with self.assertRaisesRegex(ValidationError, "title"):
            exceptions.report([{"key": "k2"}])

    def test_server_actions(self):
        values = {"model_id": self.env.ref("base.model_res_partner").id}
        make = self.env["ir.actions.server"].create
        actions = make(
            {
                **values,
                "name": "Event",
                "state": "gatehouse_event",
                "gatehouse_event_type": "master.data.changed",
            }
        )
        actions |= make(
            {
                **values,
                "name": "Hold",
                "state": "gatehouse_hold",
                "gatehouse_text": "new bank account",
                "gatehouse_role_id": self.env.ref("gatehouse.group_operations_manager").id,
            }
        )
        actions |= make(
            {**values, "name": "Look", "state": "gatehouse_exception", "gatehouse_text": "look at it"}
        )
        for action in actions:
            action.with_context(
                active_model="res.partner", active_id=self.partner.id, active_ids=self.partner.ids
            ).run()
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)]
        for model in ("gatehouse.event", "gatehouse.hold", "gatehouse.exception"):
            self.assertEqual(self.env[model].search_count(domain), 1, model)
