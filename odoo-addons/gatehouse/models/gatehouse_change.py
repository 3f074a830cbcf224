import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .gatehouse_policy import SCOPE_FIELDS

KINDS = [("policy", "Policy activation"), ("workflow", "Workflow deployment"), ("model", "Model promotion")]


class GatehouseChangeSignoff(models.Model):
    """Which roles sign off a kind of change before it takes effect."""

    _name = "gatehouse.change.signoff"
    _description = "Sign-off wanted for a kind of change"
    _order = "kind, id"
    _rec_name = "role_id"

    kind = fields.Selection(KINDS, required=True)
    role_id = fields.Many2one("res.groups", string="Signed off by", required=True)

    _one_a_kind = models.UniqueIndex("(kind, role_id)", "This role signs off this kind of change already.")

    @api.constrains("role_id")
    def _check_role(self):
        for signoff in self:
            if not signoff.role_id.sudo().all_user_ids.filtered("active"):
                raise ValidationError(self.env._("Nobody has the role %s.", signoff.role_id.full_name))


class GatehouseChange(models.Model):
    """A change of policies, workflows or models: who asked, who signed exactly this content, when it took effect."""

    _name = "gatehouse.change"
    _description = "Governed change"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    subject = fields.Char("What", required=True, readonly=True)
    mark = fields.Char("Content hash", required=True, readonly=True, index=True)
    detail = fields.Text(readonly=True)
    state = fields.Selection(
        [("open", "Waits for sign-offs"), ("approved", "Signed off"), ("applied", "In effect"), ("rejected", "Rejected")],
        default="open", required=True, readonly=True,
    )  # fmt: skip
    requested_by = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.uid)
    applied_at = fields.Datetime(readonly=True)
    signature_ids = fields.One2many("gatehouse.change.signature", "change_id", readonly=True)
    waiting_for = fields.Char(compute="_compute_waiting_for")
    can_sign = fields.Boolean(compute="_compute_can_sign")

    @api.depends("signature_ids.state")
    def _compute_waiting_for(self):
        for change in self:
            missing = change.sudo().signature_ids.filtered(lambda row: row.state == "open").role_id
            change.waiting_for = ", ".join(missing.mapped("name"))

    @api.depends("signature_ids.state", "state")
    @api.depends_context("uid")
    def _compute_can_sign(self):
        for change in self:
            change.can_sign = bool(change.state == "open" and change._mine())

    # -- asking ----------------------------------------------------------------------------------
    @api.model
    def request(self, kind, subject, mark, detail=""):
        """Ask for the sign-offs of a content, once; called by the integration before it deploys or promotes.

        :param mark: hash of exactly what would take effect; another content is another change
        :return: {"name", "state", "waiting_for"}; state approved means go on, then say `applied`
        """
        self._require_integration()
        if kind not in ("workflow", "model"):
            raise ValidationError(self.env._("kind: must be workflow or model"))
        for name, value in (("subject", subject), ("mark", mark)):
            if not isinstance(value, str) or not value.strip():
                raise ValidationError(self.env._("%s: must be a text", name))
        change = self._ask(kind, subject[:200], mark[:100], str(detail or "")[:20000])
        return {"name": change.name, "state": change.state, "waiting_for": change.waiting_for}

    @api.model
    def applied(self, kind, mark, note=""):
        """The integration says that a signed-off content took effect."""
        self._require_integration()
        change = self._newest(kind, mark)
        if change.state == "applied":
            return {"name": change.name, "state": "applied"}
        if change.state != "approved":
            raise UserError(self.env._("No signed-off change of this content: ask for one first."))
        change._take_effect(str(note or "")[:2000])
        return {"name": change.name, "state": "applied"}

    def _require_integration(self):
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration asks for this."))

    @api.model
    def _newest(self, kind, mark):
        return self.sudo().search([("kind", "=", kind), ("mark", "=", mark)], limit=1)

    @api.model
    def _ask(self, kind, subject, mark, detail):
        """The open or signed-off change of this content, or a new one; a rejected one stays rejected."""
        change = self._newest(kind, mark)
        if change and change.state != "applied":
            return change
        roles = self.env["gatehouse.change.signoff"].sudo().search([("kind", "=", kind)]).role_id
        change = self.sudo().create(
            {
                "name": self.env["ir.sequence"].sudo().next_by_code("gatehouse.change"),
                "kind": kind,
                "subject": subject,
                "mark": mark,
                "detail": detail,
                "requested_by": self.env.uid,
                "state": "open" if roles else "approved",
                "signature_ids": [(0, 0, {"role_id": role.id}) for role in roles],
            }
        )
        change._log("change_requested", roles=roles.mapped("full_name"))
        people = roles.all_user_ids.filtered("active").partner_id
        if people:
            self.env["mail.thread"].message_notify(
                partner_ids=people.ids, subject=self.env._("%(name)s waits for your sign-off", name=change.name),
                body=f"{subject}\n{detail}"[:5000],
            )  # fmt: skip
        self._report_unsignable(roles)
        return change

    @api.model
    def _report_unsignable(self, roles):
        """What nobody can sign off, because its role has no other person or he left, is told at once."""
        rows = self.env["gatehouse.change.signature"].sudo().search(
            [("state", "=", "open"), ("change_id.state", "=", "open"), ("role_id", "in", roles.ids)]
        )  # fmt: skip
        for row in rows:
            change = row.change_id
            if row.role_id.all_user_ids.filtered("active") - change.requested_by - change.signature_ids.user_id:
                continue
            self.env["gatehouse.exception"]._open(
                f"signoff:{row.id}", "approval", self.env._("Nobody can sign off %s", change.name),
                detail=self.env._(
                    "The role %(role)s has nobody who may sign %(subject)s besides who asked for it or signed it already. Give the "
                    "role to a person; the change waits until then.", role=row.role_id.full_name, subject=change.subject,
                ),
                res_model=change._name, res_id=change.id, priority="1",
            )  # fmt: skip

    def _log(self, action, **content):
        self.env["gatehouse.decision"]._append(
            action, self, change=self.name, kind=self.kind, subject=self.subject, mark=self.mark, **content
        )

    def _take_effect(self, note=""):
        self.sudo().write({"state": "applied", "applied_at": fields.Datetime.now()})
        self._log("change_applied", reason=note or None)

    # -- signing -----------------------------------------------------------------------------------
    def _mine(self):
        """The open sign-off that the current user may give: four eyes, and one person one sign-off."""
        user, change = self.env.user, self.sudo()
        if not user.active or user.id == 1 or user == change.requested_by or user in change.signature_ids.user_id:
            return change.signature_ids.browse()
        groups = user.sudo().all_group_ids
        return change.signature_ids.filtered(lambda row: row.state == "open" and row.role_id in groups)[:1]

    def sign(self, reason):
        """Sign off in one's role; the last sign-off lets the change take effect."""
        return self._decide("signed", reason)

    def reject(self, reason):
        """Refuse the change for good; another content may be asked for."""
        return self._decide("rejected", reason)

    def _decide(self, outcome, reason):
        self.ensure_one()
        self.check_access("read")
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: please say why"))
        self.env.cr.execute("SELECT state FROM gatehouse_change WHERE id = %s FOR UPDATE", [self.id])
        if self.env.cr.fetchone()[0] != "open":
            raise UserError(self.env._("%s does not wait for sign-offs any more.", self.name))
        mine = self._mine()
        if not mine:
            raise AccessError(
                self.env._("%(name)s waits for %(roles)s, and for somebody who neither asked for it nor signed it already.",
                           name=self.name, roles=self.waiting_for)
            )  # fmt: skip
        mine.write({"state": outcome, "user_id": self.env.uid, "decided_at": fields.Datetime.now(), "reason": reason.strip()})
        self._log(f"change_{outcome}", role=mine.role_id.full_name, reason=reason.strip())
        if outcome == "rejected":
            self.sudo().state = "rejected"
        elif not self.sudo().signature_ids.filtered(lambda row: row.state != "signed"):
            self.sudo().state = "approved"
        return True

    def _waiting_notice(self):
        texts = [
            self.env._("%(name)s was rejected.", name=change.name) if change.state == "rejected"
            else self.env._("%(name)s waits for: %(roles)s", name=change.name, roles=change.waiting_for)
            for change in self
        ]  # fmt: skip
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning", "sticky": True, "title": self.env._("Waiting for sign-offs"), "message": "\n".join(texts)},
        }

    def action_sign(self):
        return self.env["gatehouse.reason"]._open_for("change_ids", self, "sign")

    def action_reject(self):
        return self.env["gatehouse.reason"]._open_for("change_ids", self, "reject_change")


