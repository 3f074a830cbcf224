from odoo import api, fields, models
from odoo.tools import SQL

from .gatehouse_hold_part import GOODS
from .stock_move import STAYS_INSIDE


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

    @api.model
    def _meet_goods(self, blocks, documents):
        """Placing a hold and the leaving of its goods both write the document's row, as it is.

        Each reads what was committed before it began. At the same moment neither would see the other, and goods would leave
        past a hold: so the later of the two fails to serialize, Odoo begins it again, and it finds what the other left. An open hold
        that stops the goods already is no reason to go without: a third transaction may be releasing it.

        :param documents: {model: ids} that the hold is placed on, or that the goods belong to
        """
        if blocks not in GOODS:
            return
        for model, ids in sorted(documents.items()):
            table = SQL.identifier(self.env[model]._table)
            self.env.cr.execute(SQL("UPDATE %s SET id = id WHERE id = ANY(%s)", table, sorted(ids)))

    def _pickings(self):
        """The open transfers whose goods these holds are about."""
        pickings = self.env["stock.picking"].sudo().browse()
        for model, holds in self.filtered(lambda hold: hold.blocks in GOODS).grouped("res_model").items():
            if model not in self.env:
                continue  # its addon is gone
            documents = self.env[model].sudo().browse(set(holds.mapped("res_id"))).exists()
            if model == "stock.picking":
                pickings |= documents
            elif hasattr(documents, "_gatehouse_pickings"):
                pickings |= documents._gatehouse_pickings()
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
    def _orders_of_transfers(self):
        """{model that holds are placed on: the column of `stock_picking` that names its document}; areas add their orders."""
        return {"stock.picking": "id"}

    @api.model
    def _goods_not_procured(self, products):
        """Goods of these products that leave, under holds whose policies do not procure held goods.

        One statement reads them from the products' own moves, because a reordering rule asks at every confirmation.

        :return: [(product id, quantity in its unit, parent path of where it leaves, date)]
        """
        self.env["stock.move"].flush_model(["product_id", "product_qty", "state", "date", "location_id", "location_dest_id", "picking_id"])
        self.env["stock.picking"].flush_model([column for column in self._orders_of_transfers().values() if column != "id"])
        self.flush_model(["res_model", "res_id", "state", "blocks", "policy_id"])
        self.env["gatehouse.policy"].flush_model(["procure_held"])
        # A branch a model: an OR over the columns would compare every hold with every transfer.
        stopped = SQL(" UNION ALL ").join(
            SQL(
                """SELECT h.id, h.policy_id, p.id AS picking_id FROM gatehouse_hold h JOIN stock_picking p ON p.%s = h.res_id
                    WHERE h.state = 'open' AND h.blocks = 'ship' AND h.res_model = %s""",
                SQL.identifier(column), model,
            )
            for model, column in self._orders_of_transfers().items()
        )  # fmt: skip
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.id, m.product_id, m.product_qty, m.date, m.location_id, m.location_dest_id, h.id,
                       EXISTS (SELECT FROM gatehouse_hold_part part WHERE part.hold_id = h.id)
                  FROM (%s) h
                  JOIN stock_move m ON m.picking_id = h.picking_id
                  LEFT JOIN gatehouse_policy y ON y.id = h.policy_id
                 WHERE m.product_id IN %s AND m.state NOT IN ('draft', 'done', 'cancel') AND y.procure_held IS NOT TRUE
                """,
                stopped, tuple(products.ids) or (0,),
            )
        )  # fmt: skip
        return self._goods_that_leave(rows)

    def _goods_that_leave(self, rows):
        """Of moves beside each of their holds those that leave, once each; of a hold released in part what it still stops.

        Places are read from the records, which whoever asks has at hand: joined in, they would double the statement's time.
        """
        places = self.env["stock.location"].sudo().browse({place for row in rows for place in row[4:6]})
        paths = {place.id: place.parent_path for place in places}
        leaving = {place.id for place in places if place.usage not in STAYS_INSIDE}
        in_part = self.browse({row[6] for row in rows if row[7]})
        still = {move.id for hold in in_part for move in hold._still_held(hold._open_moves())}
        goods = {
            move: (product, quantity, paths[place], date)
            for move, product, quantity, date, place, to, _hold, part in rows
            if to in leaving and (not part or move in still)
        }
        return list(goods.values())

    def _goods_held(self):
        """After a hold was placed on a document whose transfers are there already; bridges take them out of batches."""

    @api.model
    def _cron_unreserve(self):
        """Held longer than its policy keeps a reservation: the goods are free for others, and the transfer says so."""
        now = fields.Datetime.now()

        def hours(hold):
            return hold.policy_id.reserve_hours if hold.policy_id else 24.0

        kept = self.sudo().search([("state", "=", "open"), ("blocks", "=", "ship"), ("placed_at", "!=", False)], order="placed_at")
        over = kept.filtered(lambda hold: hours(hold) and fields.Datetime.add(hold.placed_at, seconds=hours(hold) * 3600) <= now)
        self.env["gatehouse.scheduled"]._each(
            "unreserve", self.env._("The reservation of held goods could not be given up: %s"), over,
            lambda hold: hold._pickings()._gatehouse_unreserve(hold, hours(hold)),
        )  # fmt: skip
