from contextlib import nullcontext

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.gatehouse.tools.watch import Watch

from .gatehouse_policy import WRITE_OFF

#: what a payment finds in a bill that is paid, or on its way
PAID = ("paid", "partial", "in_payment")
BILLS = ("in_invoice", "in_receipt")
#: what may not be written together with the state: the gate must see the document as it will be
MATERIAL_FIELDS = {"partner_id", "currency_id", "ref", "move_type", "invoice_date", "invoice_line_ids", "line_ids"}


class AccountMove(models.Model):
    """Vendor bills are posted and held from payment; credit notes and write-offs wait before they are posted."""

    _name = "account.move"
    _inherit = ["account.move", "gatehouse.document.mixin"]

    # -- the transition ------------------------------------------------------------------------
    def action_post(self):
        drafts = self.filtered(lambda move: move.state == "draft")
        waiting = drafts._gatehouse_before_booking()._gatehouse_hold_back()
        result = super(AccountMove, self - waiting).action_post() if self - waiting else False
        return waiting._gatehouse_notification() if waiting else result

    def write(self, vals):
        """Every way of posting writes the state; what Odoo warns of in a draft is judged before that."""
        if vals.get("payment_state") in PAID:
            self._gatehouse_refuse_payment()
        posting = self.filtered(lambda move: move.state != "posted") if vals.get("state") == "posted" else self.browse()
        material = {name: vals[name] for name in MATERIAL_FIELDS & vals.keys()}
        if posting and material:
            self.write(material)
            return self.write({name: value for name, value in vals.items() if name not in material})
        posting._gatehouse_before_posting()
        with self._gatehouse_watch() if material else nullcontext():
            result = super().write(vals)
        posting._gatehouse_after_posting()
        if "state" in vals and vals["state"] != "posted":
            self._gatehouse_unposted()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """One made in its final state passes the same gate; a refusal undoes its creation."""
        if not any(vals.get("state") == "posted" for vals in vals_list):
            return super().create(vals_list)
        with self.env.cr.savepoint():  # undone even where the caller swallows the refusal
            moves = super().create(vals_list)
            posted = moves.filtered(lambda move: move.state == "posted")
            posted._gatehouse_before_posting()
            posted._gatehouse_after_posting()
        return moves

    def _gatehouse_bills(self):
        return self.filtered(lambda move: move.move_type in BILLS)

    def _gatehouse_credit_notes(self):
        return self.filtered(lambda move: move.move_type == "out_refund")

    def _gatehouse_before_booking(self):
        """What waits before it is posted, because it gives something up."""
        return self._gatehouse_credit_notes() | self._gatehouse_write_offs()

    def _gatehouse_before_posting(self):
        self._gatehouse_before_booking()._gatehouse_gate()
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
        booked = self._gatehouse_before_booking()
        booked._gatehouse_note_confirmation()
        (bills | booked)._gatehouse_log_verdicts("posted")

    def _gatehouse_is_confirmed(self):
        return self.state == "posted"

    def _gatehouse_resume(self):
        if self.state == "draft" and self.origin_payment_id:
            self.origin_payment_id._gatehouse_go_on()
        elif self.state == "draft":
            self.action_post()

    def _gatehouse_gate_blocks(self):
        """A credit note's holds block posting, a bill's its payment."""
        return None

    # -- edits ---------------------------------------------------------------------------------
    def _gatehouse_watch(self):
        """Odoo lets the lines of a posted document be written by a call: what was decided is decided again. Of a draft only is
        remembered who else changed it.
        """
        entries = self.env["gatehouse.policy"]._in_use([WRITE_OFF])
        gated = self.browse(self.ids).filtered(
            lambda move: move._gatehouse_controls()
            and (move.move_type != "entry" or entries)
            and (move.state == "posted" or self.env.uid not in move.sudo()._gatehouse_writers().ids)
        )
        return Watch(gated)

    def _gatehouse_judged(self):
        """No edit of a posted document is compared with what was judged before."""
        return {}

    def _gatehouse_changed(self, before, confirmed, worse, judged):
        changed = self.filtered(lambda move: before.get(move.id) != move.sudo()._gatehouse_material_hash())
        changed._gatehouse_note_writer()
        for move in changed & confirmed:
            decided = move._gatehouse_decide()[move.id]
            move._gatehouse_refuse_forbidden(decided)
            reviews = move._gatehouse_uncovered(decided)
            if move._gatehouse_bills():
                move._gatehouse_place_reviews(reviews, "pay", decided["hash"])
            elif reviews:
                raise UserError(move._gatehouse_refusal(reviews[0], self.env._("needs a review")))

    def _gatehouse_terms(self):
        """Any edit of a posted document is judged again as a whole."""
        return {}

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
        if self.move_type == "entry":
            return self._gatehouse_write_off_material()
        return {
            "partner": self.partner_id.id,
            "currency": self.currency_id.id,
            "reference": self.ref or "",
            "total": self.amount_total,
            "lines": sorted(
                [line.product_id.id, line.account_id.id, line.quantity, line.price_unit, line.discount]
                for line in self.invoice_line_ids if line.display_type == "product"
            ),
        }  # fmt: skip

    def _gatehouse_title(self):
        """Drafts have no number of their own yet."""
        return self.display_name if self.name and self.name != "/" else f"{self.display_name} (* {self.id})"

    def _gatehouse_amount(self):
        self.ensure_one()
        return self._gatehouse_written_off() if self.move_type == "entry" else abs(self.amount_untaxed_signed)

    def _gatehouse_requesters(self):
        """Who made it, who ever changed what is judged of it, and whom its lines name."""
        lines = self.line_ids if self.move_type == "entry" else self.invoice_line_ids
        return self._gatehouse_writers().exists() | lines.create_uid | lines.write_uid
