from dateutil.relativedelta import relativedelta

from odoo import fields, models

#: What the amount of one of many documents is told by, to read that alone.
AMOUNT_FIELDS = ("name", "company_id", "currency_id", "amount_untaxed", "create_date", "date_order", "date_approve")


class GatehouseRolling(models.AbstractModel):
    """Anti-split: several documents under a limit count as the one they would have been."""

    _inherit = "gatehouse.document.mixin"

    gatehouse_confirmed_at = fields.Datetime(
        "Passed the gate", index="btree_not_null", readonly=True, copy=False, groups=fields.NO_ACCESS,
        help="In UTC, by the clock. Nobody writes it, while a document's own dates may be anything.",
    )  # fmt: skip
    gatehouse_confirmed_for_id = fields.Many2one(
        "res.users", "Passed the gate for", readonly=True, copy=False, groups=fields.NO_ACCESS,
        help="Who answered for it then: a document that is handed over later still counts for him.",
    )  # fmt: skip

    def _gatehouse_note_confirmation(self):
        """From now on these count together with others."""
        for user, documents in self.sudo().grouped(lambda document: document._gatehouse_responsible()).items():
            documents.write({"gatehouse_confirmed_at": fields.Datetime.now(), "gatehouse_confirmed_for_id": user.id})

    def _gatehouse_responsible(self):
        """Who answers for it: its salesperson or buyer, or who made it."""
        return ("user_id" in self._fields and self.user_id) or self.create_uid

    def _gatehouse_amount_value(self, control, policy):
        """(amount, text) of an amount band: this document and, by the policy, those of the last days like it."""
        self.ensure_one()
        amount, currency = self._gatehouse_amount(), self.company_id.currency_id.name
        text = self.env._("order amount %(value)s %(currency)s", value=f"{amount:.2f}", currency=currency)
        return self._gatehouse_counted_together(control, policy, amount, text)

    def _gatehouse_counted_together(self, control, policy, amount, text):
        """(amount, text) with those of the last days that are like it, where the policy says so."""
        days, currency = policy.get("rolling_days"), self.company_id.currency_id.name
        others = self._gatehouse_others(control, policy) if days else self.browse()
        if not others:
            return amount, text
        total = amount + sum(other._gatehouse_counted_amount(policy) for other in others)
        return total, self.env._(
            "%(text)s, with %(names)s of the last %(days)s days %(total)s %(currency)s",
            text=text,
            names=", ".join(others[:5].mapped("name")) + ("…" if len(others) > 5 else ""),
            days=days,
            total=f"{total:.2f}",
            currency=currency,
        )

    def _gatehouse_counted_amount(self, policy):
        """Company currency that this document adds to those like it."""
        return self._gatehouse_amount()

    def _gatehouse_others(self, control, policy):
        """Confirmed documents of the window with the same partner, requester or items that nobody reviewed for this.

        What was reviewed by itself is known to a person and splits nothing.
        """
        domain = [
            ("company_id", "=", self.company_id.id),
            ("id", "!=", self.id),
            *self._gatehouse_in_window(relativedelta(days=policy["rolling_days"])),
            *self._gatehouse_counted(),
            *self._gatehouse_alike(policy.get("rolling_by") or "partner"),
        ]
        fetched = [name for name in AMOUNT_FIELDS if name in self._fields]
        others = self.sudo().search_fetch(domain, fetched, order=f"{self._gatehouse_replay_date} desc, id desc")  # all: they are a sum
        if not others:
            return others
        reviewed = self.env["gatehouse.hold"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", others.ids),
                ("control", "=", control),
                ("state", "=", "released"),
            ]
        )
        return others - others.browse(reviewed.mapped("res_id"))

    def _gatehouse_in_window(self, span):
        """Domain of the documents of so much time until now; of history, until its own date.

        By when they passed the gate, which nobody writes, and by their own date: what was confirmed before there was a
        gate has no other.
        """
        if self._gatehouse_is_replayed():
            until = self._gatehouse_replayed_at()
            return [*self._gatehouse_dated(">=", until - span), *self._gatehouse_dated("<=", until)]
        since = fields.Datetime.now() - span
        return ["|", ("gatehouse_confirmed_at", ">=", since), *self._gatehouse_dated(">=", since)]

    def _gatehouse_counted(self):
        """Domain of the documents that may count together with this one, whenever they were."""
        return self._gatehouse_past_transition()

    def _gatehouse_alike(self, by):
        """Domain of those like this one: of the same partner, requester or items."""
        if by == "requester":
            user = self._gatehouse_responsible()
            return ["|", ("gatehouse_confirmed_for_id", "=", user.id), ("user_id", "=", user.id)]
        if by == "item":
            return [("order_line.product_id", "in", self.order_line.product_id.ids)]
        return [("partner_id.commercial_partner_id", "=", self.partner_id.commercial_partner_id.id)]
