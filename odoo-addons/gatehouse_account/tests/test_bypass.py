from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import OrderBypass, swallowed

from .common import AccountCase

PAID = ("paid", "partial", "in_payment")


@tagged("post_install", "-at_install")
class TestCreditNoteBypass(OrderBypass, AccountCase):
    BYPASS = {"credit_note": 500}

    def note(self, amount, **values):
        return self.env["account.move"].with_user(self.controller).create(
            {
                "move_type": "out_refund", "partner_id": self.partner.id, "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create({"name": "Goodwill", "price_unit": amount, "tax_ids": []})], **values,
            }
        )  # fmt: skip

    def test_no_way_leads_past_it(self):
        self.nothing_passes(self.note(self.BYPASS["credit_note"]), "posted")

    def test_an_amount_raised_with_the_posting_or_after_it_is_judged_too(self):
        """Odoo's own lock of posted entries opens with a key that any call may send."""
        note = self.note(50)
        line = note.invoice_line_ids
        owed = note.line_ids - line
        unlocked = note.with_context(skip_readonly_check=True, check_move_validity=False)
        ways = {
            "with the posting": lambda: unlocked.write(
                {"state": "posted", "invoice_line_ids": [Command.update(line.id, {"price_unit": 500})]}
            ),
            "its journal items": lambda: (
                note.action_post(),
                unlocked.write({"line_ids": [Command.update(line.id, {"debit": 500}), Command.update(owed.id, {"credit": 500})]}),
            ),
            "one by one": lambda: (
                note.action_post(),
                line.with_context(check_move_validity=False).write({"debit": 500}),
                owed.with_context(check_move_validity=False).write({"credit": 500}),
            ),
        }  # fmt: skip
        for way, attempt in ways.items():
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                with swallowed(self, why="needs a review"):
                    attempt()
                self.assertFalse(note.state == "posted" and abs(note.amount_untaxed_signed) > 100)
                savepoint.rollback()


