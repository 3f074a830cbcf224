import datetime

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .approval_case import ApprovalCase

#: What the scenario has decided of orders, by people and by rule.
KINDS = {
    "review_requested", "approval_requested", "question_asked", "step_rejected", "approval_requested_again", "approval_reminded",
    "approval_escalated", "approval_overdue", "step_approved", "approval_voided", "hold_voided", "hold_released",
    "hold_released_in_part", "confirmed", "moved", "auto_approved", "auto_judged", "break_glass",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestDecisionsStamped(ApprovalCase):
    def setUp(self):
        super().setUp()
        self.env["gatehouse.decision"].flush_model()
        self.begun = self.env["gatehouse.decision"].search([], limit=1).id
        self.strict, self.plain = self.env["crm.team"].create([{"name": "Strict"}, {"name": "Plain"}])
        role = self.env.ref("sales_team.group_sale_manager").id
        for team, outcome in ((self.strict, "review"), (self.plain, "auto")):
            bands = [{"up_to": 1, "outcome": "pass"}, {"up_to": 1e6, "outcome": outcome, "role_id": role}, {"outcome": "forbid"}]
            self.env["gatehouse.policy"].create({
                "name": team.name, "control": "sale_amount", "mode": "enforcing", "team_id": team.id, "auto_sample": 1,
                "band_ids": [Command.create(band) for band in bands],
            })._activate()  # fmt: skip

    def late(self, order):
        """Its step was not decided in time, thrice."""
        for _reminder_next_role_exception in range(3):
            self.step(order).sudo().write({self.clock(order): fields.Datetime.now() - datetime.timedelta(minutes=1)})
            self.env["gatehouse.approval.step"]._cron_escalate()

    def clock(self, order):
        return "due_at" if self.step(order).reminded or self.step(order).escalated_role_id else "remind_at"

    def decided_by_people(self):
        order = self.held(discount=30)
        self.step(order).with_user(self.manager).ask("Which campaign?")
        self.step(order).with_user(self.manager).reject("too deep")
        self.holds(order).approval_ids.with_user(self.seller).request_again("he takes twice as much")
        self.late(order)
        self.step(order).with_user(self.manager).approve("it fits")
        self.step(order).with_user(self.director).approve("it fits")
        changed = self.held()
        changed.order_line.discount = 16
        return order | changed

    def decided_on_goods(self):
        order = self.confirmed(team_id=self.plain.id)
        row = self.env["gatehouse.auto.approval"].search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)])
        row.with_user(self.manager).judge("right", "looked at it")
        self.record(order, [*self.good_checks()[:3], self.check("account_data", active=0)])
        review = self.holds(order).filtered(lambda hold: hold.kind == "review")
        review.with_user(self.manager).release_part({order.order_line.id: 1}, "he needs one today")
        order.team_id = self.strict
        return order

    def passed_by_break_glass(self):
        self.policy._transition({"break_glass_cap": 1000.0})
        self.policy._transition({"compiled": self.policy._compile()})
        rescuer = person(self.env, "gatehouse_rescuer", groups="sales_team.group_sale_salesman_all_leads,gatehouse.group_break_glass")
        order = self.order(discount=60)
        order.with_user(rescuer).break_glass("ambulance waits at the gate")
        return order

    def test_every_kind_of_decision_says_by_which_policy_version_and_for_which_content(self):
        orders = self.decided_by_people() | self.decided_on_goods() | self.passed_by_break_glass()
        rows = self.env["gatehouse.decision"].search([("id", ">", self.begun)]).mapped("content")
        mine = [
            row for row in rows
            if ("sale.order" in (row["res_model"], row.get("target_model")) and {row["res_id"], row.get("target_id")} & set(orders.ids))
        ]  # fmt: skip
        self.assertEqual(KINDS - {row["action"] for row in mine}, set())
        for row in mine:
            with self.subTest(row["action"], kind=row.get("kind")):
                self.assertRegex(row.get("material_hash") or "", "^[0-9a-f]{64}$")
                versions = [row["policy_version"]] if "policy_version" in row else [one["version"] for one in row["controls"]]
                self.assertTrue(versions and all(versions), row)
