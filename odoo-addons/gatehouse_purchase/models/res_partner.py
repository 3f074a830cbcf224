from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    gatehouse_purchase_block = fields.Char(
        "Blocked for purchasing",
        tracking=True,
        groups="base.group_user",
        help="Why nothing is bought from this vendor; empty: not blocked.",
    )
