from odoo import api, models
from odoo.exceptions import UserError

#: what a payment finds in a bill that is paid, or on its way
PAID = ("paid", "partial", "in_payment")


class AccountMove(models.Model):
    """Vendor bills are posted and held from payment; credit notes wait before they are posted."""

    _name = "account.move"
    _inherit = ["account.move", "gatehouse.document.mixin"]

    # -- the transition ------------------------------------------------------------------------
    def action_post(self):
        waiting = self._gatehouse_credit_notes().filtered(lambda move: move.state == "draft")._gatehouse_hold_back()
        result = super(AccountMove, self - waiting).action_post() if self - waiting else False
        return waiting._gatehouse_notification() if waiting else result

    def write(self, vals):
        """Every way of posting writes the state; what Odoo warns of in a draft is judged before that."""
        if vals.get("payment_state") in PAID:
            self._gatehouse_refuse_payment()
        posting = self.filtered(lambda move: move.state != "posted") if vals.get("state") == "posted" else self.browse()
        posting._gatehouse_before_posting()
        result = super().write(vals)
        posting._gatehouse_after_posting()
        if "state" in vals and vals["state"] != "posted":
            self._gatehouse_unposted()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """One made in its final state passes the same gate; a refusal undoes its creation."""
        moves = super().create(vals_list)
        posted = moves.filtered(lambda move: move.state == "posted")
        posted._gatehouse_before_posting()
        posted._gatehouse_after_posting()
        return moves

    def _gatehouse_bills(self):
        return self.filtered(lambda move: move.move_type == "in_invoice")

    def _gatehouse_credit_notes(self):
        return self.filtered(lambda move: move.move_type == "out_refund")

    def _gatehouse_before_posting(self):
        self._gatehouse_credit_notes()._gatehouse_gate()
        bills = self._gatehouse_bills()
        decided = bills._gatehouse_decide()
        for bill in bills:
            bill._gatehouse_refuse_forbidden(decided[bill.id])

    def _gatehouse_after_posting(self):
        """What needs a review is posted, because it is owed or it is not; it is not paid before."""
        bills = self._gatehouse_bills()
        decided = bills._gatehouse_decide()
        for bill in bills:
            reviews = bill._gatehouse_uncovered(decided[bill.id])
            bill._gatehouse_place_reviews(reviews, "pay", decided[bill.id]["hash"])
        (bills | self._gatehouse_credit_notes())._gatehouse_log_verdicts("posted")

    def _gatehouse_is_confirmed(self):
        return self.state == "posted"

    def _gatehouse_resume(self):
        if self.state == "draft":
            self.action_post()

    def _gatehouse_gate_blocks(self):
        """A credit note's holds block posting, a bill's its payment."""
        return None

    # -- payment -------------------------------------------------------------------------------
    def _gatehouse_refuse_payment(self):
        """Raise when one of these bills may not be paid; superuser included."""
        for hold in self.env["gatehouse.hold"]._open_on(self._name, self.ids, "pay"):
            raise UserError(hold._sentence())

    def _gatehouse_unposted(self):
        """Back in draft or cancelled, there is nothing to pay; posted again it is judged again."""
        self.env["gatehouse.hold"]._open_on(self._name, self.ids)._close("voided", self.env._("It was set back or cancelled"))

    # -- what the gate looks at ----------------------------------------------------------------
    def _gatehouse_material(self):
        self.ensure_one()
        return {
            "partner": self.partner_id.id,
            "currency": self.currency_id.id,
            "reference": self.ref or "",
            "lines": sorted(
                [line.product_id.id, line.account_id.id, line.quantity, line.price_unit, line.discount]
                for line in self.invoice_line_ids if line.display_type == "product"
            ),
        }  # fmt: skip

    def _gatehouse_amount(self):
        self.ensure_one()
        return abs(self.amount_untaxed_signed)

    def _gatehouse_requesters(self):
        """Who made it and who wrote its lines last."""
        lines = self.invoice_line_ids
        return self.create_uid | lines.create_uid | lines.write_uid
