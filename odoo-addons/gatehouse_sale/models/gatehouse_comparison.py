import re
from decimal import Decimal, InvalidOperation

from odoo import fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    gatehouse_compare_balances = fields.Boolean(
        "Compare customers' balances", help="Every 15 minutes what customers owe is compared with the finance system."
    )
    gatehouse_balance_tolerance = fields.Monetary(
        "Tolerated difference", currency_field="currency_id", default=1.0, help="Smaller differences of a customer's balance are let be."
    )


class GatehouseReconciliation(models.Model):
    """What customers owe by the finance system against Odoo's receivables."""

    _inherit = "gatehouse.reconciliation"

    def _comparisons(self):
        return {**super()._comparisons(), "balances": ("gatehouse_compare_balances", self.env._("The finance system's balances"))}

    def _compare_balances(self, company, since, rows):
        """:param rows: [{"customer": "partner:ID", "balance": {"value", "currency"}}], each customer once"""
        prefix = "reconcile:balance_differs:"
        for index, row in enumerate(rows):
            balance, currency = self._balance(row, index)
            name = str(row.get("customer") or "")[:200]
            number = re.fullmatch(r"partner:(\d{1,9})", name)
            partner = self.env["res.partner"].browse(int(number[1]) if number else ()).exists()
            if not partner or partner.company_id not in (company, self.env["res.company"]):
                if balance:
                    text = self.env._("Finance says that %(who)s owes %(amount)s, and there is no such customer here.",
                                      who=name, amount=f"{balance} {currency.name}")  # fmt: skip
                    self._note("balance_unknown", None, text, None, name=name, key=f"{company.id}:{name}")
                continue
            theirs = currency._convert(float(balance), company.currency_id, company, fields.Date.context_today(self))
            ours, key = partner.with_company(company).credit, f"{company.id}:{partner.id}"
            if abs(theirs - ours) > company.gatehouse_balance_tolerance:
                text = self.env._("%(who)s owes %(theirs)s by the finance system and %(ours)s by Odoo.",
                                  who=partner.display_name, theirs=company.currency_id.format(theirs),
                                  ours=company.currency_id.format(ours))  # fmt: skip
                self._note("balance_differs", partner, text, None, key=key)
            else:
                self._solved([("key", "=", prefix + key)])

    def _balance(self, row, index):
        money = row.get("balance") if isinstance(row.get("balance"), dict) else {}
        currency = self.env["res.currency"].with_context(active_test=False).search([("name", "=", str(money.get("currency")))], limit=1)
        try:
            balance = Decimal(str(money.get("value")))
            if not balance.is_finite():
                raise InvalidOperation
        except InvalidOperation as error:
            raise ValidationError(self.env._("rows[%s].balance.value: must be a decimal text", index)) from error
        if not currency:
            raise ValidationError(self.env._("rows[%s].balance.currency: is not known here", index))
        return balance, currency


class GatehouseReconciliationLine(models.Model):
    _inherit = "gatehouse.reconciliation.line"

    kind = fields.Selection(
        selection_add=[
            ("balance_differs", "Balance that differs in finance"),
            ("balance_unknown", "Balance of a customer nobody knows"),
        ],
        ondelete={"balance_differs": "cascade", "balance_unknown": "cascade"},
    )
