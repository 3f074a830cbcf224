from odoo import models

from .gatehouse_policy import WRITE_OFF

DEBTS = ("asset_receivable", "liability_payable")
MONEY = ("asset_cash", "liability_credit_card")
OUTSTANDING = ("account_journal_payment_debit_account_id", "account_journal_payment_credit_account_id")


class AccountMove(models.Model):
    """Write-offs: what a journal entry settles of a debt by something else than money.

    That is the difference a payment books, an entry by hand, or a bank statement's line, whichever made it.
    """

    _inherit = "account.move"

    def _gatehouse_write_offs(self):
        """Those of these moves that write something off."""
        if not self.env["gatehouse.policy"]._in_use([WRITE_OFF]):
            return self.browse()
        return self.filtered(lambda move: move.move_type == "entry" and move._gatehouse_written_off() > 0)

    def _gatehouse_written_off(self):
        """Company currency, without what the terms of the paid invoices allow.

        Debts of one partner set against those of another, and money in transit, are settled by what is worth as much. A line
        without an amount in its own currency is an exchange difference, which gives nothing up.
        """
        self.ensure_one()
        debts = self.line_ids.filtered(lambda line: line.account_id.account_type in DEBTS)
        settled = sum(
            line.credit if line.account_id.account_type == "asset_receivable" else line.debit
            for line in debts if line.amount_currency
        )  # fmt: skip
        if not settled:
            return 0.0
        money = self._gatehouse_money_accounts()
        others = (self.line_ids - debts).filtered(
            lambda line: line.account_id.account_type not in MONEY and line.account_id not in money
        )
        given = max(sum(others.mapped("debit")), sum(others.mapped("credit")))
        return max(0.0, round(min(settled, given) - self._gatehouse_allowed_discount(), 2))

    def _gatehouse_money_accounts(self):
        """Accounts of money on its way: of payments not yet on a statement, of statements not yet matched, of transfers."""
        journals = self.env["account.journal"].sudo().search(
            [("company_id", "=", self.company_id.id), ("type", "in", ("bank", "cash", "credit"))]
        )  # fmt: skip
        methods = journals.inbound_payment_method_line_ids | journals.outbound_payment_method_line_ids
        chart = self.env["account.chart.template"].sudo().with_context(allowed_company_ids=self.company_id.root_id.ids)
        accounts = methods.payment_account_id | journals.suspense_account_id | self.company_id.transfer_account_id
        for name in OUTSTANDING:
            accounts |= chart.ref(name, raise_if_not_found=False) or accounts.browse()
        return accounts.filtered(lambda account: account.internal_group in ("asset", "liability"))

    def _gatehouse_allowed_discount(self):
        """The early payment discounts that the paid invoices' own terms give at this date, in company currency."""
        paid = self.origin_payment_id.invoice_ids.filtered(
            lambda invoice: invoice.commercial_partner_id == self.partner_id.commercial_partner_id
            and invoice._is_eligible_for_early_payment_discount(invoice.currency_id, self.date)
        )
        terms = paid.line_ids.filtered(lambda line: line.display_type == "payment_term" and line.discount_date)
        return sum(abs(line.balance) - abs(line.discount_balance) for line in terms)

    def _gatehouse_write_off_value(self):
        amount = self._gatehouse_written_off()
        if not amount:
            return None
        debts = self.line_ids.filtered(lambda line: line.account_id.account_type in DEBTS)
        whose = ", ".join((debts.partner_id | self.partner_id).mapped("name")[:3]) or self.env._("nobody")
        invoices = ", ".join(self.origin_payment_id.invoice_ids.mapped("name")[:5])
        return amount, self.env._(
            "%(amount)s %(currency)s written off of %(whose)s%(invoices)s",
            amount=f"{amount:,.2f}", currency=self.company_id.currency_id.name, whose=whose,
            invoices=f", {invoices}" if invoices else "",
        )  # fmt: skip

    def _gatehouse_write_off_material(self):
        return {
            "partner": self.partner_id.id,
            "invoices": sorted(self.origin_payment_id.invoice_ids.ids),
            "lines": sorted(
                [line.account_id.id, line.partner_id.id, line.balance, line.amount_currency, line.currency_id.id]
                for line in self.line_ids
            ),
        }  # fmt: skip

    def _gatehouse_scope(self):
        """Entries by hand name the partner on their lines."""
        scope = super()._gatehouse_scope()
        if self.move_type == "entry" and not self.partner_id:
            partner = self.line_ids.filtered(lambda line: line.account_id.account_type in DEBTS).partner_id[:1]
            scope.update(tags=partner.category_id.ids, country_id=partner.country_id.id or None)
        return scope
