from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import swallowed

from .write_off_case import WriteOffCase


@tagged("post_install", "-at_install")
class TestWriteOffBehindAStatement(WriteOffCase):
    """What a bank statement's line settles beyond the money that came is given up, whichever program writes its entry."""

    def setUp(self):
        super().setUp()
        self.chief.group_ids += self.env.ref("account.group_account_basic")
        self.receivable = self.partner.property_account_receivable_id

    def line(self, amount, **values):
        return self.env["account.bank.statement.line"].with_user(self.chief).create(
            {"journal_id": self.bank.id, "date": fields.Date.today(), "payment_ref": "Transfer", "partner_id": self.partner.id,
             "amount": amount, **values}
        )  # fmt: skip

    def replaced(self, line, *rows):
        """The suspense line gives way to (account, balance) rows, as a reconciliation widget and its models write it."""
        suspense = line._seek_for_lines()[1]
        line.with_context(force_delete=True, skip_readonly_check=True).write(
            {"line_ids": [Command.delete(suspense.id), *self.rows(*rows)]}
        )

    def rows(self, *rows):
        return [
            Command.create({"account_id": account.id, "partner_id": self.partner.id, "balance": balance, "name": "Matched"})
            for account, balance in rows
        ]

    def matched(self, move, invoice):
        """Everything open of the customer's in this entry and in the invoice."""
        lines = (move.line_ids | invoice.line_ids).filtered(lambda line: line.account_id == self.receivable and not line.reconciled)
        lines.filtered(lambda line: line.parent_state == "posted").reconcile()

    def test_what_came_settles_as_much_and_a_small_rest_is_given_up_at_once(self):
        for amount in (200.0, 195.0):
            with self.subTest(amount=amount):
                invoice, line = self.invoice(), self.line(amount)
                rest = [(self.loss, 200.0 - amount)] if amount < 200 else []
                self.replaced(line, (self.receivable, -200.0), *rest)
                self.matched(line.move_id, invoice)
                self.assertEqual(self.owed(invoice), 0)

    def ways(self, invoice):
        """(name, what is done); each gives up 50 of the invoice behind a line of 150."""
        line = self.line(150.0)
        suspense = line._seek_for_lines()[1]
        on_its_way = suspense.account_id
        unlocked = line.move_id.with_context(skip_readonly_check=True, check_move_validity=False, force_delete=True)
        Line = self.env["account.move.line"].with_user(self.chief).with_context(check_move_validity=False)
        mine = {"move_id": line.move_id.id, "partner_id": self.partner.id}
        columns = {"journal_id/.id": self.bank.id, "date": "2026-01-05", "payment_ref": "Import", "amount": "150",
                   "partner_id/.id": self.partner.id}  # fmt: skip
        both = ((self.receivable, -200.0), (self.loss, 50.0))
        whole = [(self.bank.default_account_id, 150.0), *both]

        def entry(*rows):
            move = self.env["account.move"].with_user(self.chief).create({"line_ids": self.rows(*rows)})
            move.action_post()

        def in_two_steps():
            self.replaced(line, (self.receivable, -200.0), (on_its_way, 50.0))
            self.matched(line.move_id, invoice)
            entry((on_its_way, -50.0), (self.loss, 50.0))

        def said_to_be_paid(*beside):
            payment = self.pay(invoice)
            self.replaced(line, (payment.outstanding_account_id, -200.0), (self.loss, 50.0), *beside)

        def imported():
            made = line.browse(line.load(list(columns), [[str(value) for value in columns.values()]])["ids"])
            self.replaced(made, *both)
            self.matched(made.move_id, invoice)

        yield "widget", lambda: (self.replaced(line, *both), self.matched(line.move_id, invoice))
        yield "superuser", lambda: self.replaced(line.with_user(self.env.ref("base.user_root")), *both)
        yield "entry by rpc", lambda: unlocked.write({"line_ids": [Command.delete(suspense.id), *self.rows(*both)]})
        yield "lines one by one", lambda: (
            Line.create({**mine, "account_id": self.loss.id, "balance": 50.0}),
            suspense.with_context(check_move_validity=False, skip_readonly_check=True).write(
                {"account_id": self.receivable.id, "balance": -200.0}
            ),
        )  # fmt: skip
        yield "creation", lambda: self.matched(self.line(150.0, line_ids=self.rows(*whole)).move_id, invoice)
        yield "import", imported
        yield "through the suspense account", in_two_steps
        yield "paid in full before", said_to_be_paid
        yield "paid in full before, beside a penny owed", lambda: said_to_be_paid((self.receivable, -0.01), (self.loss, 0.01))

    def test_no_way_leads_past_it(self):
        invoice = self.invoice()
        for way, attempt in self.ways(invoice):
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                with swallowed(self, refused=False, why="needs a review"):
                    attempt()
                booked = self.env["account.move.line"].search(
                    [("account_id", "=", self.loss.id), ("parent_state", "=", "posted"), ("partner_id", "=", self.partner.id)]
                )
                self.assertFalse(booked)
                savepoint.rollback()

    def test_costs_paid_and_a_bank_s_fees_give_nothing_up(self):
        payment = self.pay(self.bill(price_unit=5.0))
        costs = self.env["account.move"].create({"line_ids": self.rows((self.loss, 50.0), (payment.outstanding_account_id, -50.0))})
        costs.action_post()
        fees = self.line(-50.0)
        self.replaced(fees, (self.loss, 50.0))
        self.assertEqual((costs.state, fees.is_reconciled), ("posted", True))

    def test_the_refusal_says_how_it_goes_on(self):
        with self.assertRaisesRegex(UserError, "book the difference by the payment or by an entry"):
            self.replaced(self.line(150.0), (self.receivable, -200.0), (self.loss, 50.0))

    def test_the_difference_booked_by_the_payment_waits_and_the_line_then_matches(self):
        """The way that the refusal names."""
        invoice = self.invoice()
        self.register(invoice, 150.0)
        payment = invoice.matched_payment_ids
        self.holds(payment.move_id).with_user(self.controller).release("He is bankrupt")
        self.assertEqual(self.owed(invoice), 0)
        line = self.line(150.0)
        outstanding = payment.move_id.line_ids.filtered(lambda each: each.account_id == payment.outstanding_account_id)
        self.assertTrue(outstanding)
        self.replaced(line, (outstanding.account_id, -150.0))
        (line.line_ids | outstanding).filtered(lambda each: each.account_id == outstanding.account_id).reconcile()
        self.assertTrue(line.is_reconciled)
