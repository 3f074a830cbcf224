import json

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestFeedback(SaleCase):
    def checked(self, percentile=0.999, weight_ratio=0.5):
        """An order and the sidecar's check of it: by its policy a percentile over 0.98 fails, and a weight over 1 for another role."""
        order = self.confirmed()
        money = {"value": "500.00", "currency": self.env.company.currency_id.name}
        self.record(order, [
            {**self.check("discount_anomaly", "sidecar", anomaly_percentile=percentile), "score": 0.93, "confidence": 0.87,
             "model": "discounts 2026.11.28", "reasons": [{"code": "depth", "text": "32 % off"}]},
            self.check("finance_exposure", headroom=money), self.check("carrier_limits", weight_ratio=weight_ratio),
            self.check("account_data", active=1),
        ])  # fmt: skip
        return order, order.gatehouse_check_ids.filtered(lambda check: check.source == "sidecar")

    def feedback(self, order):
        """(outcome, whether the answer warned) of what the sidecar is told, oldest first."""
        events = self.env["gatehouse.event"].search(
            [("type", "=", "ai.output.reviewed"), ("res_model", "=", "sale.order"), ("res_id", "=", order.id)], order="id"
        )
        told = [json.loads(event.payload)["data"] for event in events]
        self.assertEqual({(row["event_id"], row["check"]) for row in told}, {(self.asked(order), "discount_anomaly")} if told else set())
        return [(row["outcome"], row["warned"]) for row in told]

    def asked(self, order):
        return order.gatehouse_check_ids[:1].event_id.event_id

    def overruled(self):
        """(percent, of how many) of today's answers that people called wrong."""
        self.env["gatehouse.kpi"]._refresh(1)
        rows = self.env["gatehouse.kpi"].search([
            ("metric", "=", "override_rate"), ("day", "=", fields.Date.today()), ("company_id", "=", self.env.company.id)])
        samples = sum(rows.mapped("samples"))
        return (round(sum(row.value * row.samples for row in rows) / samples) if samples else None, samples)

    # -- by what becomes of the hold -----------------------------------------------------------
    def test_a_release_says_that_the_warning_was_overruled(self):
        order, _check = self.checked()
        self.holds(order).with_user(self.manager).release("Anna from Azure rang me")
        self.assertEqual(self.feedback(order), [("rejected", True)])
        self.assertEqual(self.overruled(), (100, 1))

    def test_a_refusal_says_that_the_warning_was_right(self):
        order, _check = self.checked()
        self.holds(order).with_user(self.manager)._step().reject("A typing error")
        self.assertEqual(self.feedback(order), [("confirmed", True)])
        self.assertEqual(self.overruled(), (0, 1))

    def test_the_release_of_what_a_partner_s_check_held_is_no_word_on_the_sidecar_s_that_another_role_reviews(self):
        order, _check = self.checked(weight_ratio=3)
        [carrier] = self.holds(order).filtered(lambda hold: "Carrier limits" in hold.reason_text)
        carrier.with_user(self.operations).release("Goes by another carrier")
        self.assertEqual(self.feedback(order), [])
        self.assertEqual(self.overruled(), (None, 0))

    def test_a_partner_s_failed_check_is_no_feedback_where_the_sidecar_s_passed(self):
        order, _check = self.checked(percentile=0.2, weight_ratio=3)
        self.holds(order).with_user(self.operations).release("fine")
        self.assertEqual(self.feedback(order), [])

    # -- by one click --------------------------------------------------------------------------
    def test_a_click_on_a_warning_tells_the_sidecar_and_beats_what_the_release_would_say(self):
        order, check = self.checked()
        check.with_user(self.manager).action_right()
        self.holds(order).with_user(self.manager).release("The director wants it all the same")
        self.assertEqual(self.feedback(order), [("confirmed", True)])
        self.assertEqual(self.overruled(), (0, 1))
        self.assertEqual((check.review, check.reviewed_by, check.review_text), ("right", self.manager, f"Right, {self.manager.name}"))
        self.assertTrue(check.reviewed_at)

    def test_a_click_on_an_answer_that_let_pass_wrongly_counts_as_overruled(self):
        order, check = self.checked(percentile=0.2)
        check.with_user(self.manager).action_wrong()
        self.assertEqual(order.gatehouse_status, "clear")
        self.assertEqual(self.feedback(order), [("rejected", False)])
        self.assertEqual(self.overruled(), (100, 1))
        [row] = self.env["gatehouse.decision"].search([("content", "like", "check_reviewed")], limit=1).mapped("content")
        self.assertEqual((row["by"], row["document"], row["said"], row["verdict"]), (self.manager.id, order.name, "wrong", "pass"))

    def test_the_last_click_counts_and_the_same_one_twice_is_one(self):
        order, check = self.checked()
        for said in (check.with_user(self.manager).action_wrong, check.with_user(self.operations).action_right):
            said()
            said()
        self.assertEqual(self.feedback(order), [("rejected", True), ("confirmed", True)])
        self.assertEqual(self.overruled(), (0, 1))
        self.assertEqual(check.reviewed_by, self.operations)

    def test_neither_who_asked_nor_the_integration_nor_another_role_calls_an_answer_wrong(self):
        order, check = self.checked()
        seller = self.seller
        seller.sudo().group_ids += self.env.ref("sales_team.group_sale_manager")
        for user in (seller, self.bot, self.author, self.env.ref("base.user_root")):
            with self.subTest(user.login), self.assertRaises(AccessError):
                check.with_user(user).action_wrong()
        partner = order.gatehouse_check_ids.filtered(lambda check: check.code == "finance_exposure")
        with self.assertRaises(AccessError):
            partner.with_user(self.manager).action_wrong()
        with self.assertRaises(AccessError):
            check.with_user(self.manager).write({"review": "wrong"})
        self.assertEqual(self.feedback(order), [])

    def test_who_decides_for_the_manager_meanwhile_may_click_for_as_long_and_not_before(self):
        order, check = self.checked()
        deputy = person(self.env, "gh_feedback_deputy", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaises(AccessError):
            check.with_user(deputy).action_wrong()
        self.env["gatehouse.delegation"].with_user(self.manager).create({"delegate_id": deputy.id, "reason": "Holiday"})
        check.with_user(deputy).action_wrong()
        self.assertEqual((check.reviewed_by, self.feedback(order)), (deputy, [("rejected", True)]))

    def test_who_decides_sees_score_reasons_model_and_confidence_and_the_log_keeps_them(self):
        order, check = self.checked()
        self.assertEqual((check.score_text, check.model_text), ("0.93", "discounts 2026.11.28, 87 % sure"))
        step = self.holds(order).approval_ids.step_ids.with_user(self.manager)
        self.assertEqual(step.check_ids, order.gatehouse_check_ids)
        for said in ("Fail", "32 % off", "score 0.93", "discounts 2026.11.28, 87 % sure"):
            self.assertIn(said, step.measures)
        kept = next(row for row in step._evidence()["checks"] if row["check"] == "discount_anomaly")
        self.assertEqual((kept["score"], kept["confidence"], kept["model"]), (0.93, 0.87, "discounts 2026.11.28"))
