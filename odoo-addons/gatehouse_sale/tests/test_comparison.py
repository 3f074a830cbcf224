from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestBalanceComparison(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env["res.company"].search([]).gatehouse_compare_balances = False
        cls.company.write({"gatehouse_compare_balances": True, "gatehouse_balance_tolerance": 1})
        income = cls.env["account.account"].search([("account_type", "=", "income"), ("company_ids", "in", cls.company.ids)], limit=1)
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.partner.id,
                "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 250, "tax_ids": False, "account_id": income.id})],
            }
        )
        invoice.action_post()

    def compare(self, customer, value, currency=None):
        self.env["gatehouse.reconciliation"]._ask_partners()
        event = self.env["gatehouse.event"].search(
            [("type", "=", "reconciliation.requested"), ("res_id", "=", self.company.id)], order="id desc", limit=1
        )
        row = {"customer": customer, "balance": {"value": value, "currency": currency or self.company.currency_id.name}}
        entry = {"kind": "balances", "available": True, "since": "2026-01-01T00:00:00Z", "rows": [row]}
        Reconciliation = self.env["gatehouse.reconciliation"].with_user(self.bot)
        return Reconciliation.compare_partners([{"event_id": event.event_id, "records": [entry]}])[0]

    def exception(self):
        return self.env["gatehouse.exception"].search([("key", "=", f"reconcile:balance_differs:{self.company.id}:{self.partner.id}")])

    def test_a_balance_that_differs_shows_both_and_closes_when_it_agrees(self):
        me = f"partner:{self.partner.id}"
        self.compare(me, "900.00")
        self.assertRegex(self.exception().detail, r"owes .*900\.00.* by the finance system and .*250\.00.* by Odoo")
        self.compare(me, "250.60")
        self.assertEqual(self.exception().state, "resolved")

    def test_a_balance_of_a_customer_nobody_knows_is_an_exception_and_of_nothing_is_none(self):
        self.compare("partner:999999999", "12.00")
        self.compare("acct-7", "0.00")
        found = self.env["gatehouse.exception"].search([("key", "like", "reconcile:balance_unknown:%")])
        self.assertEqual([row.title for row in found], ["Balance of a customer nobody knows: partner:999999999"])

    def test_a_balance_that_is_no_number_or_of_no_currency_is_refused_by_name(self):
        me = f"partner:{self.partner.id}"
        self.assertIn("rows[0].balance.value", self.compare(me, "NaN")["detail"])
        self.assertIn("rows[0].balance.currency", self.compare(me, "1.00", "ZZZ")["detail"])
