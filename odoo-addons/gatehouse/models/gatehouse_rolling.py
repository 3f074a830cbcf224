from dateutil.relativedelta import relativedelta

from odoo import fields, models


class GatehouseRolling(models.AbstractModel):
    """Anti-split: several documents under a limit count as the one they would have been."""

    _inherit = "gatehouse.gate.mixin"

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
        since = fields.Datetime.now() - relativedelta(days=policy["rolling_days"])
        domain = [
            ("company_id", "=", self.company_id.id),
            ("id", "!=", self.id),
            *self._gatehouse_counted(since),
            *self._gatehouse_alike(policy.get("rolling_by") or "partner"),
        ]
        others = self.sudo().search(domain, order=f"{self._gatehouse_replay_date} desc, id desc", limit=500)
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

    def _gatehouse_counted(self, since):
        """Domain of the documents since then that may count together with this one."""
        return self._gatehouse_replayed(since)

    def _gatehouse_alike(self, by):
        """Domain of those like this one: of the same partner, requester or items."""
        if by == "requester":
            return [("user_id", "=", self.user_id.id or self.create_uid.id)]
        if by == "item":
            return [("order_line.product_id", "in", self.order_line.product_id.ids)]
        return [("partner_id.commercial_partner_id", "=", self.partner_id.commercial_partner_id.id)]
