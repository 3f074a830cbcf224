from odoo import api, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        """Every regular way of goods ends here: button, picking, move, batch and backorder."""
        self.move_id._gatehouse_guard()
        return super()._action_done()

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["stock.move"].browse({vals["move_id"] for vals in vals_list if vals.get("move_id")})
        pickings = self.env["stock.picking"].browse({vals["picking_id"] for vals in vals_list if vals.get("picking_id")})
        if "done" not in [*moves.mapped("state"), *pickings.mapped("state")]:
            return super().create(vals_list)
        with self.env.cr.savepoint():  # undone even where the caller swallows the refusal
            lines = super().create(vals_list)
            lines.filtered(lambda line: line.state == "done").move_id._gatehouse_guard(again=True)
        return lines

    def write(self, vals):
        if {"quantity", "location_dest_id", "product_uom_id"} & vals.keys():
            done = self.filtered(lambda line: line.state == "done")
            if done:
                done.move_id._gatehouse_guard(again=True)
        return super().write(vals)
