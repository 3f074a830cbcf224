import datetime

from odoo import api, fields, models

#: days for which a movement that nobody scored is still asked about
RECENT_DAYS = 7
#: what is booked this near in time is read together with a movement
NEARBY = datetime.timedelta(minutes=15)
IN_OR_OUT = [
    "|", "&", ("location_id.usage", "=", "internal"), ("location_dest_id.usage", "!=", "internal"),
    "&", ("location_id.usage", "!=", "internal"), ("location_dest_id.usage", "=", "internal"),
]  # fmt: skip


class GatehouseScore(models.AbstractModel):
    _inherit = "gatehouse.score"

    @api.model
    def _subjects(self):
        return {**super()._subjects(), "stock-moves": "stock.move"}


class StockMove(models.Model):
    """Done receipts and deliveries with how much each looks like a correction rather than trade: somebody may look at it.

    A count is a correction by its name and asks for its approval by its value (`stock_adjustment`), so it is not scored.
    """

    _name = "stock.move"
    _inherit = ["stock.move", "gatehouse.score.mixin"]

    gatehouse_score = fields.Float("Looks like a correction")

    @api.model
    def _gatehouse_to_score(self):
        recent = fields.Datetime.subtract(fields.Datetime.now(), days=RECENT_DAYS)
        return [("state", "=", "done"), ("date", ">=", recent), ("is_inventory", "=", False), *IN_OR_OUT]

    def _gatehouse_score_facts(self):
        """As training reads them from Odoo: what leaves the stock is negative."""
        leaves = self.location_id.usage == "internal"
        warehouse = (self.location_id if leaves else self.location_dest_id).warehouse_id
        return {
            "item": self.product_id.default_code or f"product:{self.product_id.id}",
            "quantity": -self.quantity if leaves else self.quantity,
            "date": self.date.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "document": (self.reference or "")[:500],
            "place": f"warehouse:{warehouse.id}" if warehouse else "",
        }

    def _gatehouse_score_context(self):
        """What was booked around these: single movements near each other are what corrections look like."""
        days = self.mapped("date")
        near = [("state", "=", "done"), ("date", ">=", min(days) - NEARBY), ("date", "<=", max(days) + NEARBY)]
        return self.search([("company_id", "=", self.company_id.id), *near, *IN_OR_OUT], limit=1000)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    gatehouse_unusual = fields.Char("Unusual movement", compute="_compute_gatehouse_unusual", compute_sudo=True)

    @api.depends("state", "move_ids.gatehouse_score", "move_ids.gatehouse_score_reason", "move_ids.gatehouse_score_model")
    def _compute_gatehouse_unusual(self):
        """The most unusual movement of a transfer that is done, by whose word, or that nobody scored it."""
        for picking in self:
            scored = picking.move_ids.filtered(lambda move: move.gatehouse_score_source in ("model", "baseline"))
            move = max(scored, key=lambda move: move.gatehouse_score, default=picking.move_ids[:1])
            if picking.state != "done" or picking.picking_type_code == "internal":
                picking.gatehouse_unusual = False
            elif scored:
                picking.gatehouse_unusual = self.env._(
                    "%(percent)s like a correction, %(item)s: %(why)s (%(model)s)", percent=f"{move.gatehouse_score:.0%}",
                    item=move.product_id.display_name, why=move.gatehouse_score_reason or self.env._("nothing stands out"),
                    model=move.gatehouse_score_model,
                )  # fmt: skip
            else:
                picking.gatehouse_unusual = move.gatehouse_score_reason or move._gatehouse_score_fallback()[1]
