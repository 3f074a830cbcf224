from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class GatehouseApproval(models.Model):
    """Who decides a review hold, and in which order. The hold stays what stops the document.

    No user writes, creates or deletes one: it changes through the methods of its steps, which check the actor.
    """

    _name = "gatehouse.approval"
    _description = "Gatehouse approval"
    _rec_name = "res_name"
    _order = "id desc"

    hold_id = fields.Many2one("gatehouse.hold", required=True, readonly=True, index=True, ondelete="restrict")
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    res_name = fields.Char(string="Document", readonly=True)
    partner_name = fields.Char(string="Partner", readonly=True)
    control = fields.Char(required=True, readonly=True)
    policy_id = fields.Many2one("gatehouse.policy", readonly=True)
    policy_version = fields.Integer(readonly=True)
    material_hash = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(readonly=True, help="Untaxed amount of the document in company currency.")
    requester_ids = fields.Many2many(related="hold_id.requester_ids")
    reason_text = fields.Text(related="hold_id.reason_text")
    manual_procedure = fields.Text(related="policy_id.manual_procedure")
    state = fields.Selection(
        [("open", "Open"), ("approved", "Approved"), ("rejected", "Rejected"), ("voided", "Voided")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    requested_by = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.uid)
    requested_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    closed_at = fields.Datetime(readonly=True)
    step_ids = fields.One2many("gatehouse.approval.step", "approval_id", readonly=True)

    # -- asking --------------------------------------------------------------------------------
    @api.model
    def _request(self, hold, document, role_ids):
        """Ask the roles, one after the other, to decide a review hold.

        :param role_ids: ids of groups in the order in which they decide; at least one
        """
        record = document.sudo()
        approval = self.sudo().create(
            {
                "hold_id": hold.id,
                "res_model": hold.res_model,
                "res_id": hold.res_id,
                "res_name": hold.res_name,
                "partner_name": record.partner_id.display_name if "partner_id" in record._fields else False,
                "control": hold.control,
                "policy_id": hold.policy_id.id,
                "policy_version": hold.policy_version,
                "material_hash": hold.material_hash,
                "company_id": (hold.company_id or self.env.company).id,
                "amount": record._gatehouse_amount() if hasattr(record, "_gatehouse_amount") else 0.0,
                "step_ids": [
                    (0, 0, {"sequence": place, "role_id": role_id})
                    for place, role_id in enumerate(self._signers(hold, role_ids), 1)
                ],
            }
        )
        approval._log("approval_requested", roles=[step.role_id.full_name for step in approval.step_ids])
        approval._open_next()
        return approval

    @api.model
    def _signers(self, hold, role_ids):
        """The roles that sign, in their order.

        Where authors do not sign and one of them asks for the document himself, one signature makes two people: the next role
        signs after it.
        """
        policy = hold.sudo().policy_id
        if len(role_ids) > 1 or not (policy.separate_author and policy.author_ids & hold.sudo().requester_ids):
            return role_ids
        return [*role_ids, policy._next_role().id]

    def request_again(self, reason):
        """Ask once more after a rejection; for those who asked for the document."""
        self.ensure_one()
        self.check_access("read")
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: please say what is new"))
        approval = self.sudo()
        if approval.state != "rejected" or approval.hold_id.state != "open":
            raise UserError(self.env._("%s was not rejected, or waits no more.", approval.res_name))
        if approval.hold_id._approval() != approval:
            raise UserError(self.env._("%s was asked for again already.", approval.res_name))
        if self.env.user not in approval.requester_ids:
            raise AccessError(self.env._("Only who asked for %s may ask again.", approval.res_name))
        self._log("approval_requested_again", reason=reason.strip())
        document = approval.hold_id._document()
        return self._request(approval.hold_id, document, approval.step_ids.role_id.ids)

    # -- going through the steps ---------------------------------------------------------------
    def _open_next(self):
        """Open the next step, or let the document go when every step is approved."""
        self.ensure_one()
        approval = self.sudo()
        waiting = approval.step_ids.filtered(lambda step: step.state == "waiting")
        if waiting:
            waiting[0]._open()
            return
        approval.write({"state": "approved", "closed_at": fields.Datetime.now()})
        last = approval.step_ids[-1:]
        hold = self.env["gatehouse.hold"].browse(approval.hold_id.id)
        hold._close("released", last.reason)
        hold._continue()

    def _reject(self, reason):
        """The document stays where it is; the steps to come are not asked any more."""
        approval = self.sudo()
        approval.step_ids.filtered(lambda step: step.state == "waiting")._set("voided")
        approval.write({"state": "rejected", "closed_at": fields.Datetime.now()})
        self._tell(
            approval.requester_ids,
            self.env._("%s was rejected", approval.res_name),
            self.env._("%(who)s: %(why)s", who=self.env.user.name, why=reason),
        )

    def _void(self, reason):
        """Close with the hold: the document was changed, cancelled or deleted, so there is nothing to decide."""
        for approval in self.sudo().filtered(lambda approval: approval.state == "open"):
            approval.step_ids.filtered(lambda step: step.state in ("waiting", "open"))._set("voided")
            approval.write({"state": "voided", "closed_at": fields.Datetime.now()})
            approval._log("approval_voided", reason=reason)

    # -- telling -------------------------------------------------------------------------------
    def _progress(self):
        """Where it stands, for the banner of the document."""
        self.ensure_one()
        count, parts = len(self.step_ids), []
        for place, step in enumerate(self.step_ids, 1):
            label = f"{place}/{count} {step.role_id.full_name}: " if count > 1 else ""
            if step.state == "approved":
                parts.append(label + self.env._("approved by %s", step._decided_text()))
            elif step.state == "rejected":
                parts.append(
                    label
                    + self.env._("rejected by %(who)s: %(why)s", who=step._decided_text(), why=step.reason)
                )
            elif step.state == "open":
                parts.append(label + self.env._("waits for a decision; %s", step.next_text))
        return Markup("<br/>").join(parts)

    def _tell(self, users, subject, body):
        """A note to people, by mail or in Odoo as each of them set it."""
        partners = users.sudo().filtered("active").partner_id
        document = self.sudo().hold_id._document()
        target = (
            document.sudo() if document and hasattr(document, "message_notify") else self.env["mail.thread"]
        )
        if partners:
            target.message_notify(partner_ids=partners.ids, subject=subject, body=body)

    def _log(self, action, **details):
        """Every decision with what it was about, so that the log alone tells it."""
        self.env["gatehouse.decision"]._append_many(
            [
                (
                    action,
                    approval,
                    {
                        "control": approval.control,
                        "policy": approval.policy_id.id,
                        "policy_version": approval.policy_version,
                        "material_hash": approval.material_hash or None,
                        "target_model": approval.res_model,
                        "target_id": approval.res_id,
                        "amount": approval.amount,
                        "currency": approval.currency_id.name,
                        **details,
                    },
                )
                for approval in self.sudo()
            ]
        )