class GatehouseChangeSignature(models.Model):
    _name = "gatehouse.change.signature"
    _description = "Sign-off of a change"
    _order = "id"

    change_id = fields.Many2one("gatehouse.change", required=True, readonly=True, index=True, ondelete="cascade")
    role_id = fields.Many2one("res.groups", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("signed", "Signed off"), ("rejected", "Rejected")], default="open", readonly=True
    )
    user_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True)


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    def action_activate(self):
        """With sign-offs configured the activation waits for them; without, the board's word is enough."""
        if not self.env["gatehouse.change.signoff"].sudo().search_count([("kind", "=", "policy")], limit=1):
            return super().action_activate()
        waiting, signed = self.env["gatehouse.change"], self.env["gatehouse.change"]
        for policy in self:
            change = self.env["gatehouse.change"]._ask(
                "policy", f"{policy.name} v{policy.version}", policy._change_mark(), policy.sudo()._change_text()
            )
            if change.state == "approved":
                signed |= change
            else:
                waiting |= change
        if waiting:
            return waiting._waiting_notice()
        result = super().action_activate()
        for change in signed:
            change._take_effect()
        return result

    def _change_mark(self):
        """Hash of all that takes effect: what it decides, and where, when and how strictly."""
        policy = self.sudo()
        names = (*SCOPE_FIELDS, *policy._plain_fields(), *policy._named_fields())
        values = {name: policy._fields[name].convert_to_write(policy[name], policy) for name in names}
        content = json.dumps([self.id, self.version, policy._compile(), values], sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()

    def _change_text(self):
        bands = [
            f"{self.env._('up to')} {band.up_to or '∞'}: {band.outcome} {band.role_id.name or ''}".strip() for band in self.band_ids
        ]
        checks = [f"{check.code}.{check.measure} {check.operator} {check.threshold:g}" for check in self.check_ids]
        return "\n".join([self.control, self.mode, *bands, *checks])
