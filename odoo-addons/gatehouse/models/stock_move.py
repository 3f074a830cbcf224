from odoo import api, models
from odoo.exceptions import UserError

STAYS_INSIDE = ("internal", "view")


class StockMove(models.Model):
    """Goods: nothing leaves or comes in past an open hold, whoever moves it and whichever way."""

    _inherit = "stock.move"

    def _gatehouse_origin_documents(self):
        """{model: set of ids} whose holds stop these moves; areas add their orders."""
        return {"stock.picking": set(self.picking_id.ids)} if self.picking_id else {}

    def _gatehouse_origin_fields(self):
        """Fields that may not change while an origin is held, so that nothing is untied and shipped."""
        return set()

    def _gatehouse_open_holds(self, blocks):
        moves = self.sudo()
        holds = self.env["gatehouse.hold"].sudo().browse()
        for model, ids in moves._gatehouse_origin_documents().items():
            holds |= self.env["gatehouse.hold"]._open_on(model, ids, blocks)
        return holds

    def _gatehouse_under(self, placed):
        """The holds of `placed`, {(model, id): holds}, on an origin of these moves; no statement a move, as asking for each would take."""
        found = self.env["gatehouse.hold"].sudo().browse()
        for model, ids in self.sudo()._gatehouse_origin_documents().items():
            found = found.union(*(placed[model, number] for number in ids if (model, number) in placed))
        return found.sorted("id", reverse=True)  # as a search gives them

    def _gatehouse_open(self):
        return self.filtered(lambda move: move.state not in ("draft", "done", "cancel"))

    def _gatehouse_directions(self):
        """[(what a hold must block to stop them, moves)]: those that leave, those that come in; dropshipping is both."""
        leaving = self.sudo().filtered(lambda move: move.location_dest_id.usage not in STAYS_INSIDE)
        coming = self.sudo().filtered(lambda move: move.location_id.usage == "supplier")
        return [(blocks, moves) for blocks, moves in (("ship", leaving), ("receive", coming)) if moves]

    def _gatehouse_guard(self, again=False):
        """Raise when goods would leave or come in past an open hold; superuser included.

        :param again: these moves are done already and carry more now, which no released part is meant for
        """
        for blocks, moves in self._gatehouse_directions():
            self.env["gatehouse.hold"]._meet_goods(blocks, moves._gatehouse_origin_documents())
            for hold in moves._gatehouse_open_holds(blocks):
                if hold.part_ids and not again:
                    mine = moves.filtered(lambda move, hold=hold, blocks=blocks: hold in move._gatehouse_open_holds(blocks))
                    if hold._covers(mine):
                        continue
                raise UserError(hold._sentence())

    @api.model_create_multi
    def create(self, vals_list):
        if not any(vals.get("state") == "done" for vals in vals_list):
            return super().create(vals_list)
        with self.env.cr.savepoint():  # undone even where the caller swallows the refusal
            moves = super().create(vals_list)
            moves.filtered(lambda move: move.state == "done")._gatehouse_guard(again=True)
        return moves

    def write(self, vals):
        if vals.get("state") == "done":
            self._gatehouse_guard()
        if self._gatehouse_origin_fields() & vals.keys():
            self._gatehouse_freeze_origin(vals)
        return super().write(vals)

    def _gatehouse_freeze_origin(self, vals):
        """Refuse to untie moves from a held order; setting a link that is empty is no untying."""
        for move in self.sudo():
            frozen = [
                name
                for name in self._gatehouse_origin_fields() & vals.keys()
                if move[name]
                and move._fields[name].convert_to_cache(vals[name], move)
                != move._fields[name].convert_to_cache(move[name], move)
            ]
            holds = (
                move._gatehouse_open_holds("ship") | move._gatehouse_open_holds("receive") if frozen else ()
            )
            for hold in holds:
                raise UserError(
                    self.env._("The link to the order stays as it is while it is held.")
                    + "\n"
                    + hold._sentence()
                )
