from collections import defaultdict

from odoo import fields, models

from odoo.addons.stock.models.stock_rule import ProcurementException


class StockMove(models.Model):
    """Held goods start no purchase and no manufacture, and lose their reservation in time."""

    _inherit = "stock.move"

    gatehouse_procure_later = fields.Boolean(
        "Procured when released", readonly=True, copy=False, index="btree_not_null", help="A hold kept its goods from being bought or made."
    )

    gatehouse_rest = fields.Boolean(
        "Rest of a released part", readonly=True, copy=False, help="Split off because it stays held; what is free is not counted for it first."
    )

    def _gatehouse_not_to_procure(self):
        """Moves under a hold whose policy does not procure held goods."""
        held = self.browse()
        for blocks, moves in self._gatehouse_directions():
            placed = moves._gatehouse_open_holds(blocks).filtered(lambda hold: not hold.policy_id.procure_held)._by_document()
            held |= moves.filtered(lambda move, placed=placed: placed and move._gatehouse_under(placed))
        return held

    def _gatehouse_to_order(self):
        """Moves whose goods are bought or made for them alone, when they are confirmed."""
        return self.filtered(
            lambda move: not move.move_orig_ids
            and (move.procure_method == "make_to_order" or move.rule_id.procure_method == "mts_else_mto")
        )

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        later = self.browse()
        if create_proc:
            later = self.filtered(lambda move: move.state == "draft")._gatehouse_to_order()._gatehouse_not_to_procure()
        if not later:
            return super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        later = self & later  # in the caller's environment
        later.sudo().gatehouse_procure_later = True
        moves = super(StockMove, later)._action_confirm(merge=merge, merge_into=merge_into, create_proc=False)
        rest = self - later
        return (moves | super(StockMove, rest)._action_confirm(merge=merge, merge_into=merge_into)) if rest else moves

    def _gatehouse_procure(self):
        """What waited for a release is bought or made now; what cannot be is somebody's task."""
        waiting = self.sudo()._gatehouse_open()
        later = waiting.filtered("gatehouse_procure_later")
        later -= later._gatehouse_not_to_procure()
        later.gatehouse_procure_later = False
        for move, quantity in zip(later, later._prepare_procurement_qty(), strict=True):
            move._gatehouse_procure_one(quantity)
        waiting._update_orderpoints()
        # Odoo looks for the reordering rule of each move by itself: only those whose product has one
        ruled = self.env["stock.warehouse.orderpoint"].sudo().search(
            [("product_id", "in", waiting.product_id.ids), ("trigger", "=", "auto")]
        ).product_id
        waiting.filtered(lambda move: move.product_id in ruled)._trigger_scheduler()

    def _gatehouse_procure_one(self, quantity):
        """By Odoo's own rules, as `_action_confirm` would have done."""
        request = self.env["stock.rule"].Procurement(
            self.product_id, quantity, self.product_uom, self.location_id, self.rule_id.name or "/",
            self._prepare_procurement_origin(), self.company_id, self._prepare_procurement_values(),
        )  # fmt: skip
        try:
            with self.env.cr.savepoint():
                self.env["stock.rule"].sudo().run([request], raise_user_error=False)
        except ProcurementException as error:
            self.env["gatehouse.exception"]._open(
                f"procure:{self.id}", "supply",
                self.env._("%(origin)s was released, and %(item)s cannot be procured", origin=request.origin,
                           item=self.product_id.display_name),
                detail="\n".join(str(message) for _procurement, message in error.procurement_exceptions),
                res_model="stock.picking", res_id=self.picking_id.id, company_id=self.company_id.id,
            )  # fmt: skip

    def _action_assign(self, force_qty=False):
        """A transfer that gave its reservation up waits for its release with the others."""
        free = self.filtered(lambda move: not move.picking_id.gatehouse_unreserved_at)
        return super(StockMove, free)._action_assign(force_qty=force_qty)

    def _gatehouse_split_off(self, free):
        """Leave `free` (in the product's unit) in this move and return the move with the rest."""
        self.ensure_one()
        self._do_unreserve()
        rest = self.create(self._split(self.product_qty - free))
        rest.gatehouse_rest = True
        return rest._action_confirm(merge=False, create_proc=False)


class StockWarehouseOrderpoint(models.Model):
    """Reordering rules count what held orders need as if it were there: nothing is bought for them."""

    _inherit = "stock.warehouse.orderpoint"

    def _quantity_in_progress(self):
        quantities = super()._quantity_in_progress()
        held = defaultdict(list)
        for product, *goods in self.env["gatehouse.hold"].sudo()._goods_not_procured(self.product_id):
            held[product].append(goods)
        for orderpoint in self:
            until = fields.Datetime.to_datetime(orderpoint._get_product_context().get("to_date"))
            place = orderpoint.location_id.parent_path or "?"
            quantities[orderpoint.id] += sum(
                quantity
                for quantity, path, date in held[orderpoint.product_id.id]
                if (path or "").startswith(place) and (not until or until >= date)
            )
        return quantities
