from markupsafe import Markup

from odoo import api, fields, models

from .gatehouse_hold_part import GOODS

OPEN = ("draft", "waiting", "confirmed", "assigned")


class StockPicking(models.Model):
    """A transfer whose goods a hold stops: it says so, and is nobody's work until it is released."""

    _inherit = "stock.picking"

    gatehouse_held = fields.Boolean(
        "On hold", compute="_compute_gatehouse_held", search="_search_gatehouse_held", compute_sudo=True
    )
    gatehouse_held_text = fields.Html(compute="_compute_gatehouse_held", compute_sudo=True, sanitize=False)
    gatehouse_unreserved_at = fields.Datetime(
        "Reservation given up", readonly=True, copy=False, help="Its goods were held too long to stay reserved."
    )

    @api.depends_context("uid")
    @api.depends("state", "move_ids.state", "move_ids.quantity")
    def _compute_gatehouse_held(self):
        found = self._gatehouse_holds_by_transfer()
        for picking in self:
            holds = found.get(picking, ())
            picking.gatehouse_held = bool(holds)
            picking.gatehouse_held_text = Markup("").join(hold._banner_item() for hold in holds) or False

    def _gatehouse_holds_by_transfer(self):
        """{open transfer: holds that stop something of it}; asked once for all, and as a rule nothing holds any of them."""
        waiting = self.filtered(lambda picking: picking._origin.id and picking.state in OPEN)
        directions = waiting.move_ids._gatehouse_open()._gatehouse_directions()
        placed = {blocks: moves._gatehouse_open_holds(blocks)._by_document() for blocks, moves in directions}
        return {picking: picking._gatehouse_holds(placed) for picking in waiting} if any(placed.values()) else {}

    def _gatehouse_holds(self, placed=None):
        """Open holds that stop something of this transfer, released parts left out.

        :param placed: {what is blocked: {(model, id): holds}} where they were read for many transfers
        """
        self.ensure_one()
        found = self.env["gatehouse.hold"].sudo().browse()
        for blocks, moving in self.move_ids._gatehouse_open()._gatehouse_directions():
            holds = moving._gatehouse_open_holds(blocks) if placed is None else moving._gatehouse_under(placed.get(blocks, {}))
            for hold in holds:
                if not hold.part_ids or any(move in moving for move in hold._still_held(hold._open_moves())):
                    found |= hold
        return found

    def _search_gatehouse_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        holds = self.env["gatehouse.hold"].sudo().search([("state", "=", "open"), ("blocks", "in", GOODS)])
        held = self.sudo().browse().union(*(hold._held_pickings() for hold in holds))
        return [("id", "in" if True in value else "not in", held.ids)]

    # -- the reservation -----------------------------------------------------------------------
    def _gatehouse_unreserve(self, hold, hours):
        for picking in self.filtered(lambda picking: picking.gatehouse_held and not picking.gatehouse_unreserved_at):
            moves = picking.move_ids.filtered(lambda move: move.state in ("assigned", "partially_available"))
            if not moves:
                continue
            moves._do_unreserve()
            picking.gatehouse_unreserved_at = fields.Datetime.now()
            picking.message_post(
                body=self.env._(
                    "Held for more than %(hours)s hours: its goods are free for other orders until it is released. %(why)s",
                    hours=f"{hours:g}", why=hold.reason_text or hold.control,
                )
            )  # fmt: skip

    def _gatehouse_reserve_again(self):
        for picking in self.filtered("gatehouse_unreserved_at"):
            picking.gatehouse_unreserved_at = False
            picking.move_ids.filtered(lambda move: move.state in ("confirmed", "partially_available"))._action_assign()
            picking.message_post(body=self.env._("Released: its goods are reserved again as far as they are there."))

    # -- a part released -----------------------------------------------------------------------
    def _gatehouse_split_held(self, hold):
        """Put what stays held into a back-order, so that the free part stands in the list of what is ready."""
        held = hold._still_held(hold._open_moves())
        for picking in self:
            moves = picking.move_ids._gatehouse_open()
            mine = {move: free for move, free in held.items() if move in moves}
            if not mine or any(move.picked for move in moves):
                continue  # somebody is at it; the guard holds back what is not free
            rest = moves.browse()
            for move, free in mine.items():
                rest |= move._gatehouse_split_off(free) if free > 0 else move
            if rest != picking.move_ids._gatehouse_open():
                picking._create_backorder(backorder_moves=rest)
            picking.move_ids._gatehouse_open()._action_assign()

    # -- for people ----------------------------------------------------------------------------
    def action_gatehouse_holds(self):
        """The holds in the way, to release them or a part of them."""
        self.ensure_one()
        holds = self.sudo()._gatehouse_holds()
        action = self.env["ir.actions.act_window"]._for_xml_id("gatehouse.gatehouse_hold_action")
        return {**action, "domain": [("id", "in", holds.ids)], "context": {}}


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    count_gatehouse_held = fields.Integer("On hold", compute="_compute_picking_count")

    def _compute_picking_count(self):
        """What is on hold is not ready, and is counted by itself."""
        super()._compute_picking_count()
        Picking = self.env["stock.picking"]
        held = Picking.search([("gatehouse_held", "=", True), ("picking_type_id", "in", self.ids)])
        for kind in self:
            mine = held.filtered(lambda picking, kind=kind: picking.picking_type_id == kind)
            kind.count_gatehouse_held = len(mine)
            kind.count_picking_ready -= len(mine.filtered(lambda picking: picking.state == "assigned"))

    def get_action_gatehouse_held(self):
        action = self._get_action("stock.action_picking_tree_ready")
        return {**action, "context": {**action["context"], "search_default_available": 0, "search_default_gatehouse_held": 1}}
