from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import swallowed

from .write_off_case import WriteOffCase


@tagged("post_install", "-at_install")
class TestWriteOff(WriteOffCase):
    """What a payment or an entry gives up of a debt is signed before it is booked."""

    BYPASS = {"write_off": 50}

    # -- the ordinary cases --------------------------------------------------------------------
    def test_a_small_difference_is_booked_at_once(self):
        invoice = self.invoice()
        self.register(invoice, 195.0)
        self.assertEqual(self.owed(invoice), 0)

    def test_a_larger_one_waits_and_is_booked_and_matched_by_the_signature(self):
        invoice = self.invoice()
        answer = self.register(invoice, 150.0)
        payment = invoice.matched_payment_ids
        self.assertEqual((answer["tag"], payment.state, payment.move_id.state), ("display_notification", "draft", "draft"))
        self.assertEqual(self.owed(invoice), 200)
        hold = self.holds(payment.move_id)
        self.assertEqual((hold.control, hold.amount), ("write_off", 50))
        self.assertIn(f"50.00 {self.env.company.currency_id.name} written off of Gatehouse Customer, {invoice.name}", hold.reason_text)
        self.assertIn("written off", payment.gatehouse_banner)
        hold.with_user(self.controller).release("He is bankrupt")
        self.assertEqual(self.owed(invoice), 0)
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    def test_who_registers_it_does_not_sign_it(self):
        invoice = self.invoice()
        self.register(invoice, 150.0, user=self.controller)
        self.assertFalse(self.holds(invoice.matched_payment_ids.move_id).with_user(self.controller).can_release)

    def test_too_much_is_forbidden(self):
        with self.assertRaisesRegex(UserError, "is forbidden"):
            self.register(self.invoice(5000), 100.0)

    def test_a_bill_paid_short_waits_as_well(self):
        bill = self.bill(price_unit=9.0, quantity=1)
        self.register(bill, 8.0)
        self.assertEqual(self.owed(bill), 0)
        self.env["gatehouse.policy"].search([("control", "=", "bill_match"), ("state", "=", "active")])._transition({"mode": "off"})
        dear = self.bill(price_unit=90.0)
        self.register(dear, 30.0)
        self.assertEqual(self.owed(dear), 90)
        self.holds(dear.matched_payment_ids.move_id).with_user(self.controller).release("Agreed with the vendor")
        self.assertEqual(self.owed(dear), 0)

    def test_a_payment_in_part_and_what_sets_debts_against_each_other_give_nothing_up(self):
        invoice = self.invoice()
        self.register(invoice, 150.0, payment_difference_handling="open")
        self.assertEqual(self.owed(invoice), 50)
        entry = self.entry(50)
        entry.line_ids[0].account_id = self.vendor.property_account_payable_id
        entry.action_post()
        self.assertEqual(entry.state, "posted")

    def test_an_early_payment_discount_of_the_terms_is_none(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "20 % in 7 days", "early_discount": True, "discount_days": 7, "discount_percentage": 20.0,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )  # fmt: skip
        early = self.invoice(invoice_payment_term_id=terms.id)
        self.register(early, 160.0)
        self.assertEqual(self.owed(early), 0)
        late = self.invoice(
            invoice_payment_term_id=terms.id, invoice_date=fields.Date.subtract(fields.Date.today(), days=20)
        )
        self.register(late, 160.0)
        self.assertEqual(self.owed(late), 200)

    def test_an_exchange_difference_gives_nothing_up(self):
        abroad = self.env.ref("base.EUR") if self.env.company.currency_id != self.env.ref("base.EUR") else self.env.ref("base.USD")
        abroad.active = True
        today = fields.Date.today()
        self.env["res.currency.rate"].search([("currency_id", "=", abroad.id)]).unlink()
        self.env["res.currency.rate"].create(
            [{"name": fields.Date.subtract(today, days=30), "rate": 1.0, "currency_id": abroad.id},
             {"name": today, "rate": 2.0, "currency_id": abroad.id}]
        )  # fmt: skip
        invoice = self.invoice(currency_id=abroad.id, invoice_date=fields.Date.subtract(today, days=20))
        self.register(invoice, 200.0, currency_id=abroad.id, payment_difference_handling="open")
        self.assertEqual(self.owed(invoice), 0)

    def test_changed_after_it_was_asked_for_asks_again(self):
        entry = self.entry(50)
        entry.action_post()
        hold = self.holds(entry)
        entry.write({"line_ids": [Command.update(line.id, {"balance": line.balance * 4}) for line in entry.line_ids]})
        with self.assertRaisesRegex(UserError, "has changed since"):
            hold.with_user(self.controller).release("Fine")

    def test_a_matching_of_more_than_was_paid_is_refused(self):
        """Who may register payments may write matchings by a call, of any amount."""
        invoice = self.invoice()
        self.register(invoice, 150.0, payment_difference_handling="open")
        owed = invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        partial = owed.matched_credit_ids.with_user(self.clerk)
        ends = {"debit_move_id": owed.id, "credit_move_id": partial.credit_move_id.id}
        rest, whole = (
            {"amount": amount, "debit_amount_currency": amount, "credit_amount_currency": amount} for amount in (50.0, 200.0)
        )
        for attempt in (lambda: partial.write(whole), lambda: partial.create({**ends, **rest})):
            with self.assertRaisesRegex(UserError, "less left to match"):
                attempt()
            self.assertEqual(self.owed(invoice), 50)

    # -- ways round ------------------------------------------------------------------------------
    def ways(self, invoice):
        """(name, what is done); each gives up 50 of the invoice, in the name of who may do everything in accounting."""
        amount = self.BYPASS["write_off"]
        receivable = invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        draft, small = self.entry(amount), self.entry(5)
        root = draft.with_user(self.env.ref("base.user_root"))
        unlocked = small.with_context(skip_readonly_check=True, check_move_validity=False)
        Payment = self.env["account.payment"].with_user(self.chief)
        values = {
            "payment_type": "inbound", "partner_type": "customer", "partner_id": self.partner.id, "amount": 150.0,
            "journal_id": self.bank.id, "invoice_ids": [Command.set(invoice.ids)],
            "write_off_line_vals": [
                {"name": "Rest", "account_id": self.loss.id, "partner_id": self.partner.id, "amount_currency": 50.0, "balance": 50.0,
                 "currency_id": self.env.company.currency_id.id}
            ],
        }  # fmt: skip
        larger = [Command.update(line.id, {"balance": line.balance * 10}) for line in small.line_ids]

        def matched(move):
            line = move.line_ids.filtered(lambda line: line.account_id == receivable.account_id)
            (line | receivable).filtered(lambda line: line.parent_state == "posted").reconcile()

        yield "button", lambda: (draft.action_post(), matched(draft))
        yield "rpc", lambda: draft.write({"state": "posted"})
        yield "post", draft._post
        yield "creation", lambda: draft.create({**draft.copy_data()[0], "state": "posted"})
        yield "copy", lambda: draft.copy({"state": "posted"})
        yield "import", lambda: draft.load([".id", "state"], [[str(draft.id), "posted"]])
        yield "superuser", lambda: root.write({"state": "posted"})
        yield "with the posting", lambda: unlocked.write({"state": "posted", "line_ids": larger})
        yield "lines of a posted one", lambda: (small.action_post(), unlocked.write({"line_ids": larger}), matched(small))
        yield "register", lambda: self.register(invoice, 150.0, user=self.chief)
        yield "payment", lambda: Payment.create(dict(values)).action_post()
        yield "payment by rpc", lambda: Payment.create(dict(values)).write({"state": "paid"})
        yield "payment made paid", lambda: matched(Payment.create({**values, "state": "paid"}).move_id)
        yield "payment's entry", lambda: Payment.create(dict(values)).move_id.write({"state": "posted"})
        yield "payment by superuser", lambda: Payment.with_user(self.env.ref("base.user_root")).create(dict(values)).action_post()

    def test_no_way_leads_past_it(self):
        invoice = self.invoice()
        receivables = [("account_id.account_type", "=", "asset_receivable"), ("parent_state", "=", "posted")]
        for way, attempt in self.ways(invoice):
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                newest = self.env["account.move.line"].search([], order="id desc", limit=1)
                with swallowed(self, refused=False):
                    attempt()
                self.assertGreaterEqual(self.owed(invoice), 190)
                booked = self.env["account.move.line"].search(
                    [("account_id", "=", self.loss.id), ("parent_state", "=", "posted"), ("partner_id", "=", self.partner.id)]
                )
                self.assertLessEqual(sum(booked.mapped("debit")), 10)
                self.assertFalse(self.env["account.move.line"].search([*receivables, ("id", ">", newest.id), ("credit", ">", 10)]))
                savepoint.rollback()
