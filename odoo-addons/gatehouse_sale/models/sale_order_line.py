from odoo import models

from ..tools import price_memo


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["gatehouse.line.mixin", "sale.order.line"]
    _gatehouse_material_fields = frozenset({"product_id", "product_uom_id", "product_uom_qty", "price_unit", "discount", "order_id"})

    # -- prices --------------------------------------------------------------------------------
    def _gatehouse_is_priced(self):
        """Whether it sells something. A flag that any caller may write hides no product: a down payment has none, a delivery
        is what the order's carrier charges.
        """
        if self.display_type or not self.product_id:
            return False
        return not (getattr(self, "is_delivery", False) and self.product_id == self.order_id.carrier_id.product_id)

    def _gatehouse_is_discount(self):
        """A discount on the whole order: it has no price of its own, and lowers what the other lines ask."""
        return self._is_global_discount() and self.product_id == self.company_id.sale_discount_product_id

    def _gatehouse_tier_price(self):
        """The price list's price at the order's date, within its life, and at the quantity, whatever price was typed in and list was chosen."""
        self.ensure_one()
        product = self.product_id
        if not product or not self.product_uom_id or self._gatehouse_is_discount():
            return 0.0
        if product.type == "combo" or self.combo_item_id:
            return self.with_context(gatehouse_reference=True)._get_display_price()
        memo = price_memo.of(self.env)
        if memo is None:
            return self.with_context(gatehouse_price_memo=price_memo.PriceMemo(product, {}))._gatehouse_tier_price()
        own, place, ids = self.order_id._gatehouse_price_place(memo)
        key = (product.id, self.product_uom_qty, self.product_uom_id.id, self.product_no_variant_attribute_value_ids._ids, ids)
        if key in memo.prices:
            return memo.prices[key]
        price = self._gatehouse_list_price_at_date(own)
        if (self.order_id.pricelist_id | own)._gatehouse_is_timeless(memo, product, *place):
            memo.prices[key] = price
        return price

    def _gatehouse_list_price_at_date(self, own):
        """:param own: the customer's own price list, where the order has another one"""
        line = self.with_company(self.company_id).with_context(gatehouse_reference=True)
        price = line._get_pricelist_price()
        if own:
            price = max(price, line._gatehouse_price_of(own))
        if self.order_id.fiscal_position_id:
            price = line.product_id._get_tax_included_unit_price_from_price(
                price,
                product_taxes=line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
                fiscal_position=line.order_id.fiscal_position_id,
            )
        return price

    def _gatehouse_price_of(self, pricelist):
        product = self.product_id.with_context(**self._get_product_price_context())
        return pricelist._get_product_price(product, **self._get_pricelist_kwargs())

    def _get_order_date(self):
        """Where the gate asks for a reference: the date within the order's life."""
        date = super()._get_order_date()
        return self.order_id._gatehouse_priced_at(date) if self.env.context.get("gatehouse_reference") else date

    def _get_pricelist_price(self):
        """Where the gate asks for a reference: by the rule of that date, and not by the one Odoo remembers for the line."""
        if not self.env.context.get("gatehouse_reference"):
            return super()._get_pricelist_price()
        return self._gatehouse_price_of(self.order_id.pricelist_id)

    def _gatehouse_list_price(self):
        """The product's own price in the order's currency and unit."""
        product = self.product_id.with_company(self.company_id)
        price = product.uom_id._compute_price(product.lst_price, self.product_uom_id)
        return product.currency_id._convert(
            price, self.currency_id, self.company_id, self.order_id._gatehouse_priced_at(), round=False
        )

    def _gatehouse_cost(self):
        """What a unit costs in the order's currency: as the line says, which whoever sells may write, and not less than the
        item's own cost. History is replayed by what its lines say, since costs moved on.
        """
        if self.order_id._gatehouse_is_replayed():
            return self.purchase_price
        product = self.product_id.with_company(self.company_id)
        own = product.uom_id._compute_price(product.standard_price, self.product_uom_id)
        return max(self.purchase_price, self._convert_to_sol_currency(own, product.cost_currency_id))

    def _gatehouse_weight(self):
        quantity = self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, round=False
        )
        return self.product_id.weight * quantity

    def _gatehouse_event_line(self):
        money = self.order_id._gatehouse_money
        return {
            "id": f"line:{self.id}",
            "item": self.product_id.default_code or f"product:{self.product_id.id}",
            "item_name": self.product_id.name,
            "category": self.product_id.categ_id.name or None,
            "quantity": self.product_uom_qty,
            "uom": self.product_uom_id.name,
            "list_price": money(self._gatehouse_list_price()),
            "tier_price": money(self._gatehouse_tier_price()),
            "unit_price": money(self.price_unit),
            "discount": self.discount,
        }
