from odoo import api, models

#: Header fields whose change makes an approval worthless.
MATERIAL_FIELDS = {"partner_id", "currency_id", "payment_term_id", "order_line", "company_id", "dest_address_id"}
#: Header fields that say which policies apply: written with the state, the gate must see them first.
PLACE_FIELDS = {"picking_type_id", "user_id"}
CONFIRMED = "purchase"


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "gatehouse.document.mixin"]
    _gatehouse_goods_link = "purchase_line_id"
    _gatehouse_goods_quantity = "product_qty"

    # -- the transition ------------------------------------------------------------------------
    def button_confirm(self):
        """Orders that need a review stay a request for quotation; the others go on."""
        waiting = self.filtered(lambda order: order.state in ("draft", "sent"))._gatehouse_hold_back()
        result = super(PurchaseOrder, self - waiting).button_confirm() if self - waiting else True
        return waiting._gatehouse_notification() if waiting else result

    def button_approve(self, force=False):
        """The second step of Odoo's own approval ends in the same gate."""
        waiting = self.filtered(lambda order: order.state == "to approve")._gatehouse_hold_back()
        result = super(PurchaseOrder, self - waiting).button_approve(force=force) if self - waiting else {}
        return waiting._gatehouse_notification() if waiting else result

    def write(self, vals):
        """Every path to the confirmed state writes it: the buttons, an import and a call from outside."""
        confirming = self.browse()
        if vals.get("state") == CONFIRMED:
            confirming = self.filtered(lambda order: order.state != CONFIRMED)
        judged = {name: vals[name] for name in (MATERIAL_FIELDS | PLACE_FIELDS) & vals.keys()}
        if confirming and judged:
            # the gate must see the order as it will be, so what changes comes first
            self.write(judged)
            return self.write({name: value for name, value in vals.items() if name not in judged})
        if confirming:
            confirming._gatehouse_gate()
        with self._gatehouse_around(vals, MATERIAL_FIELDS, PLACE_FIELDS):
            result = super().write(vals)
        if confirming:
            confirming._gatehouse_passed("confirmed")
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """An order made in its final state passes the same gate; a refusal undoes its creation."""
        if not any(vals.get("state") == CONFIRMED for vals in vals_list):
            return super().create(vals_list)
        with self.env.cr.savepoint():  # undone even where the caller swallows the refusal
            with self._gatehouse_creating():
                orders = super().create(vals_list)
            confirmed = orders.filtered(lambda order: order.state == CONFIRMED)
            if confirmed:
                confirmed._gatehouse_gate()
                confirmed._gatehouse_passed("confirmed")
        return orders

    def _gatehouse_is_confirmed(self):
        return self.state == CONFIRMED

    def button_cancel(self):
        result = super().button_cancel()
        self._gatehouse_cancelled()
        return result

    def _gatehouse_resume(self):
        self.ensure_one()
        if self.state == "to approve":
            self.button_approve()
        else:
            self.button_confirm()

    def _gatehouse_goods_block(self):
        return "receive"

    def _gatehouse_goods_gone(self):
        """Received in full: while something is still to come, a hold can stop it."""
        states = set(self.sudo().order_line.move_ids.mapped("state"))
        return "done" in states and states <= {"done", "cancel"}

    def _gatehouse_check_control(self):
        return "purchase_checks"

    def _gatehouse_material(self):
        self.ensure_one()
        return {
            "partner": self.partner_id.id,
            "ship_to": self.dest_address_id.id,
            "currency": self.currency_id.id,
            "payment_term": self.payment_term_id.id,
            "lines": sorted(
                [line.product_id.id, line.product_uom_id.id, line.product_qty, line.price_unit, line.discount]
                for line in self.order_line if not line.display_type
            ),
        }

    def _gatehouse_scope(self):
        return {
            **super()._gatehouse_scope(),
            "warehouse_id": self.picking_type_id.warehouse_id.id or None,
            "categories": self._gatehouse_categories(self.order_line.product_id),
        }

    # -- the event -----------------------------------------------------------------------------
    def _gatehouse_location(self):
        warehouse = self.sudo().picking_type_id.warehouse_id
        return f"warehouse:{warehouse.id}" if warehouse else None

    def _gatehouse_event_data(self):
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line.product_id and not line.display_type)
        return {
            "currency": self.currency_id.name,
            "currency_rate": self.currency_rate or 1.0,
            "place": self._gatehouse_location(),
            "vendor": f"partner:{self.partner_id.commercial_partner_id.id}",  # an agent's order is its company's
            "vendor_name": self.partner_id.display_name,
            "order_date": self.date_order.date().isoformat(),
            "amount_untaxed": self._gatehouse_money(self.amount_untaxed),
            "amount_total": self._gatehouse_money(self.amount_total),
            "buyer": f"user:{self.user_id.id}" if self.user_id else None,
            "lines": [line._gatehouse_event_line() for line in lines],
        }

    def _gatehouse_money(self, amount, digits=0):
        """A decimal string; prices may carry more digits than their currency."""
        return f"{amount:.{max(digits, self.currency_id.decimal_places)}f}"

    # -- edits ---------------------------------------------------------------------------------
    def _gatehouse_terms(self):
        """Quantity and net price in the product's own unit: no change of unit or currency hides anything."""
        terms = {}
        for line in self.order_line.filtered(lambda line: not line.display_type):
            quantity = line.product_uom_qty
            price = line.price_unit * (1 - line.discount / 100)
            terms[line.id] = (
                (line.product_id.id, self.currency_id.id), quantity, price * line.product_qty / quantity if quantity else price,
            )
        return terms

    def _gatehouse_asks_more(self, before, after):
        """A new line, another product, a higher quantity or price, or a rebate that shrank or went, whichever sign it has it by."""
        if before is None:
            return True
        product, quantity, price = after or (before[0], 0.0, 0.0)
        shrank = before[1] * before[2] < min(0.0, quantity * price) - 1e-9
        return product != before[0] or quantity > before[1] or price > before[2] + 1e-9 or shrank