@tagged("post_install", "-at_install")
class TestBillBypass(AccountCase):
    """A bill that its control stops is held however it is posted, and not paid however that is tried.

    {control: values of the bill}
    """

    BYPASS = {
        "bill_match": {"price_unit": 80.0},
        "bill_duplicate": {"price_unit": 5.0, "ref": "R-77"},
        "bill_abnormal": {"price_unit": 9.9},
    }

    def stopped(self, control):
        """A draft that this control alone stops."""
        if control == "bill_duplicate":
            self.bill(price_unit=5.0, ref="R-77")
        if control == "bill_abnormal":
            for months in range(12, 2, -1):
                self.bill(price_unit=5.0, invoice_date=fields.Date.subtract(fields.Date.today(), months=months))
        return self.draft(**self.BYPASS[control]).with_user(self.controller)

    def postings(self, draft):
        root = draft.with_user(self.env.ref("base.user_root"))
        yield "button", draft.action_post
        yield "rpc", lambda: draft.write({"state": "posted"})
        yield "import", lambda: draft.load([".id", "state"], [[str(draft.id), "posted"]])
        yield "superuser", lambda: root.write({"state": "posted"})
        yield "context", draft.with_context(disable_abnormal_invoice_detection=True, skip_readonly_check=True).action_post
        yield "creation", lambda: draft.create({**draft.copy_data()[0], "state": "posted"})
        yield "copy", lambda: draft.copy({"state": "posted"})

    def payments(self, bill):
        """(name, what is done) as an accountant who may do everything."""
        Payment = self.env["account.payment"].with_user(self.controller)
        values = {
            "payment_type": "outbound", "partner_type": "supplier", "partner_id": self.vendor.id, "amount": bill.amount_total,
            "journal_id": self.bank.id, "invoice_ids": [Command.set(bill.ids)],
        }  # fmt: skip
        columns = {"partner_id/.id": self.vendor.id, "journal_id/.id": self.bank.id, "invoice_ids/.id": bill.id,
                   "payment_type": "outbound", "partner_type": "supplier", "amount": bill.amount_total, "state": "paid"}
        draft = Payment.create(values)
        yield "register", lambda: self.pay(bill)
        yield "rpc", lambda: draft.write({"state": "paid"})
        yield "creation", lambda: Payment.create({**values, "state": "in_process"})
        yield "copy", lambda: draft.copy({"state": "paid", "invoice_ids": [Command.set(bill.ids)]})
        yield "import", lambda: Payment.load(list(columns), [[str(value) for value in columns.values()]])
        yield "import of the state", lambda: bill.load([".id", "payment_state"], [[str(bill.id), "paid"]])
        yield "superuser", lambda: Payment.with_user(self.env.ref("base.user_root")).create({**values, "state": "paid"})
        yield "without naming it", lambda: Payment.create({**values, "invoice_ids": [], "partner_type": "customer", "state": "paid"})

    def test_however_it_is_posted_it_is_held(self):
        for control in self.BYPASS:
            with self.env.cr.savepoint() as case:
                draft = self.stopped(control)
                for way, attempt in self.postings(draft):
                    with self.subTest(control=control, way=way), self.env.cr.savepoint() as savepoint:
                        newest = draft.sudo().search([], order="id desc", limit=1)
                        with swallowed(self, refused=False):
                            attempt()
                        born = draft.sudo().search([("id", ">", newest.id)])
                        for bill in (draft | born).filtered(lambda bill: bill.state == "posted"):
                            self.assertIn(control, self.holds(bill).mapped("control"))
                        savepoint.rollback()
                case.rollback()

    def test_however_it_is_paid_it_is_not(self):
        for control in self.BYPASS:
            with self.env.cr.savepoint() as case:
                bill = self.stopped(control)
                bill.action_post()
                for way, attempt in self.payments(bill):
                    with self.subTest(control=control, way=way), self.env.cr.savepoint() as savepoint:
                        newest = self.env["account.payment"].search([], order="id desc", limit=1)
                        with swallowed(self, refused=False):
                            attempt()
                        gone = self.env["account.payment"].search(
                            [("id", ">=", newest.id), ("partner_id", "=", self.vendor.id), ("state", "in", ("in_process", "paid"))]
                        )
                        self.assertFalse(gone)
                        self.assertNotIn(bill.payment_state, PAID)
                        self.assertEqual(bill.amount_residual, bill.amount_total)
                        savepoint.rollback()
                case.rollback()

    def test_lines_written_after_the_posting_hold_the_payment(self):
        bill = self.bill_of(self.bought()).with_user(self.controller)
        line = bill.invoice_line_ids
        unlocked = bill.with_context(skip_readonly_check=True, check_move_validity=False)
        payable = bill.line_ids - line
        ways = {
            "its line": lambda: line.write({"price_unit": 50.0}),
            "its lines": lambda: unlocked.write({"invoice_line_ids": [Command.update(line.id, {"quantity": 90})]}),
            "another line": lambda: line.create(
                {"move_id": bill.id, "name": "More", "price_unit": 500, "tax_ids": [], "display_type": "product"}
            ),
            "journal items": lambda: unlocked.write(
                {"line_ids": [Command.update(line.id, {"debit": 900.0}), Command.update(payable.id, {"credit": 900.0})]}
            ),
        }
        self.assertFalse(self.holds(bill))
        for way, attempt in ways.items():
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                attempt()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertIn("bill_match", self.holds(bill).mapped("control"))
                with swallowed(self):
                    self.pay(bill)
                self.assertNotIn(bill.payment_state, PAID)
                savepoint.rollback()

    def test_a_purchase_receipt_is_a_bill_without_an_order(self):
        receipt = self.draft(price_unit=80.0, move_type="in_receipt")
        receipt.action_post()
        self.assertEqual(self.holds(receipt).mapped("control"), ["bill_match"])
        with swallowed(self):
            self.pay(receipt)
        self.assertNotIn(receipt.payment_state, PAID)

    def test_a_matching_turned_to_a_held_bill_is_refused(self):
        paid = self.bill(price_unit=5.0)
        self.pay(paid)
        held = self.bill(price_unit=80.0)
        partial = paid.line_ids.matched_debit_ids
        self.assertTrue(partial)
        payable = held.line_ids.filtered(lambda line: line.account_id.account_type == "liability_payable")
        with swallowed(self):
            partial.write({"credit_move_id": payable.id})
        self.assertNotEqual(partial.credit_move_id, payable)
