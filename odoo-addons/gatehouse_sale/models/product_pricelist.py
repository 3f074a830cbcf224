from odoo import models

from odoo.addons.product.models.product_pricelist import ProductPricelist as OdooPricelist

from ..tools import price_memo


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        """Rules of all lines by one search, where the caller said that it will ask for each.

        Rules of more products than asked for are harmless: Odoo takes the first one that applies to the product.
        """
        memo = price_memo.of(self.env)
        if not self or memo is None or kwargs or products._name != "product.product" or products - memo.products:
            return super()._get_applicable_rules(products, date, **kwargs)
        if not self._gatehouse_chooses_as_odoo():
            return super()._get_applicable_rules(products, date)
        rules, dated = self._gatehouse_rules(memo)
        return rules.filtered(lambda rule: rule._gatehouse_is_of(date)) if dated else rules

    def _gatehouse_chooses_as_odoo(self):
        """Whether no other addon has a say in which rules apply, such as by the weekday: then they are searched as Odoo does it."""
        return type(self)._get_applicable_rules_domain is OdooPricelist._get_applicable_rules_domain

    def _gatehouse_rules(self, memo):
        """(rules of this list for the memo's items at any date, whether one of them is dated)

        Those of Odoo's own domain. It is written without its alternatives, because taking them apart costs more than all the prices.
        """
        if self.id not in memo.rules:
            items, Rule = memo.products, self.env["product.pricelist.item"]
            paths = "".join(category.parent_path or "" for category in items.categ_id)
            rules = Rule.search_fetch(
                [
                    ("pricelist_id", "=", self.id),
                    ("categ_id", "in", [False, *{int(part) for part in paths.split("/") if part}]),
                    ("product_tmpl_id", "in", [False, *items.product_tmpl_id.ids]),
                    ("product_id", "in", [False, *items.ids]),
                ],
                Rule._gatehouse_price_fields,
            )
            memo.rules[self.id] = rules, any(rule.date_start or rule.date_end for rule in rules)
        return memo.rules[self.id]

    def _gatehouse_is_timeless(self, memo, product, currency, company):
        """Whether a price by these lists is the same at any date: no dated rule, neither here nor in a list they build on, and no
        exchange rate.
        """
        if not self._gatehouse_chooses_as_odoo():
            return False
        currencies, dated = self._gatehouse_dates_and_currencies(memo)
        item = product.with_company(company)
        return not dated and len(currency | currencies | item.currency_id | item.cost_currency_id) == 1

    def _gatehouse_dates_and_currencies(self, memo):
        """(currencies of these lists and of those that their rules for the memo's items start from, whether a rule is dated)"""
        if self._ids not in memo.lists:
            lists, found = self.browse(), self
            while found:
                lists |= found
                found = found.browse().union(*(each._gatehouse_rules(memo)[0].base_pricelist_id for each in found)) - lists
            memo.lists[self._ids] = lists.currency_id, any(each._gatehouse_rules(memo)[1] for each in lists)
        return memo.lists[self._ids]


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _gatehouse_is_of(self, date):
        """Whether the rule is in force at that moment."""
        return (not self.date_start or self.date_start <= date) and (not self.date_end or self.date_end >= date)
