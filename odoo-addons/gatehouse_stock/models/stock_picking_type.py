from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    gatehouse_book_carrier = fields.Boolean(
        "Book the carrier", help="Validated deliveries are booked with the carrier partner by the integration."
    )
