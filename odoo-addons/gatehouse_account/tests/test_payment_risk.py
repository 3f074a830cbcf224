import datetime

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import GatehouseCase


@tagged("post_install", "-at_install")
class TestPaymentRisk(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.name = f"payments:{cls.env.company.id}"
        cls.old, cls.late, cls.sure, cls.open = (cls.invoice(days, amount) for days, amount in ((-100, 10), (-5, 20), (-5, 30), (20, 40)))
        cls.invoices = cls.old | cls.late | cls.sure | cls.open
        cls.env["account.move"].search([("id", "not in", cls.invoices.ids)]).gatehouse_scored_at = fields.Datetime.now()
        cls.Score = cls.env["gatehouse.score"].with_user(cls.bot)

    @classmethod
    def invoice(cls, days, amount):
        """A posted one that is due in so many days."""
        today = fields.Date.today()
        invoice = cls.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": cls.partner.id, "invoice_date": today - datetime.timedelta(days=120),
            "invoice_date_due": today + datetime.timedelta(days=days),
            "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})],
        })  # fmt: skip
        invoice.action_post()
        return invoice

    def due(self):
        batches = {batch["id"]: batch["records"] for batch in self.Score.read_due("payments")}
        return {int(record["id"]): record for record in batches.get(self.name, [])}

    def record(self, scores=None, **values):
        records = [
            {"id": str(invoice.id), "score": score, "confidence": max(score, 1 - score), "abstained": False, "text": "pays 80% late"}
            for invoice, score in (scores or {}).items()
        ]
        batch = {"id": self.name, "available": True, "model": "payments 3", "records": records}
        [answer] = self.Score.record([{**batch, **values}])
        return answer

    def listed(self):
        order = self.env.ref("gatehouse_account.account_move_chase_list").arch.split('default_order="')[1].split('"')[0]
        return self.env["account.move"].search([("id", "in", self.invoices.ids)], order=order)

    def test_open_invoices_are_due_with_what_the_sidecar_needs_and_not_again_once_answered(self):
        self.assertEqual(self.due()[self.old.id], {
            "id": str(self.old.id), "customer": f"partner:{self.partner.id}", "amount": "10.00",
            "date": str(self.old.invoice_date), "due": str(self.old.invoice_date_due),
        })  # fmt: skip
        self.assertEqual(set(self.due()), set(self.invoices.ids))
        self.record({self.late: 0.8})
        self.assertEqual(set(self.due()), set((self.invoices - self.late).ids))

    def test_the_answer_stands_on_the_invoice_and_orders_the_chase_within_its_bucket(self):
        self.assertEqual(self.record({self.old: 0.1, self.late: 0.8, self.sure: 0.2, self.open: 0.9}), {
            "id": self.name, "status": "scored", "count": 4,
        })  # fmt: skip
        self.assertEqual(self.listed(), self.old | self.late | self.sure | self.open)
        self.assertEqual([move.gatehouse_ageing for move in self.listed()], ["4", "1", "1", "0"])
        late = self.late
        self.assertEqual(
            (late.gatehouse_score, late.gatehouse_score_source, late.gatehouse_score_reason, late.gatehouse_score_model),
            (0.8, "model", "pays 80% late", "payments 3"),
        )
        self.assertEqual((late.gatehouse_score_confidence, late.gatehouse_score_degraded), (0.8, False))
        self.assertTrue(late.gatehouse_scored_at)

    def test_the_same_answer_again_changes_nothing(self):
        self.record({self.late: 0.8})
        self.assertEqual(self.record({self.late: 0.3}), {"id": self.name, "status": "scored", "count": 0})
        self.assertEqual(self.late.gatehouse_score, 0.8)

    def test_without_an_answer_the_bucket_stands_there_by_its_name_and_orders_the_chase(self):
        self.record({self.sure: 0.2})
        self.assertEqual(self.record(available=False, reason="no connection"), {"id": self.name, "status": "fallback", "count": 3})
        self.assertEqual(
            (self.old.gatehouse_score_source, self.old.gatehouse_score_degraded, self.old.gatehouse_score_reason),
            ("ageing", True, "By ageing: over 90 days overdue (no connection)"),
        )
        self.assertEqual((self.old.gatehouse_score, self.old.gatehouse_score_model), (0.0, False))
        self.assertEqual((self.sure.gatehouse_score_source, self.sure.gatehouse_score), ("model", 0.2), "an answer is kept")
        self.assertEqual(self.listed(), self.old | self.sure | self.late | self.open)
        self.assertFalse(self.due(), "asked again in an hour")
        self.old.gatehouse_scored_at = fields.Datetime.now() - datetime.timedelta(minutes=61)
        self.assertEqual(set(self.due()), {self.old.id})

    def test_a_model_that_abstains_or_answers_outside_the_contract_leaves_the_bucket_and_says_why(self):
        silent = {"id": str(self.late.id), "score": 0.0, "confidence": 0.0, "abstained": True, "text": "no model\0 is loaded"}
        self.record(records=[silent])
        self.assertEqual(self.late.gatehouse_score_reason, "By ageing: 1 to 30 days overdue (no model is loaded)")
        self.assertEqual(self.record(records=[{**silent, "score": 7}])["status"], "fallback")
        self.assertIn("(answer outside the contract: ", self.open.gatehouse_score_reason)

    def test_when_nobody_asks_the_bucket_is_there_by_itself_and_a_late_asker_is_still_answered(self):
        self.env["gatehouse.score"]._cron_fall_back()
        self.assertEqual(self.old.gatehouse_score_reason, "By ageing: over 90 days overdue (nobody asked)")
        self.assertEqual(set(self.due()), set(self.invoices.ids))

    def test_a_paid_invoice_is_chased_no_more(self):
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=self.old.ids).create({})._create_payments()
        self.assertNotIn(self.old.id, self.due())
        self.record({self.old: 0.5})
        self.assertFalse(self.old.gatehouse_score_source)

    def test_only_the_integration_scores_and_only_its_own_companies(self):
        with self.assertRaises(AccessError):
            self.env["gatehouse.score"].with_user(self.author).read_due("payments")
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.record(id=f"payments:{other.id}")["status"], "refused")
        self.assertEqual(self.Score.read_due("weather"), [])
