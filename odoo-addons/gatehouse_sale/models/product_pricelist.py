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

    def _gatehouse_is_timeless(self, memo, product, currency, company):
        """Whether a price is the same at any date: no dated rule, neither here nor in a list it builds on, and no exchange rate."""
        key = ("timeless", self.id, product.id, currency.id, company.id)
        if key not in memo["prices"]:
            lists, found = self.browse(), self
            while found - lists:
                lists |= found
                bases = [("pricelist_id", "in", lists.ids), ("base_pricelist_id", "!=", False)]
                rows = self.env["product.pricelist.item"]._read_group(bases, ["base_pricelist_id"])
                found = self.browse().union(*(base for (base,) in rows))
            item = product.with_company(company)
            one = currency | lists.currency_id | item.currency_id | item.cost_currency_id
            memo["prices"][key] = len(one) <= 1 and not any(each._gatehouse_is_dated(memo) for each in lists)
        return memo["prices"][key]

    def _gatehouse_is_dated(self, memo):
        """Whether rules may differ by date; for one order there is one date anyway, so nobody looks."""
        if not memo.get("shared"):
            return True
        key = ("dated", self.id)
        if key not in memo:
            dated = ["|", ("date_start", "!=", False), ("date_end", "!=", False)]
            memo[key] = bool(self.env["product.pricelist.item"].search_count([("pricelist_id", "=", self.id), *dated], limit=1))
        return memo[key]
