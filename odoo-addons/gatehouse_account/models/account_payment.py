from odoo import api, models

GOES = ("in_process", "paid")


class AccountPayment(models.Model):
    """Money does not leave for a held bill, nor for a vendor without naming a bill while one of his is held."""

    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        if not any(vals.get("state") in GOES for vals in vals_list):
            return super().create(vals_list)
        with self.env.cr.savepoint():  # undone even where the caller swallows the refusal
            payments = super().create(vals_list)
            payments.filtered(lambda payment: payment.state in GOES)._gatehouse_guard()
        return payments

    def write(self, vals):
        if vals.get("state") not in GOES and not {"invoice_ids", "partner_id", "payment_type"} & vals.keys():
            return super().write(vals)
        with self.env.cr.savepoint():
            result = super().write(vals)
            self.filtered(lambda payment: payment.state in GOES)._gatehouse_guard()
        return result

    def _gatehouse_guard(self):
        for payment in self.sudo().filtered(lambda payment: payment.payment_type == "outbound"):
            bills = payment.invoice_ids | payment.reconciled_bill_ids
            (bills or payment._gatehouse_held_bills())._gatehouse_refuse_payment()

    def _gatehouse_held_bills(self):
        """Open bills of the same vendor under a hold: a payment by hand may be theirs."""
        holds = self.env["gatehouse.hold"].sudo().search(
            [("res_model", "=", "account.move"), ("state", "=", "open"), ("blocks", "=", "pay"),
             ("company_id", "=", self.company_id.id)]
        )  # fmt: skip
        bills = self.env["account.move"].sudo().browse(holds.mapped("res_id")).exists()
        return bills.filtered(lambda bill: bill.commercial_partner_id == self.partner_id.commercial_partner_id)
