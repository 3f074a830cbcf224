from odoo import fields, models

WRITE_OFF = "write_off"
CONTROLS = ("bill_match", "bill_duplicate", "bill_abnormal", "credit_note", WRITE_OFF)


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("bill_match", "Bills: value beyond order and receipt"),
            ("bill_duplicate", "Bills: others that look the same"),
            ("bill_abnormal", "Bills: unusual amount"),
            ("credit_note", "Credit notes: amount"),
            ("write_off", "Write-offs: amount"),
        ],
        ondelete=dict.fromkeys(CONTROLS, "cascade"),
    )
