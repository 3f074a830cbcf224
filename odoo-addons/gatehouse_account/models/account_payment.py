from odoo import api, fields, models

from .account_move_write_off import DEBTS

GOES = ("in_process", "paid")


class AccountPayment(models.Model):
    """Money does not leave for a held bill, nor for a vendor without naming a bill while one of his is held."""

    _inherit = "account.payment"

    gatehouse_banner = fields.Html(related="move_id.gatehouse_banner")

    def action_post(self):
        """A payment with a write-off that has to be signed stays a draft until then."""
        held = self.move_id.filtered(lambda move: move.state == "draft")._gatehouse_write_offs()._gatehouse_hold_back()
        waiting = self.filtered(lambda payment: payment.move_id in held)
        waiting.filtered(lambda payment: payment.state != "draft").state = "draft"
        result = super(AccountPayment, self - waiting).action_post() if self - waiting else None
        return held._gatehouse_notification() if held else result

    def _gatehouse_go_on(self):
        """Post what was signed, and match it with the invoices it was registered for."""
        self.ensure_one()
        self.action_post()
        mine = self.move_id.line_ids.filtered(lambda line: line.parent_state == "posted" and line.account_id.account_type in DEBTS)
        at_rate = {"forced_rate_from_register_payment": self.gatehouse_rate} if self.gatehouse_rate else {}
        for account in mine.account_id:
            owed = (mine | self.invoice_ids.line_ids).filtered(
                lambda line, account=account: line.account_id == account and line.parent_state == "posted" and not line.reconciled
            )
            owed.with_context(**at_rate).reconcile()

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
            if vals.get("state") in GOES and "move_id" not in vals:  # with its entry it is only prepared
                self.move_id.filtered(lambda move: move.state == "draft")._gatehouse_write_offs()._gatehouse_gate()
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
