from odoo import models


class GatehouseHold(models.Model):
    _inherit = "gatehouse.hold"

    def _goods_held(self):
        """Take what is held now out of its batch: the others in it go on."""
        super()._goods_held()
        for hold in self:
            hold._held_pickings().filtered("batch_id")._gatehouse_leave_batch(hold)

    def _goods_freed(self):
        """Automatic batches look for released transfers again."""
        super()._goods_freed()
        for picking in self._pickings().filtered(lambda picking: not picking.gatehouse_held):
            picking._find_auto_batch()
