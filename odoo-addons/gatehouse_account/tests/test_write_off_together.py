from odoo import fields
from odoo.tests import tagged

from .write_off_case import WriteOffCase


@tagged("post_install", "-at_install")
class TestWriteOffsTogether(WriteOffCase):
    """Small write-offs that together are a large one are counted together, where the policy says so."""

    def together(self, **values):
        self.env["gatehouse.policy"].search([("control", "=", "write_off"), ("state", "=", "active")])._transition({"mode": "off"})
        self.policy("write_off", [(10, "pass"), (1000, "review"), (0, "forbid")], rolling_days=30, company_id=self.env.company.id, **values)

    def test_the_third_small_one_for_a_customer_waits(self):
        self.together()
        for _small in range(2):
            self.register(self.invoice(), 196.0)
        invoice = self.invoice()
        self.register(invoice, 196.0)
        payment = invoice.matched_payment_ids
        self.assertEqual(self.owed(invoice), 200)
        hold = self.holds(payment.move_id)
        self.assertEqual(hold.amount, 12)
        self.assertIn("of the last 30 days 12.00", hold.reason_text)
        hold.with_user(self.controller).release("Rounding of their bank")
        self.assertEqual(self.owed(invoice), 0)

    def test_by_hand_and_by_payment_count_alike_and_other_customers_do_not(self):
        self.together()
        self.entry(8).action_post()
        other = self.env["res.partner"].create({"name": "Somebody else"})
        apart = self.invoice(partner_id=other.id)
        self.register(apart, 196.0)
        self.assertEqual(self.owed(apart), 0)
        invoice = self.invoice()
        self.register(invoice, 196.0)
        self.assertEqual(self.owed(invoice), 200)

    def test_counted_by_person_it_does_not_matter_whose_debt_it_is(self):
        self.together(rolling_by="requester")
        self.entry(8).action_post()
        other = self.env["res.partner"].create({"name": "Somebody else"})
        invoices = [self.invoice(partner_id=other.id) for _twice in range(2)]
        self.register(invoices[0], 196.0)  # the clerk's first
        self.assertEqual(self.owed(invoices[0]), 0)
        self.register(invoices[1], 196.0, user=self.chief)
        self.assertEqual(self.owed(invoices[1]), 200)

    def test_what_was_signed_or_lies_before_the_window_does_not_count(self):
        self.together()
        large = self.invoice()
        self.register(large, 150.0)
        self.holds(large.matched_payment_ids.move_id).with_user(self.controller).release("Agreed")
        old = self.entry(8)
        old.date = fields.Date.subtract(fields.Date.today(), days=40)
        old.action_post()
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET gatehouse_confirmed_at = date WHERE id = %s", [old.id])
        self.env.invalidate_all()
        invoice = self.invoice()
        self.register(invoice, 196.0)
        self.assertEqual(self.owed(invoice), 0)

    def test_a_draft_from_before_the_window_counts_when_it_is_posted_in_it_with_an_old_date(self):
        self.together()
        old = self.entry(8)
        old.date = fields.Date.subtract(fields.Date.today(), days=40)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET create_date = date WHERE id = %s", [old.id])
        self.env.invalidate_all()
        old.action_post()
        invoice = self.invoice()
        self.register(invoice, 196.0)
        self.assertEqual(self.owed(invoice), 200)

    def test_plain_payments_are_not_counted(self):
        self.together()
        self.register(self.invoice(), 150.0, payment_difference_handling="open")
        self.pay(self.invoice())
        invoice = self.invoice()
        self.register(invoice, 195.0)
        self.assertEqual(self.owed(invoice), 0)
