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

        Debts of one partner set against those of another, and money in transit, are settled by what is worth as much. Money that
        was said to come and is booked as a loss instead gives up the debt that it settled.
        """
        self.ensure_one()
        debts = self.line_ids.filtered(lambda line: line.account_id.account_type in DEBTS)
        coming, going = self._gatehouse_accounts_in_transit()
        money = (self.line_ids - debts).filtered(
            lambda line: line.account_id.account_type in MONEY or line.account_id in coming | going
        )
        others = self.line_ids - debts - money
        reduced = debts.filtered(lambda line: line._gatehouse_reduces_debt())
        rates = reduced.filtered(lambda line: line._gatehouse_moves_the_rate_only())
        settled = sum(abs(line.balance) for line in reduced - rates)
        lost, gained = sum(others.mapped("debit")), sum(others.mapped("credit"))
        at_once = min(settled, max(lost, gained))
        given = at_once + self._gatehouse_called_exchange_difference(rates, others)
        given += min(max(0.0, lost - at_once), sum(line.credit for line in money if line.account_id in coming))
        given += min(max(0.0, gained - at_once), sum(line.debit for line in money if line.account_id in going))
        if settled:
            given += sum(line._gatehouse_off_the_rate(-1 if line in reduced else 1) for line in reduced | money)
            given += self.origin_payment_id._gatehouse_below_the_rate()
        return max(0.0, round(given - self._gatehouse_allowed_discount(), 2))

    def _gatehouse_accounts_in_transit(self):
        """Accounts of money said to come, and of money said to go: of payments not yet on a statement, of statements not yet
        matched, of transfers."""
        return self._gatehouse_remembered(("in transit", self.company_id.id), self._gatehouse_find_accounts_in_transit)

    def _gatehouse_find_accounts_in_transit(self):
        journals = self.env["account.journal"].sudo().search(
            [("company_id", "=", self.company_id.id), ("type", "in", ("bank", "cash", "credit"))]
        )  # fmt: skip
        chart = self.env["account.chart.template"].sudo().with_context(allowed_company_ids=self.company_id.root_id.ids)
        either, found = journals.suspense_account_id | self.company_id.transfer_account_id, []
        for methods, name in zip((journals.inbound_payment_method_line_ids, journals.outbound_payment_method_line_ids), OUTSTANDING):
            usual = chart.ref(name, raise_if_not_found=False) or either.browse()
            accounts = either | methods.payment_account_id | usual
            found.append(accounts.filtered(lambda account: account.internal_group in ("asset", "liability")))
        return found

    def _gatehouse_allowed_discount(self):
        """The early payment discounts that the paid invoices' own terms give at this date, in company currency."""
        paid = self.origin_payment_id.invoice_ids.filtered(
            lambda invoice: invoice.commercial_partner_id == self.partner_id.commercial_partner_id
            and invoice._is_eligible_for_early_payment_discount(invoice.currency_id, self.date)
        )
        terms = paid.line_ids.filtered(lambda line: line.display_type == "payment_term" and line.discount_date)
        return sum(abs(line.balance) - abs(line.discount_balance) for line in terms)

    def _gatehouse_write_off_value(self, policy):
        amount = self._gatehouse_counted_amount(policy)
        if not amount:
            return None
        whose = ", ".join(self._gatehouse_debtors().mapped("name")[:3]) or self.env._("nobody")
        invoices = ", ".join(self.origin_payment_id.invoice_ids.mapped("name")[:5])
        text = self.env._(
            "%(amount)s %(currency)s written off of %(whose)s%(invoices)s",
            amount=f"{amount:,.2f}", currency=self.company_id.currency_id.name, whose=whose,
            invoices=f", {invoices}" if invoices else "",
        )  # fmt: skip
        return self._gatehouse_counted_together(WRITE_OFF, policy, amount, text)

    def _gatehouse_refusal(self, verdict, what):
        text = super()._gatehouse_refusal(verdict, what)
        if verdict["control"] != WRITE_OFF or not self.statement_line_id:
            return text
        return "%s\n%s" % (
            text,
            self.env._("A bank statement's line cannot wait: book the difference by the payment or by an entry, which wait for a signature."),
        )

    def _gatehouse_write_off_material(self):
        material = {
            "partner": self.partner_id.id,
            "invoices": sorted(self.origin_payment_id.invoice_ids.ids),
            "lines": sorted(
                [line.account_id.id, line.partner_id.id, line.balance, line.amount_currency, line.currency_id.id]
                for line in self.line_ids
            ),
        }  # fmt: skip
        if self.origin_payment_id.gatehouse_rate:
            material["rate"] = self.origin_payment_id.gatehouse_rate
        return material

    def _gatehouse_debtors(self):
        """Whose debts an entry is about: entries by hand name the partner on their lines."""
        debts = self.line_ids.filtered(lambda line: line.account_id.account_type in DEBTS)
        return debts.partner_id | self.partner_id

    def _gatehouse_scope(self):
        scope = super()._gatehouse_scope()
        if self.move_type == "entry" and not self.partner_id:
            partner = self._gatehouse_debtors()[:1]
            scope.update(tags=partner._gatehouse_tags(), country_id=partner.country_id.id or None)
        return scope

    # -- counted together ----------------------------------------------------------------------
    def _gatehouse_counted(self):
        """Posted entries that touch more than debts and money."""
        coming, going = self._gatehouse_accounts_in_transit()
        return [
            ("move_type", "=", "entry"), ("state", "=", "posted"),
            ("line_ids", "any", [("account_id", "not in", (coming | going).ids), ("account_id.account_type", "not in", (*DEBTS, *MONEY))]),
        ]  # fmt: skip

    def _gatehouse_alike(self, by):
        """Entries know no items; who left the partner out is counted with everybody."""
        if by == "requester":
            return [("create_uid", "=", self.create_uid.id)]
        whose = self._gatehouse_debtors().commercial_partner_id.ids
        return ["|", ("line_ids.partner_id.commercial_partner_id", "in", whose), ("line_ids", "not any", [("partner_id", "!=", False)])]

    def _gatehouse_others(self, control, policy):
        others = super()._gatehouse_others(control, policy)
        return others._gatehouse_together({}).filtered(lambda move: move._gatehouse_amount() > 0)
