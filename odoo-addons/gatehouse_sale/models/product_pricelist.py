from odoo import models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        """Rules of all lines by one search, where the caller said that it will ask for each.

        Rules of more products than asked for are harmless: Odoo takes the first one that applies to the product.
        Of many orders a list without dated rules is asked once, whatever their dates.
        """
        memo = self.env.context.get("gatehouse_price_memo")
        if memo is None or kwargs or products._name != "product.product" or products - memo["products"]:
            return super()._get_applicable_rules(products, date, **kwargs)
        key = (self.id, date if self._gatehouse_is_dated(memo) else None)
        if key not in memo:
            memo[key] = super()._get_applicable_rules(memo["products"], date)
        return memo[key]

    def _gatehouse_is_dated(self, memo):
        """Whether rules may differ by date; for one order there is one date anyway, so nobody looks."""
        if not memo.get("shared"):
            return True
        key = ("dated", self.id)
        if key not in memo:
            dated = ["|", ("date_start", "!=", False), ("date_end", "!=", False)]
            memo[key] = bool(self.env["product.pricelist.item"].search_count([("pricelist_id", "=", self.id), *dated], limit=1))
        return memo[key]
