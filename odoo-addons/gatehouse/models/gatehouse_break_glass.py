from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class GatehouseBreakGlass(models.AbstractModel):
    """The urgent deal: a named role passes every hold at once, up to a value, and is looked at afterwards."""

    _inherit = "gatehouse.gate.mixin"

    def _gatehouse_break_glass_cap(self, decided):
        """(cap, name) of the strictest policy or automation rule in the way; a cap of 0 allows none."""
        stopping = [
            (verdict["break_glass_cap"], verdict["policy_name"])
            for verdict in decided["bands"]
            if verdict["mode"] == "enforcing" and verdict["outcome"] in ("review", "forbid")
        ]
        control = self._gatehouse_check_control()
        checks = decided["policies"].get(control)
        held = self.env["gatehouse.hold"]._open_on(self._name, self.ids).sudo()
        if checks and control in held.mapped("control"):
            stopping.append((checks.get("break_glass_cap") or 0.0, checks["name"]))
        stopping += [(policy.break_glass_cap, policy.name) for policy in held.policy_id]
        stopping += self.env["ir.actions.server"]._gatehouse_break_glass_caps(held)
        return min(stopping, default=None)

    def break_glass(self, reason):
        """Pass what stops the document, with a reason; a review by somebody else is due in one working day."""
        self.ensure_one()
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: breaking the glass needs a reason"))
        if self.env.uid == 1 or not self.env.user.has_group("gatehouse.group_break_glass"):
            raise AccessError(self.env._("Only the role Break glass may do this."))
        self.check_access("write")
        decided = self._gatehouse_decide()[self.id]
        capped = self._gatehouse_break_glass_cap(decided)
        if capped is None:
            raise UserError(self.env._("Nothing stops %s.", self.display_name))
        self._gatehouse_require_cap(*capped)
        self._gatehouse_pass_all(decided, self.env._("Break-glass: %s", reason.strip()))
        self._gatehouse_review_afterwards(reason.strip(), decided)
        if not self._gatehouse_is_confirmed():
            self._gatehouse_resume()
        return True

    def _gatehouse_require_cap(self, cap, policy):
        amount = self.sudo()._gatehouse_amount()
        if not cap:
            raise UserError(self.env._('The policy "%s" allows no break-glass.', policy))
        if amount > cap:
            raise UserError(
                self.env._(
                    '%(name)s is worth %(amount)s; the policy "%(policy)s" allows break-glass up to %(cap)s.',
                    name=self.display_name,
                    amount=f"{amount:,.2f}",
                    policy=policy,
                    cap=f"{cap:,.2f}",
                )
            )

    def _gatehouse_pass_all(self, decided, reason):
        """Release what is held, and record a pass for each verdict in the way of exactly this material."""
        Hold = self.env["gatehouse.hold"]
        Hold._open_on(self._name, self.ids)._close("released", reason)
        for verdict in decided["bands"]:
            if verdict["mode"] == "enforcing" and verdict["outcome"] in ("review", "forbid"):
                Hold._place(
                    self,
                    verdict["control"],
                    "break_glass",
                    "confirm",
                    policy_id=verdict["policy"],
                    policy_version=verdict["version"],
                    material_hash=decided["hash"],
                    amount=verdict["value"],
                    reasons=[{"code": verdict["control"], "text": verdict["text"]}],
                )._close("released", reason)

    def _gatehouse_review_afterwards(self, reason, decided):
        company = self.sudo().company_id or self.env.company
        day = company.sudo().resource_calendar_id.hours_per_day or 8.0
        due = self.env["gatehouse.approval.step"]._after(company, fields.Datetime.now(), day)
        self.env["gatehouse.decision"]._append(
            "break_glass", self, reason=reason, material_hash=decided["hash"], controls=self._gatehouse_logged(decided["bands"])
        )
        self.env["gatehouse.exception"]._open(
            f"break_glass:{self._name}:{self.id}:{decided['hash'][:12]}",
            "break_glass",
            self.env._("%(who)s broke the glass for %(name)s", who=self.env.user.name, name=self.display_name),
            detail=reason,
            res_model=self._name,
            res_id=self.id,
            company_id=company.id,
            deadline=due,
            priority="2",
            about_user_id=self.env.uid,
        )
