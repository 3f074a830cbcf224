from odoo import api, fields, models

from odoo.addons.gatehouse.models.gatehouse_policy_soundness import GOODS


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("purchase_amount", "Purchase: spend"),
            ("purchase_supplier", "Purchase: % of value from a vendor not approved"),
            ("purchase_price", "Purchase: % above the vendor's price list"),
            ("purchase_checks", "Purchase: checks from outside"),
            ("receipt_vendor", "Receipt: goods of a blocked vendor"),
            ("receipt_unordered", "Receipt: value that no confirmed order asked for"),
        ],
        ondelete=dict.fromkeys(
            (
                "purchase_amount", "purchase_supplier", "purchase_price", "purchase_checks", "receipt_vendor",
                "receipt_unordered",
            ),
            "cascade",
        ),
    )

    @api.model
    def _narrowing(self):
        return {**super()._narrowing(), "purchase_*": GOODS, "receipt_*": GOODS}
