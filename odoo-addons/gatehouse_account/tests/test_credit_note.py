from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AccountCase


@tagged("post_install", "-at_install")
class TestCreditNote(AccountCase):
    """Money given back is signed before it is booked."""

    def note(self, amount):
        return self.env["account.move"].create(
            {
                "move_type": "out_refund", "partner_id": self.partner.id, "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create({"name": "Goodwill", "price_unit": amount, "tax_ids": []})],
            }
        )  # fmt: skip

    def test_small_one_is_posted(self):
        note = self.note(99)
        note.action_post()
        self.assertEqual(note.state, "posted")

    def test_larger_one_waits_and_is_posted_when_signed(self):
        note = self.note(500)
        answer = note.action_post()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(note.state, "draft")
        self.holds(note).with_user(self.controller).release("Damaged goods, photos in the ticket")
        self.env.invalidate_all()
        self.assertEqual(note.state, "posted")

    def test_state_written_by_a_call_meets_the_gate(self):
        note = self.note(500)
        with self.assertRaisesRegex(UserError, "needs a review"), self.env.cr.savepoint():
            note.write({"state": "posted"})
        with self.assertRaisesRegex(UserError, "needs a review"), self.env.cr.savepoint():
            note._post()

    def test_changed_after_it_was_asked_for_asks_again(self):
        note = self.note(500)
        note.action_post()
        hold = self.holds(note)
        note.invoice_line_ids.price_unit = 900
        with self.assertRaisesRegex(UserError, "has changed since"):
            hold.with_user(self.controller).release("Fine")

    def test_who_raised_it_does_not_sign_it_whoever_touches_it_afterwards(self):
        note = self.note(50)
        line = note.invoice_line_ids
        note.with_user(self.controller).write({"invoice_line_ids": [Command.update(line.id, {"price_unit": 500})]})
        line.name = "Goodwill, as agreed"
        self.assertNotEqual(line.write_uid, self.controller)
        note.action_post()
        with self.assertRaisesRegex(AccessError, "yourself"):
            self.holds(note).with_user(self.controller).release("I gave it")

    def test_who_only_asks_for_it_may_sign_it(self):
        note = self.note(500)
        note.invoice_date = False
        note.with_user(self.controller).action_post()
        self.holds(note).with_user(self.controller).release("Damaged goods")
        self.env.invalidate_all()
        self.assertEqual(note.state, "posted")

    def test_too_large_is_forbidden(self):
        with self.assertRaisesRegex(UserError, "is forbidden"):
            self.note(5000).action_post()

    def test_invoice_is_no_matter_of_it(self):
        invoice = self.note(5000)
        invoice.move_type = "out_invoice"
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
