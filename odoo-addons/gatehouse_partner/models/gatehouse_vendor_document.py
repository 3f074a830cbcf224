from odoo import fields, models

KINDS = [
    ("registration", "Company registration"),
    ("tax_certificate", "Tax certificate"),
    ("bank_letter", "Bank letter"),
    ("insurance", "Insurance"),
    ("contract", "Contract"),
    ("quality", "Quality certificate"),
]


class GatehouseVendorDocument(models.Model):
    """A document a vendor gave, with the day until which it counts."""

    _name = "gatehouse.vendor.document"
    _description = "Vendor document"
    _order = "kind, valid_to desc"

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True)
    file = fields.Binary(required=True, attachment=True)
    file_name = fields.Char()
    valid_to = fields.Date("Valid to")

    def _counts(self):
        return self.filtered(lambda document: not document.valid_to or document.valid_to >= fields.Date.today())
