from odoo import api, fields, models


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[("sale_express", "Sales: days too soon for the warehouse")], ondelete={"sale_express": "cascade"}
    )
    packing_days = fields.Integer(default=2, help="Days the warehouse needs from the order to the truck.")

    def _compile(self):
        return {**super()._compile(), "packing_days": self.packing_days}

    @api.model
    def _plain_fields(self):
        return (*super()._plain_fields(), "packing_days")
