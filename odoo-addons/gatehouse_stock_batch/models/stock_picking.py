from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockPicking(models.Model):
    """A transfer on hold is in no batch and no wave."""

    _inherit = "stock.picking"

    @api.model_create_multi
    def create(self, vals_list):
        """A wave splits lines off into a transfer that is made inside it."""
        pickings = super().create(vals_list)
        pickings.filtered("batch_id")._gatehouse_refuse_batch()
        return pickings

    def write(self, vals):
        if vals.get("batch_id"):
            self._gatehouse_refuse_batch()
        return super().write(vals)

    def _gatehouse_refuse_batch(self):
        for picking in self.filtered("gatehouse_held"):
            holds = picking.sudo()._gatehouse_holds()
            raise UserError(
                self.env._("%s is on hold, so it is in no batch.", picking.display_name)
                + "\n"
                + "\n".join(hold._sentence() for hold in holds)
            )

    def _gatehouse_leave_batch(self, hold):
        for picking in self:
            batch = picking.batch_id
            picking.batch_id = False
            why = hold.reason_text or hold.control
            batch.message_post(body=self.env._("%(name)s left the batch: it is on hold. %(why)s", name=picking.name, why=why))
            picking.message_post(body=self.env._("It left the batch %(name)s: it is on hold. %(why)s", name=batch.name, why=why))
            if not batch.picking_ids:
                batch.action_cancel()

    def _is_auto_batchable(self, picking=None):
        both = self | picking if picking else self
        return not any(both.mapped("gatehouse_held")) and super()._is_auto_batchable(picking)

    def _get_possible_pickings_domain(self):
        return Domain(super()._get_possible_pickings_domain()) & Domain("gatehouse_held", "=", False)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _is_auto_waveable(self):
        return super()._is_auto_waveable() and not self.picking_id.gatehouse_held
