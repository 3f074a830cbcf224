from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .write_off_case import WriteOffCase


@tagged("post_install", "-at_install")
class TestUsualCosts(WriteOffCase):
    """What a card acquirer keeps of a payment is a cost up to its usual share, and a write-off beyond it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees = cls.env["account.account"].create({"name": "Card fees", "code": "GHFEES", "account_type": "expense"})
        cls.env["gatehouse.policy"].search([("control", "=", "write_off"), ("state", "=", "active")])._transition({"state": "retired"})
        cls.policy(
            "write_off", [(10, "pass"), (0, "review")], usual_cost_accounts="GHFEES", usual_cost_percent=3, rolling_days=30
        )

    def paid(self, amount, account=None):
        """An invoice of 1,000 of which so much came."""
        invoice = self.invoice(1000.0)
        self.register(invoice, amount, writeoff_account_id=(account or self.fees).id)
        return invoice

    def test_the_usual_share_passes_however_often(self):
        for _time in range(3):
            self.assertEqual(self.owed(self.paid(970.0)), 0)

    def test_beyond_the_share_all_of_it_waits(self):
        invoice = self.paid(969.0)
        self.assertEqual(self.owed(invoice), 1000)
        self.assertIn("31.00", self.holds(invoice.matched_payment_ids.move_id).reason_text)

    def test_another_account_and_a_debt_called_a_fee_wait(self):
        self.assertEqual(self.owed(self.paid(970.0, self.loss)), 1000)
        entry = self.entry(30.0)
        entry.line_ids.filtered("debit").account_id = self.fees
        entry.action_post()
        self.assertEqual(entry.state, "draft")

    def test_behind_a_statement_s_line_it_passes_and_more_is_refused(self):
        receivable = self.partner.property_account_receivable_id
        for came, refused in ((970.0, False), (960.0, True)):
            with self.subTest(came=came):
                line = self.env["account.bank.statement.line"].create(
                    {"journal_id": self.bank.id, "payment_ref": "Cards", "partner_id": self.partner.id, "amount": came}
                )
                rows = [
                    (0, 0, {"account_id": account.id, "partner_id": self.partner.id, "balance": balance})
                    for account, balance in ((receivable, -1000.0), (self.fees, 1000.0 - came))
                ]
                suspense = line._seek_for_lines()[1]
                book = line.with_context(force_delete=True, skip_readonly_check=True).write
                if refused:
                    with self.assertRaisesRegex(UserError, "40.00"):
                        book({"line_ids": [(2, suspense.id), *rows]})
                else:
                    book({"line_ids": [(2, suspense.id), *rows]})
                    self.assertTrue(line.is_reconciled)

    def test_only_expense_accounts_that_are_there_and_a_share_below_all_of_it(self):
        receivable = self.partner.property_account_receivable_id
        for values in ({"usual_cost_accounts": "NONE"}, {"usual_cost_accounts": receivable.code}, {"usual_cost_percent": 101}):
            with self.subTest(values=values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.policy("write_off", [(0, "review")], **values)
