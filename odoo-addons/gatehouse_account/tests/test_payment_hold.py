from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AccountCase


@tagged("post_install", "-at_install")
class TestPaymentHold(AccountCase):
    """A bill that does not match is posted and not paid, whichever way it is tried; then signed and paid."""

    # -- what is held --------------------------------------------------------------------------
    def test_bill_that_matches_order_and_receipt_is_paid(self):
        bill = self.bill_of(self.bought())
        self.assertFalse(self.holds(bill))
        self.pay(bill)
        self.assertIn(bill.payment_state, ("paid", "in_payment"))

    def test_dearer_than_ordered(self):
        bill = self.bill_of(self.bought(), price_unit=12.0)
        self.assertEqual(self.holds(bill).mapped("amount"), [20.0])
        self.assertIn("ordered at 10.00", self.holds(bill).reason_text)

    def test_more_than_came_in(self):
        bill = self.bill_of(self.bought(received=4))
        self.assertEqual(self.holds(bill).mapped("amount"), [60.0])
        self.assertIn("6 more than came in", self.holds(bill).reason_text)

    def test_billed_twice_in_two_bills(self):
        order = self.bought()
        self.assertFalse(self.holds(self.bill_of(order)))
        second = self.bill_of(order, quantity=10)
        self.assertEqual(self.holds(second).filtered(lambda hold: hold.control == "bill_match").amount, 100.0)

    def test_without_an_order(self):
        bill = self.bill(price_unit=80.0)
        self.assertEqual(self.holds(bill).mapped("amount"), [80.0])
        self.assertIn("is on no order", self.holds(bill).reason_text)

    def test_same_reference_again(self):
        self.bill(price_unit=5.0, ref="R-77")
        twin = self.bill(price_unit=5.0, ref="R-77")
        self.assertEqual(self.holds(twin).mapped("control"), ["bill_duplicate"])

    def test_unusual_amount_even_when_a_caller_switches_the_warning_off(self):
        for months in range(12, 2, -1):
            self.bill(price_unit=5.0, invoice_date=fields.Date.subtract(fields.Date.today(), months=months))
        bill = self.draft(price_unit=9.9)
        bill.with_context(disable_abnormal_invoice_detection=True).action_post()
        self.assertEqual(self.holds(bill).mapped("control"), ["bill_abnormal"])

    def test_forbidden_band_is_not_posted(self):
        bill = self.draft(price_unit=200000.0)
        with self.assertRaisesRegex(UserError, "is forbidden"), self.env.cr.savepoint():
            bill.action_post()
        with self.assertRaisesRegex(UserError, "is forbidden"), self.env.cr.savepoint():
            bill.write({"state": "posted"})

    # -- ways of paying it ------------------------------------------------------------------------
    def refused(self, action):
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            action()
        self.env.invalidate_all()

    def free_payment(self, **values):
        return self.env["account.payment"].create(
            {"payment_type": "outbound", "partner_type": "supplier", "partner_id": self.vendor.id, "amount": 80.0,
             "journal_id": self.bank.id, **values}
        )  # fmt: skip

    def test_register_payment(self):
        self.refused(lambda: self.pay(self.bill(price_unit=80.0)))

    def test_payment_that_names_the_bill(self):
        bill = self.bill(price_unit=80.0)
        self.refused(lambda: self.free_payment(invoice_ids=[Command.set(bill.ids)]).action_post())

    def test_payment_made_in_its_final_state(self):
        bill = self.bill(price_unit=80.0)
        for state in ("in_process", "paid"):
            self.refused(lambda state=state: self.free_payment(state=state, invoice_ids=[Command.set(bill.ids)]))

    def test_payment_without_a_bill_to_a_vendor_with_a_held_one(self):
        self.bill(price_unit=80.0)
        self.refused(lambda: self.free_payment().action_post())
        other = self.vendor.copy({"name": "Another"})
        payment = self.free_payment(partner_id=other.id)
        payment.action_post()
        self.assertIn(payment.state, ("in_process", "paid"))

    def test_payment_tied_to_the_bill_afterwards(self):
        payment = self.free_payment()
        payment.action_post()
        bill = self.bill(price_unit=80.0)
        self.refused(lambda: payment.write({"invoice_ids": [Command.set(bill.ids)]}))

    def test_entry_by_hand_and_matching(self):
        bill = self.bill(price_unit=80.0)
        payable = bill.line_ids.filtered(lambda line: line.account_id.account_type == "liability_payable")
        entry = self.env["account.move"].create(
            {
                "journal_id": self.bank.id,
                "line_ids": [
                    Command.create({"account_id": payable.account_id.id, "partner_id": self.vendor.id, "debit": 80.0}),
                    Command.create({"account_id": self.bank.default_account_id.id, "credit": 80.0}),
                ],
            }
        )
        entry.action_post()
        line = entry.line_ids.filtered("debit")
        self.refused(lambda: (line | payable).reconcile())
        self.refused(
            lambda: self.env["account.partial.reconcile"].create(
                {"debit_move_id": line.id, "credit_move_id": payable.id, "amount": 80.0,
                 "debit_amount_currency": 80.0, "credit_amount_currency": 80.0}
            )
        )  # fmt: skip

    def test_payment_state_written_by_a_call(self):
        bill = self.bill(price_unit=80.0)
        self.refused(lambda: bill.write({"payment_state": "paid"}))
        self.refused(lambda: bill.with_user(self.env.ref("base.user_root")).write({"payment_state": "in_payment"}))

    def test_credit_note_settles_a_held_bill(self):
        bill = self.bill(price_unit=80.0)
        note = bill._reverse_moves([{"invoice_date": bill.invoice_date}], cancel=True)
        self.assertEqual(note.state, "posted")
        self.assertEqual(bill.payment_state, "reversed")

    # -- released ---------------------------------------------------------------------------------
    def test_signed_by_another_and_paid(self):
        bill = self.bill(price_unit=80.0)
        self.holds(bill).with_user(self.controller).release("Agreed by phone")
        self.pay(bill)
        self.assertIn(bill.payment_state, ("paid", "in_payment"))

    def test_who_entered_it_does_not_sign_it(self):
        bill = self.draft(price_unit=80.0, user=self.controller)
        bill.action_post()
        self.assertFalse(self.holds(bill).with_user(self.controller).can_release)

    def test_back_to_draft_voids_and_posting_judges_again(self):
        bill = self.bill(price_unit=80.0)
        first = self.holds(bill)
        bill.button_draft()
        self.assertEqual(first.state, "voided")
        bill.invoice_line_ids.price_unit = 90.0
        bill.action_post()
        self.assertEqual(self.holds(bill).mapped("amount"), [90.0])
