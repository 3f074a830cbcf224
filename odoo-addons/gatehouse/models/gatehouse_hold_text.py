from markupsafe import Markup

from odoo import fields, models


class GatehouseHold(models.Model):
    """What people read of a hold: the refusal's sentence, and the item on the document's banner."""

    _inherit = "gatehouse.hold"

    def _sentence(self):
        """What a refused user reads: what waits, why, who can release it, what to do by hand."""
        self.ensure_one()
        hold = self.sudo()
        parts = [
            self.env._(
                "%(document)s waits: %(why)s", document=hold.res_name, why=hold.reason_text or hold.control
            )
        ]
        approval = hold._approval()
        if approval.state == "rejected":
            step = approval.step_ids.filtered(lambda step: step.state == "rejected")
            parts.append(
                self.env._(
                    "%(who)s rejected it: %(why)s. Change the document, or ask again with what is new.",
                    who=step._decided_text(),
                    why=step.reason,
                )
            )
        elif hold._step():
            parts.append(self.env._("It can be released by: %s.", hold._step().sudo().role_id.full_name))
        elif hold.role_id:
            parts.append(self.env._("It can be released by: %s.", hold.role_id.full_name))
        if hold.part_ids:
            parts.append(self.env._("Released are only: %s.", hold._parts_text()))
        if hold.manual_procedure:
            parts.append(hold.manual_procedure)
        return "\n".join(parts)

    def _parts_text(self):
        return ", ".join(f"{part.quantity:g} × {part.name}" for part in self.sudo().part_ids)

    def _banner_item(self):
        """One hold as people read it on the document."""
        hold = self.sudo()
        title = self.env._("Held for review") if hold.kind == "review" else self.env._("Waiting for checks")
        icon = "fa-lock" if hold.kind == "review" else "fa-hourglass-half"
        reasons = Markup("").join(
            Markup("<li>%s</li>") % reason.get("text", "") for reason in hold.reasons or []
        )
        step = hold._step()
        role = step.sudo().role_id if step else hold.role_id
        who = self.env._("Can be released by: %s", role.full_name) if role else ""
        approval = hold._approval().with_env(self.env)
        if approval:
            who = approval.sudo()._progress() if len(approval.sudo().step_ids) > 1 or not step else who
            if step:
                who = Markup("%s · %s") % (who, step.sudo().next_text or "")
        if hold.part_ids:
            who = Markup("%s · %s") % (who, self.env._("released: %s", hold._parts_text()))
        if hold.deadline:
            local = fields.Datetime.context_timestamp(self, hold.deadline)
            who += " · " + self.env._("its fallback takes over at %s", local.strftime("%H:%M %Z"))
        return Markup(
            '<div class="mb-1"><i class="fa %s me-1"></i><strong>%s</strong><ul class="mb-1">%s</ul>'
            '<small class="text-muted">%s</small>%s</div>'
        ) % (
            icon,
            title,
            reasons,
            who,
            Markup("<div><small>%s</small></div>") % hold.manual_procedure if hold.manual_procedure else "",
        )
