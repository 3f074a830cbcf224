import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

DAYS = 90
#: Fewer looked-at samples than this suspend nothing.
LEAST = 10


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    auto_sample = fields.Integer(
        "Look at one in", default=10, help="Of what is approved by rule, how many a person looks at afterwards; 1: all."
    )
    auto_override_bound = fields.Float(
        "Suspend above (%)", default=10.0, help="Share of looked-at approvals by rule that were wrong; then a person approves."
    )
    auto_suspended = fields.Boolean("Approval by rule suspended", readonly=True, copy=False)


class GatehouseGateMixin(models.AbstractModel):
    _inherit = "gatehouse.gate.mixin"

    def _gatehouse_signed_by_people(self, verdicts):
        """The verdicts, with a review in place of an approval by rule where who asks wrote the rule and its authors stand apart."""
        for verdict in verdicts:
            policy = self.env["gatehouse.policy"].sudo().browse(verdict["policy"] if verdict["outcome"] == "auto" else ())
            if policy.separate_author and policy.author_ids & self.sudo()._gatehouse_requesters():
                roles = [role for role in verdict["role_ids"] if role != verdict["role_id"]]
                verdict.update(outcome="review", role_ids=[*roles, verdict["role_id"]])
        return verdicts


class GatehouseAutoApproval(models.Model):
    """What a rule approved in place of a person: kept with its reason, and looked at by sample."""

    _name = "gatehouse.auto.approval"
    _description = "Approval by rule"
    _rec_name = "res_name"
    _order = "id desc"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    res_name = fields.Char("Document", readonly=True)
    control = fields.Char(required=True, readonly=True)
    policy_id = fields.Many2one("gatehouse.policy", readonly=True, index=True)
    policy_version = fields.Integer(readonly=True)
    material_hash = fields.Char(readonly=True)
    role_id = fields.Many2one("res.groups", string="Looked at by", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    value = fields.Float(readonly=True)
    text = fields.Char("Why", readonly=True)
    sampled = fields.Boolean("To look at", readonly=True)
    requester_ids = fields.Many2many("res.users", "gatehouse_auto_requester_rel", readonly=True)
    verdict = fields.Selection([("right", "Right"), ("wrong", "Wrong")], readonly=True)
    judged_by = fields.Many2one("res.users", readonly=True)
    judged_at = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True)
    can_judge = fields.Boolean(compute="_compute_can_judge")

    _to_judge = models.Index("(policy_id, policy_version) WHERE sampled")

    # -- recording -----------------------------------------------------------------------------
    @api.model
    def _record(self, document, decided):
        """Keep each enforced verdict "auto" of a document that passed its gate."""
        for verdict in document._gatehouse_enforced(decided, "auto"):
            mark = hashlib.sha256(f"{decided['hash']}:{verdict['control']}:{document.id}".encode()).digest()
            values = {
                "res_model": document._name,
                "res_id": document.id,
                "res_name": document.sudo().display_name,
                "control": verdict["control"],
                "policy_id": verdict["policy"],
                "policy_version": verdict["version"],
                "material_hash": decided["hash"],
                "role_id": verdict["role_id"],
                "company_id": document.sudo().company_id.id,
                "value": verdict["value"],
                "text": verdict["text"],
                # By the document's content, so that nobody can pick what is looked at, and a test can.
                "sampled": int.from_bytes(mark[:4], "big") % verdict["auto_sample"] == 0,
                "requester_ids": [(6, 0, document.sudo()._gatehouse_requesters().ids)],
            }
            row = self.sudo().create(values)
            self.env["gatehouse.decision"]._append(
                "auto_approved", document, control=row.control, policy=verdict["policy"], policy_version=row.policy_version,
                material_hash=row.material_hash, text=row.text, value=row.value, sampled=row.sampled,
            )  # fmt: skip

    # -- looking at it -------------------------------------------------------------------------
    @api.depends("sampled", "verdict", "role_id")
    @api.depends_context("uid")
    def _compute_can_judge(self):
        for row in self:
            row.can_judge = row.sampled and not row.verdict and row._may_judge()

    def _may_judge(self):
        row, user = self.sudo(), self.env.user
        authors = row.policy_id.author_ids if row.policy_id.separate_author else user.browse()
        return user.id != 1 and row.role_id in user.sudo().all_group_ids and user not in row.requester_ids | authors

    def judge(self, verdict, reason):
        """Say whether the rule was right; too many wrong ones suspend it.

        :param verdict: "right" or "wrong"
        """
        if verdict not in ("right", "wrong"):
            raise ValidationError(self.env._("verdict: must be right or wrong"))
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: please say why"))
        self.check_access("read")
        for row in self:
            if row.sudo().verdict:
                raise UserError(self.env._("%s was looked at already.", row.sudo().res_name))
            if not row._may_judge():
                raise AccessError(
                    self.env._(
                        "Only %s looks at it, and nobody who asked for it, or wrote its policy where authors do not sign.",
                        row.sudo().role_id.full_name,
                    )
                )
            row.sudo().write(
                {"verdict": verdict, "judged_by": self.env.uid, "judged_at": fields.Datetime.now(), "reason": reason.strip()}
            )
            known = row.sudo()
            self.env["gatehouse.decision"]._append(
                "auto_judged", row, verdict=verdict, reason=reason.strip(), control=known.control, policy=known.policy_id.id,
                policy_version=known.policy_version, material_hash=known.material_hash or None,
                target_model=known.res_model, target_id=known.res_id,
            )  # fmt: skip
        self.sudo().policy_id._suspend_when_wrong()

    def action_right(self):
        return self.env["gatehouse.reason"]._open_for("auto_ids", self, "right")

    def action_wrong(self):
        return self.env["gatehouse.reason"]._open_for("auto_ids", self, "wrong")

    def action_open_document(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id, "view_mode": "form"}


class GatehousePolicySuspension(models.Model):
    _inherit = "gatehouse.policy"

    def _suspend_when_wrong(self):
        """Hand the band back to its role when too many of its looked-at approvals were wrong, and say so."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS)
        for policy in self.filtered(lambda policy: policy.state == "active" and not policy.auto_suspended):
            judged = self.env["gatehouse.auto.approval"].search(
                [("policy_id", "=", policy.id), ("verdict", "!=", False), ("judged_at", ">=", since)]
            )
            wrong = len(judged.filtered(lambda row: row.verdict == "wrong"))
            rate = 100.0 * wrong / len(judged) if judged else 0.0
            if len(judged) < LEAST or rate <= policy.auto_override_bound:
                continue
            policy._transition({"auto_suspended": True})
            text = self.env._(
                "%(wrong)s of %(count)s looked-at approvals were wrong (%(rate).1f %%, the bound is %(bound).1f %%). "
                "%(role)s approves from now on; a new version of the policy starts afresh.",
                wrong=wrong, count=len(judged), rate=rate, bound=policy.auto_override_bound,
                role=judged[-1:].role_id.full_name,
            )  # fmt: skip
            self.env["gatehouse.decision"]._append("auto_suspended", policy, text=text, control=policy.control)
            self.env["gatehouse.exception"]._open(
                f"auto:{policy.id}:{policy.version}", "approval",
                self.env._("Approval by rule of %s suspended itself", policy.name),
                detail=text, res_model=policy._name, res_id=policy.id, company_id=policy.company_id.id, priority="1",
            )  # fmt: skip
