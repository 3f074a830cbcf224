from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """A payment came in: orders that only waited for it go on."""
        partials = super().create(vals_list)
        customers = partials.credit_move_id.partner_id.commercial_partner_id
        orders = self.env["sale.order"]
        holds = self.env["gatehouse.hold"].sudo().search(
            [
                ("res_model", "=", "sale.order"),
                ("control", "=", "sale_credit"),
                ("state", "=", "open"),
                ("company_id", "in", partials.company_id.ids),
            ]
        )
        if holds and customers:
            waiting = orders.sudo().browse(holds.mapped("res_id")).exists()
            waiting.filtered(
                lambda order: order.partner_invoice_id.commercial_partner_id in customers
            )._gatehouse_recheck(self.env._("A payment came in"))
        return partials
