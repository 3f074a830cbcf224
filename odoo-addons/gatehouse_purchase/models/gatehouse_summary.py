from odoo import api, models


class GatehouseSummary(models.Model):
    _inherit = "gatehouse.summary"

    @api.model
    def _kinds(self):
        return [*super()._kinds(), "purchase.order"]
