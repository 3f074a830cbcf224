from odoo import api, fields, models

from .gatehouse_hold_part import GOODS


class GatehousePolicy(models.Model):
    """What becomes of the goods of a held document meanwhile."""

    _inherit = "gatehouse.policy"

    reserve_hours = fields.Float(
        "Keep reservation", default=24.0, help="Hours after which held goods are free for other orders; 0: as long as it is held."
    )
    procure_held = fields.Boolean(
        "Procure held goods", help="Buy or make what a held order needs. Otherwise that starts when it is released."
    )

    @api.model
    def _plain_fields(self):
        return (*super()._plain_fields(), "reserve_hours", "procure_held")


class GatehouseHold(models.Model):
    """What a hold does to transfers: they leave the lists of what is ready, lose their reservation in time, get it back."""

    _inherit = "gatehouse.hold"

    def _pickings(self):
        """The open transfers whose goods these holds are about."""
        pickings = self.env["stock.picking"].sudo().browse()
        for document in self.filtered(lambda hold: hold.blocks in GOODS)._documents().values():
            if document and document._name == "stock.picking":
                pickings |= document.sudo()
            elif document and hasattr(document, "_gatehouse_pickings"):
                pickings |= document.sudo()._gatehouse_pickings()
        return pickings.filtered(lambda picking: picking.state not in ("draft", "done", "cancel"))

    def _open_moves(self):
        """The moves of one hold's document that it can still stop."""
        self.ensure_one()
        moves = self._pickings().move_ids._gatehouse_open()
        return moves.browse().union(*(moving for blocks, moving in moves._gatehouse_directions() if blocks == self.blocks))

    def _held_pickings(self):
        """The open transfers that one hold stops, without those whose goods are released parts."""
        moves = self._open_moves()
        return (moves.browse().union(*self._still_held(moves)) if self.part_ids else moves).picking_id

    def _goods_freed(self):
        """After a release, whole or in part: what is free becomes a transfer of its own, is procured and reserved again."""
        pickings = self._pickings()
        for hold in self.filtered(lambda hold: hold.state == "open" and hold.part_ids):
            (hold._pickings() & pickings)._gatehouse_split_held(hold)
        free = self._pickings().filtered(lambda picking: not picking.gatehouse_held)
        free._gatehouse_reserve_again()
        free.move_ids._gatehouse_procure()

    @api.model
    def _moves_not_procured(self, products):
        """Open moves of these products that leave, under holds whose policies do not procure held goods."""
        holds = self.search([("state", "=", "open"), ("blocks", "=", "ship"), ("policy_id.procure_held", "!=", True)])
        moves = holds._pickings().move_ids._gatehouse_open().filtered(lambda move: move.product_id in products)
        moves = moves._gatehouse_not_to_procure()
        holds = moves.picking_id._gatehouse_holds_by_transfer()
        return moves.filtered(lambda move: not move.picking_id or holds.get(move.picking_id))

    def _goods_held(self):
        """After a hold was placed on a document whose transfers are there already; bridges take them out of batches."""

    @api.model
    def _cron_unreserve(self):
        """Held longer than its policy keeps a reservation: the goods are free for others, and the transfer says so."""
        now = fields.Datetime.now()
        for hold in self.sudo().search([("state", "=", "open"), ("blocks", "=", "ship")], order="placed_at"):
            hours = hold.policy_id.reserve_hours if hold.policy_id else 24.0
            if hours and hold.placed_at and fields.Datetime.add(hold.placed_at, seconds=hours * 3600) <= now:
                hold._pickings()._gatehouse_unreserve(hold, hours)
            self.env["ir.cron"]._commit_progress(1)
