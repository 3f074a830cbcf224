from odoo import api, models

CREDIT_NOTES = ("in_refund",)


class AccountPartialReconcile(models.Model):
    """A held bill is matched with no payment: not by register, bank statement, an entry by hand or RPC."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        Line = self.env["account.move.line"].sudo()
        for vals in vals_list:
            debit = Line.browse(vals.get("debit_move_id")).move_id
            credit = Line.browse(vals.get("credit_move_id")).move_id
            if credit.move_type == "in_invoice" and debit.move_type not in CREDIT_NOTES:
                credit._gatehouse_refuse_payment()
        return super().create(vals_list)
