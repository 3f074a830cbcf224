from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import swallowed

from .write_off_case import WriteOffCase


@tagged("post_install", "-at_install")
class TestWriteOffInAnotherCurrency(WriteOffCase):
    """A change of the rate gives nothing up; what is called one and is none does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.env.company.currency_id
        euro = cls.env.ref("base.EUR")
        cls.abroad = euro if cls.home != euro else cls.env.ref("base.USD")
        cls.abroad.active = True
        today = fields.Date.today()
        cls.earlier = fields.Date.subtract(today, days=20)
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.abroad.id)]).unlink()
        cls.env["res.currency.rate"].create(
            [{"name": fields.Date.subtract(today, days=30), "rate": 1.0, "currency_id": cls.abroad.id},
             {"name": today, "rate": 2.0, "currency_id": cls.abroad.id}]
        )  # fmt: skip
        cls.exchange = cls.env.company.expense_currency_exchange_account_id
        cls.receivable = cls.partner.property_account_receivable_id

    def foreign(self):
        """200 abroad, booked as 200 of ours, worth 100 today."""
        return self.invoice(currency_id=self.abroad.id, invoice_date=self.earlier)

    def payment(self, invoice):
        return invoice.matched_payment_ids.filtered(lambda payment: payment.state != "canceled")

    def test_the_change_of_the_rate_gives_nothing_up(self):
        invoice = self.foreign()
        self.register(invoice, 200.0, currency_id=self.abroad.id, payment_difference_handling="open")
        self.assertEqual(self.owed(invoice), 0)

    def test_a_payment_of_what_it_is_worth_today_is_booked_to_the_exchange_account_at_once(self):
        invoice = self.foreign()
        self.register(invoice, 98.0, currency_id=self.home.id, writeoff_account_id=self.exchange.id)
        self.assertEqual(self.owed(invoice), 0)
        self.assertEqual(self.payment(invoice).move_id.gatehouse_hold_ids.ids, [])

    def test_less_than_it_is_worth_is_given_up_whatever_account_takes_it(self):
        invoice = self.foreign()
        self.register(invoice, 40.0, currency_id=self.home.id, writeoff_account_id=self.exchange.id)
        payment = self.payment(invoice)
        self.assertEqual((self.owed(invoice), payment.state), (200, "draft"))
        hold = self.holds(payment.move_id)
        self.assertEqual((hold.control, hold.amount), ("write_off", 60))
        hold.with_user(self.controller).release("He is bankrupt")
        self.assertEqual(self.owed(invoice), 0)

    def test_a_debt_of_ours_settled_by_less_worth_abroad_is_given_up(self):
        """200 of ours for 40 abroad, worth 20: Odoo books the payment at 200."""
        invoice = self.invoice()
        self.register(invoice, 40.0, currency_id=self.abroad.id, writeoff_account_id=self.exchange.id)
        payment = self.payment(invoice)
        self.assertEqual((self.owed(invoice), payment.state), (200, "draft"))
        self.assertEqual(self.holds(payment.move_id).amount, 180)

    def test_an_entry_by_hand_to_the_exchange_account_is_no_exchange_difference(self):
        entry = self.entry(50)
        entry.line_ids[0].account_id = self.exchange
        entry.action_post()
        self.assertEqual((entry.state, self.holds(entry).amount), ("draft", 50))

    def ways(self, ours, foreign):
        """(name, what is done) that calls it an exchange difference."""
        paid = self.env["account.payment"].with_user(self.chief).create(
            {"payment_type": "inbound", "partner_type": "customer", "partner_id": self.partner.id, "amount": 40.0,
             "journal_id": self.bank.id}
        )  # fmt: skip

        def owed(*moves):
            lines = self.env["account.move.line"].union(*(move.line_ids for move in moves)).with_user(self.chief)
            return lines.filtered(lambda line: line.account_id == self.receivable and line.parent_state == "posted")

        def nothing_abroad(account):
            entry = self.env["account.move"].with_user(self.chief).create(
                {
                    "line_ids": [
                        Command.create({"account_id": account.id, "partner_id": self.partner.id, "debit": 50.0}),
                        Command.create(
                            {"account_id": self.receivable.id, "partner_id": self.partner.id, "credit": 50.0,
                             "currency_id": self.abroad.id, "amount_currency": 0.0}
                        ),
                    ]
                }
            )  # fmt: skip
            entry.action_post()
            owed(entry, ours).reconcile()

        def forced():
            paid.action_post()
            owed(paid.move_id, foreign).with_context(forced_rate_from_register_payment=5.0).reconcile()

        yield "an amount of nothing abroad", lambda: nothing_abroad(self.loss)
        yield "an amount of nothing abroad to the exchange account", lambda: nothing_abroad(self.exchange)
        yield "a rate that the caller names", forced

    def test_what_is_called_an_exchange_difference_and_is_none_does_not_pass(self):
        ours, foreign = self.invoice(), self.foreign()
        for way, attempt in self.ways(ours, foreign):
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                with swallowed(self, refused=False):
                    attempt()
                self.assertEqual(self.owed(ours), 200)
                self.assertNotIn(foreign.payment_state, ("paid", "in_payment"))
                savepoint.rollback()
