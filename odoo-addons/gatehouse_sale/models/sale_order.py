from odoo import api, models

from ..tools import price_memo

#: Header fields whose change makes an approval worthless.
MATERIAL_FIELDS = {
    "partner_id",
    "partner_invoice_id",
    "partner_shipping_id",
    "currency_id",
    "payment_term_id",
    "order_line",
    "company_id",
}
#: Header fields that say which policies apply, or by which prices: written with the state, the gate must see them first.
PLACE_FIELDS = {"warehouse_id", "team_id", "user_id", "pricelist_id", "fiscal_position_id"}
#: What the controls look at, to read it for many orders at once.
JUDGED_FIELDS = (
    "name", "state", "partner_id", "partner_invoice_id", "company_id", "warehouse_id", "team_id", "user_id", "currency_id",
    "pricelist_id", "fiscal_position_id", "payment_term_id", "date_order", "amount_untaxed", "amount_total", "order_line",
)  # fmt: skip
JUDGED_LINE_FIELDS = (
    "order_id", "company_id", "currency_id", "display_type", "is_delivery", "product_id", "product_uom_id",
    "product_uom_qty", "product_no_variant_attribute_value_ids", "combo_item_id", "price_unit", "discount", "price_subtotal",
    "purchase_price", "extra_tax_data",
)  # fmt: skip


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "gatehouse.document.mixin"]
    _gatehouse_goods_link = "sale_line_id"

    # -- the transition ------------------------------------------------------------------------
    def action_confirm(self):
        waiting = self.filtered(lambda order: order.state in ("draft", "sent"))._gatehouse_hold_back()
        result = super(SaleOrder, self - waiting).action_confirm() if self - waiting else True
        return waiting._gatehouse_notification() if waiting else result

    def write(self, vals):
        confirming = (
            self.filtered(lambda order: order.state != "sale")
            if vals.get("state") == "sale"
            else self.browse()
        )
        if confirming:
            judged = {name: vals[name] for name in (MATERIAL_FIELDS | PLACE_FIELDS) & vals.keys()}
            if judged:
                # the gate must see the order as it will be, so what it judges is written first
                self.write(judged)
                return self.write({name: value for name, value in vals.items() if name not in judged})
            confirming._gatehouse_gate()
        with self._gatehouse_around(vals, MATERIAL_FIELDS, PLACE_FIELDS):
            result = super().write(vals)
        if confirming:
            confirming._gatehouse_passed("confirmed")
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """An order made in its final state passes the same gate; a refusal undoes its creation."""
        if not any(vals.get("state") == "sale" for vals in vals_list):
            return super().create(vals_list)
        with self.env.cr.savepoint():  # undone even where the caller swallows the refusal
            with self._gatehouse_creating():
                orders = super().create(vals_list)
            confirmed = orders.filtered(lambda order: order.state == "sale")
            if confirmed:
                confirmed._gatehouse_gate()
                confirmed._gatehouse_passed("confirmed")
        return orders

    def _action_cancel(self):
        result = super()._action_cancel()
        self._gatehouse_cancelled()
        return result

    def _gatehouse_resume(self):
        self.action_confirm()

    def _gatehouse_goods_gone(self):
        return "done" in self.sudo().order_line.move_ids.mapped("state")

    # -- what the gate looks at ----------------------------------------------------------------
    def _gatehouse_check_control(self):
        return "sale_checks"

    def _gatehouse_customer_list(self):
        """The customer's own price list where the order has another one, else none: a cheaper list is a discount too."""
        partner, company = self.partner_id.commercial_partner_id, self.company_id  # a contact's order is its company's
        own = self._gatehouse_remembered(
            ("customer's list", partner.id, company.id), lambda: partner.with_company(company)._gatehouse_price_list().id
        )
        return self.env["product.pricelist"].browse(own) - self.pricelist_id

    def _gatehouse_price_place(self, memo):
        """(the customer's own list, (currency, company), ids of all that prices of its lines hang on), found once an order."""
        if self.id not in memo.places:
            own, place = self._gatehouse_customer_list(), (self.currency_id, self.company_id)
            memo.places[self.id] = own, place, tuple(record.id for record in (self.pricelist_id, own, *place, self.fiscal_position_id))
        return memo.places[self.id]

    def _gatehouse_effective_discount(self):
        """Percent below the price list, the customer's own where that is dearer: the worst line, or the order as a whole.

        The whole counts a global discount, which Odoo books as a line with a negative price.
        """
        worst, listed, asked = 0.0, 0.0, 0.0
        for line in self._gatehouse_lines_with_price_memo():
            if not line._gatehouse_is_priced():
                continue
            net = line.price_unit * (1 - line.discount / 100)
            asked += net * line.product_uom_qty
            tier = line._gatehouse_tier_price()
            if tier > 0 and line.product_uom_qty > 0:
                listed += tier * line.product_uom_qty
                worst = max(worst, (tier - net) / tier * 100)
        if listed > 0:
            worst = max(worst, (listed - asked) / listed * 100)
        return round(worst, 4)

    def _gatehouse_read_ahead(self):
        """Not the hundred columns that Odoo would read beside what the controls look at."""
        self.fetch(JUDGED_FIELDS)
        lines = self.order_line
        lines.fetch([name for name in JUDGED_LINE_FIELDS if name in lines._fields])

    def _gatehouse_together(self, memory, replay=False):
        memo = price_memo.PriceMemo(self.order_line.product_id, memory.setdefault("prices", {}))
        return super()._gatehouse_together(memory, replay).with_context(gatehouse_price_memo=memo)

    def _gatehouse_lines_with_price_memo(self):
        """The lines, asking for the price list's rules once for all of them, or once for all orders judged together."""
        if price_memo.of(self.env):
            return self.order_line
        return self.order_line.with_context(gatehouse_price_memo=price_memo.PriceMemo(self.order_line.product_id, {}))

    def _gatehouse_payer(self):
        """Whose credit it is: the company that is invoiced."""
        return self.partner_invoice_id.commercial_partner_id

    def _gatehouse_material(self):
        self.ensure_one()
        payer = self._gatehouse_payer()
        another = payer and payer != self.partner_id.commercial_partner_id  # said only then: older approvals stay good
        return {
            **({"payer": payer.id} if another else {}),
            "partner": self.partner_id.id,
            "ship_to": self.partner_shipping_id.id,
            "currency": self.currency_id.id,
            "payment_term": self.payment_term_id.id,
            "lines": sorted(
                [
                    line.product_id.id,
                    line.product_uom_id.id,
                    line.product_uom_qty,
                    line.price_unit,
                    line.discount,
                ]
                for line in self.order_line
                if not line.display_type
            ),
        }

    def _gatehouse_scope(self):
        return {
            **super()._gatehouse_scope(),
            "warehouse_id": self.warehouse_id.id or None,
            "team_id": self.team_id.id or None,
            "channel": "website" if "website_id" in self._fields and self.website_id else "backend",
            "categories": self._gatehouse_categories(self.order_line.product_id),
        }

    # -- the event -----------------------------------------------------------------------------
    def _gatehouse_location(self):
        return f"warehouse:{self.warehouse_id.id}" if self.warehouse_id else None

    def _gatehouse_customer_tier(self):
        """The customer's tier as other systems know it: the price list."""
        return self.pricelist_id.name or None

    def _gatehouse_event_data(self):
        self.ensure_one()
        partner = self.partner_id
        carrier = self.carrier_id if "carrier_id" in self._fields else None
        lines = self._gatehouse_lines_with_price_memo().filtered(
            lambda line: line.product_id and not line.display_type
        )
        return {
            "currency": self.currency_id.name,
            "currency_rate": self.currency_rate or 1.0,
            "customer": f"partner:{partner.commercial_partner_id.id}",  # a contact's order is its company's
            "customer_name": partner.display_name,
            "customer_tier": self._gatehouse_customer_tier(),
            "country": self._gatehouse_country(partner),
            "order_date": self.date_order.date().isoformat(),
            "amount_untaxed": self._gatehouse_money(self.amount_untaxed),
            "amount_total": self._gatehouse_money(self.amount_total),
            "weight_kg": round(sum(line._gatehouse_weight() for line in lines), 4),
            "carrier": carrier.name if carrier else None,
            "salesperson": f"user:{self.user_id.id}" if self.user_id else None,
            "team": f"team:{self.team_id.id}" if self.team_id else None,
            "lines": [line._gatehouse_event_line() for line in lines],
        }

    def _gatehouse_country(self, partner):
        """The code alone, for nothing else reads the fifteen columns of a country."""
        partner.country_id.fetch(["code"])
        return partner.country_id.code or None

    def _gatehouse_money(self, amount):
        return f"{amount:.{self.currency_id.decimal_places}f}"

    # -- edits ---------------------------------------------------------------------------------
    def _gatehouse_terms(self):
        """Quantity and net price by line, to see whether an edit asks for more."""
        return {
            line.id: (line.product_id.id, line.product_uom_qty, line.price_unit * (1 - line.discount / 100))
            for line in self.order_line
            if not line.display_type
        }

    def _gatehouse_head(self):
        """Customer, who pays and in which currency; days of the payment terms."""
        days = self._gatehouse_days(self.payment_term_id, self._gatehouse_priced_at().date())
        return (self.partner_id.id, self._gatehouse_payer().id, self.currency_id.id), days

    def _gatehouse_asks_more(self, before, after):
        """A new line, another product, a higher quantity, a lower price, or a rebate that grew, whichever sign it has it by.

        What else may be worse, such as a price that was right for more, the bands see.
        """
        if before is None or after is None:
            return before is None
        (product, quantity, price), (product_before, quantity_before, price_before) = after, before
        grew = quantity * price < min(0.0, quantity_before * price_before) - 1e-9
        return product != product_before or quantity > quantity_before or price < price_before - 1e-9 or grew
