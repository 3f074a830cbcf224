from odoo import models


class AccountPaymentRegister(models.TransientModel):
    """The dialog says when the difference it books has to be signed first."""

    _inherit = "account.payment.register"

    def _post_payments(self, to_process, edit_mode=False):
        """Tie payments to their invoices first: the gate asks what their terms allow, the signature goes on with them."""
        for entry in to_process:
            entry["to_reconcile"].move_id.matched_payment_ids |= entry["payment"]
            entry["payment"].gatehouse_rate = entry.get("rate", 0.0)
        return super()._post_payments(to_process, edit_mode=edit_mode)

    def action_create_payments(self):
        result = super().action_create_payments()
        drafts = self.line_ids.move_id.matched_payment_ids.move_id.filtered(lambda move: move.state == "draft")
        holds = self.env["gatehouse.hold"]._open_on("account.move", drafts.ids, "confirm")
        if not holds:
            return result
        told = drafts.browse(holds.mapped("res_id"))._gatehouse_notification()
        told["params"]["next"] = result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}
        return told
