from odoo import models


class SaleOrder(models.Model):
    """What the bands of the sales controls judge; higher is worse in each."""

    _inherit = "sale.order"

    _gatehouse_transient_controls = ("sale_credit", "sale_discount", "sale_margin", "sale_terms")

    def _gatehouse_may_let_go(self, hold):
        """Not by prices that somebody who asked for the order changed, until another person has looked at that."""
        told = [("key", "=like", "prices:%"), ("state", "=", "open"), ("about_user_id", "in", hold.requester_ids.ids)]
        own_prices = hold.control == "sale_discount" and self.env["gatehouse.exception"].sudo().search_count(told, limit=1)
        return not own_prices and super()._gatehouse_may_let_go(hold)

    def _gatehouse_controls(self):
        return ["sale_discount", "sale_amount", "sale_margin", "sale_credit", "sale_terms"]

    def _gatehouse_measured_by(self, control):
        own = {**dict.fromkeys(SaleOrder._gatehouse_controls(self), ()), "sale_amount": ("rolling_days", "rolling_by")}
        return own.get(control) if control in own else super()._gatehouse_measured_by(control)

    def _gatehouse_value(self, control, policy):
        self.ensure_one()
        return {
            "sale_discount": self._gatehouse_discount_value,
            "sale_amount": lambda: self._gatehouse_amount_value(control, policy),
            "sale_margin": self._gatehouse_margin_value,
            "sale_credit": self._gatehouse_credit_value,
            "sale_terms": self._gatehouse_terms_value,
        }[control]()

    def _gatehouse_discount_value(self):
        value, own = self._gatehouse_effective_discount(), self._gatehouse_customer_list()
        if not own:
            return value, self.env._("effective discount %s %%", f"{value:.2f}")
        return value, self.env._(
            "effective discount %(value)s %%, measured by %(list)s, the customer's own price list",
            value=f"{value:.2f}", list=own.name,
        )

    def _gatehouse_margin_value(self):
        """Cost in percent of the net price: the worst line, or the order with its discount lines.

        85 means a margin of 15 %, above 100 is a loss. Given away at a cost counts as 1000. Lines without a
        known cost are left out of it.
        """
        worst, cost, net = 0.0, 0.0, 0.0
        for line in self.order_line:
            if not line._gatehouse_is_priced():
                continue
            net += line.price_subtotal
            line_cost = line._gatehouse_cost() * line.product_uom_qty
            if line_cost > 0:
                cost += line_cost
                worst = max(worst, line_cost / line.price_subtotal * 100 if line.price_subtotal > 0 else 1000.0)
        if cost > 0:
            worst = max(worst, cost / net * 100 if net > 0 else 1000.0)
        worst = round(min(worst, 1000.0), 4)
        return worst, self.env._("cost is %(cost)s %% of the price", cost=f"{worst:.1f}")

    def _gatehouse_credit_value(self):
        """Company currency over the customer's credit limit, this order included; 0 without a limit.

        Exposure is Odoo's own: open receivables and confirmed orders not invoiced yet.
        """
        partner = self._gatehouse_payer().with_company(self.company_id).sudo()
        partner.invalidate_recordset(["credit", "credit_to_invoice"])
        limit = partner.credit_limit if self.company_id.account_use_credit_limit else 0.0
        if limit <= 0:
            return 0.0, self.env._("no credit limit")
        exposure = partner.credit + partner.credit_to_invoice
        if not self._gatehouse_is_confirmed():
            exposure += self.currency_id._convert(
                self.amount_total, self.company_id.currency_id, self.company_id, self._gatehouse_priced_at()
            )
        over = max(0.0, round(exposure - limit, 2))
        return over, self.env._(
            "exposure with this order %(exposure)s %(currency)s, credit limit %(limit)s",
            exposure=f"{exposure:,.2f}",
            currency=self.company_id.currency_id.name,
            limit=f"{limit:,.2f}",
        )

    def _gatehouse_terms_value(self):
        """Days that the order's payment terms are longer than those agreed with the customer."""
        partner = self.partner_id.commercial_partner_id.with_company(self.company_id)
        day = self._gatehouse_priced_at().date()
        asked = self._gatehouse_days(self.payment_term_id, day)
        agreed = self._gatehouse_days(partner.property_payment_term_id, day)
        return max(0, asked - agreed), self.env._(
            "paid after %(asked)s days, agreed are %(agreed)s", asked=asked, agreed=agreed
        )

    @staticmethod
    def _gatehouse_days(term, day):
        """Days from the order to the last part of the payment."""
        return max(((line._get_due_date(day) - day).days for line in term.line_ids), default=0)
