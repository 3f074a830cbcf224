from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _gatehouse_credit_value(self):
        """As OCA's financial risk counts: what the customer's form includes, this order too where orders are included.

        One whose form includes nothing would never be over his limit: he is judged as Odoo does.
        """
        partner = self._gatehouse_payer().with_company(self.company_id).sudo()
        limit, currency = partner.credit_limit, partner.risk_currency_id
        included = any(partner[include] for _amount, _limit, include in partner._risk_field_list())
        if limit <= 0 or not included:
            return super()._gatehouse_credit_value()
        partner.invalidate_recordset(["risk_total", "risk_sale_order"])
        exposure, day = partner.risk_total, self._gatehouse_priced_at()
        if partner.risk_sale_order_include and not self._gatehouse_is_confirmed():
            exposure += self.currency_id._convert(self.amount_total, currency, self.company_id, day)
        over = currency._convert(max(0.0, exposure - limit), self.company_id.currency_id, self.company_id, day)
        return over, self.env._(
            "financial risk with this order %(exposure)s %(currency)s, credit limit %(limit)s",
            exposure=f"{exposure:,.2f}",
            currency=currency.name,
            limit=f"{limit:,.2f}",
        )

    def evaluate_risk_message(self, partner):
        """Nothing to ask where a policy enforces the control: it held the order, or found it within its limit."""
        policy = self._gatehouse_policies()[self.id].get("sale_credit")
        return "" if policy and policy["mode"] == "enforcing" else super().evaluate_risk_message(partner)
