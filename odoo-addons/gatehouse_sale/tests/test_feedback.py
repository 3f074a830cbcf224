import json

from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestFeedback(SaleCase):
    def held(self, source="sidecar"):
        """An order held because a check from outside failed."""
        order = self.confirmed()
        event = self.event(order)
        role = self.env.ref("sales_team.group_sale_manager")
        event.write({"state": "acknowledged", "settled": True})
        self.env["gatehouse.check"].sudo().create(
            {"event_id": event.id, "res_model": "sale.order", "res_id": order.id, "company_id": order.company_id.id,
             "code": "discount_anomaly", "source": source, "available": True, "verdict": "fail"}
        )  # fmt: skip
        self.holds(order).sudo()._close("voided", "test")
        return order, self.env["gatehouse.hold"]._place(
            order, "sale_checks", "review", "ship", role_id=role.id, event_id=event.id, reasons=[{"code": "x", "text": "odd"}]
        )

    def feedback(self, order):
        events = self.env["gatehouse.event"].search(
            [("type", "=", "ai.output.reviewed"), ("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )
        return [json.loads(event.payload)["data"] for event in events]

    def test_a_release_says_that_the_warning_was_overruled(self):
        order, hold = self.held()
        hold.with_user(self.manager).release("Anna from Azure rang me")
        event_id = hold.event_id.event_id
        self.assertEqual(
            self.feedback(order), [{"event_id": event_id, "check": "discount_anomaly", "outcome": "rejected"}]
        )

    def test_a_refusal_says_that_the_warning_was_right(self):
        order, hold = self.held()
        hold.with_user(self.manager)._step().reject("A typing error")
        self.assertEqual([row["outcome"] for row in self.feedback(order)], ["confirmed"])

    def test_a_partner_s_failed_check_is_no_feedback_for_the_sidecar(self):
        order, hold = self.held("partner")
        hold.with_user(self.manager).release("fine")
        self.assertEqual(self.feedback(order), [])
