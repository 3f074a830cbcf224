from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class GatehouseApprovalStep(models.Model):
    """One signature: the role that gives it, until when, and who gave it for whom."""

    _name = "gatehouse.approval.step"
    _description = "Gatehouse approval step"
    _inherit = ["gatehouse.escalation"]
    _rec_name = "res_name"
    _order = "due_at, amount desc, sequence, id"

    approval_id = fields.Many2one(
        "gatehouse.approval", required=True, readonly=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(required=True, readonly=True)
    role_id = fields.Many2one("res.groups", string="Decided by role", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Not yet"),
            ("open", "Open"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("voided", "Voided"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    opened_at = fields.Datetime(readonly=True, string="Waiting since")
    decided_by = fields.Many2one("res.users", readonly=True)
    on_behalf_of = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True)
    # what the list shows and sorts by
    company_id = fields.Many2one(related="approval_id.company_id", store=True)
    currency_id = fields.Many2one(related="approval_id.currency_id")
    amount = fields.Monetary(related="approval_id.amount", store=True)
    res_name = fields.Char(related="approval_id.res_name", string="Document", store=True)
    partner_name = fields.Char(related="approval_id.partner_name")
    control = fields.Char(related="approval_id.control")
    reason_text = fields.Text(related="approval_id.reason_text", string="Why")
    manual_procedure = fields.Text(related="approval_id.manual_procedure")
    requester_ids = fields.Many2many(related="approval_id.requester_ids", string="Asked for by")
    measures = fields.Html(compute="_compute_measures", compute_sudo=True, sanitize=False)
    can_decide = fields.Boolean(compute="_compute_can_decide", search="_search_can_decide")

    _open_queue = models.Index("(due_at, amount) WHERE state = 'open'")

    # -- who may decide ------------------------------------------------------------------------
    def _roles(self):
        """The role asked, and after an escalation the next one beside it."""
        return self.role_id | self.escalated_role_id

    def _barred(self):
        """Four eyes: who asked for the document, who signed an earlier step, by himself or through another.

        Where the policy says so, its authors too: nobody signs by a rule that he wrote.
        """
        done = self.approval_id.step_ids.filtered(lambda step: step.state == "approved")
        policy = self.approval_id.policy_id
        authors = policy.author_ids if policy.separate_author else policy.author_ids.browse()
        return self.approval_id.requester_ids | done.decided_by | done.on_behalf_of | authors

    def _authority(self, user, delegations=None):
        """Whose authority a user acts under: himself, one who delegated to him, or nobody (an empty record).

        Being superuser is not enough: a decision belongs to a person who has the role.

        :param delegations: those of today, where the caller read them once for many steps or users
        """
        step = self.sudo()
        nobody = self.env["res.users"]
        barred = step._barred()
        if (
            user.id == 1
            or not user.active
            or step.company_id not in user.sudo().company_ids
            or user in barred
        ):
            return nobody
        roles = step._roles()
        if roles & user.sudo().all_group_ids:
            return user
        if delegations is None:
            delegations = self.env["gatehouse.delegation"]._today()
        for principal in delegations._principals(user, step):
            if roles & principal.all_group_ids:
                return principal
        return nobody

    def _deciders(self):
        """Everyone who may decide: the role's people and their delegates, without those barred."""
        self.ensure_one()
        step = self.sudo()
        people = step._roles().all_user_ids.filtered("active")
        delegations = self.env["gatehouse.delegation"]._today()
        people |= delegations._delegates(people, step)
        return people.filtered(lambda user: step._authority(user, delegations))

    @api.depends("state", "role_id", "escalated_role_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        delegations = self.env["gatehouse.delegation"]._today()
        for step in self:
            step.can_decide = step.state == "open" and bool(step._authority(self.env.user, delegations))

    def _search_can_decide(self, operator, value):
        """One's own by the database, however long the queue; those of people who delegated one by one."""
        if operator != "in":
            return NotImplemented
        user, steps = self.env.user, self.sudo()
        mine = steps._search(self._own_domain(user))
        delegations = self.env["gatehouse.delegation"]._today()
        principals = delegations._reach(user, "delegate_id", "principal_id")
        if principals:
            theirs = steps.search(self._open_for(principals.all_group_ids, user))
            mine = [*mine, *theirs.filtered(lambda step: step._authority(user, delegations)).ids]
        return [("id", "in" if True in value else "not in", mine)]

    @api.model
    def _open_for(self, roles, user):
        """Open steps of these roles in the user's companies."""
        return [
            ("state", "=", "open"), ("company_id", "in", user.sudo().company_ids.ids),
            "|", ("role_id", "in", roles.ids), ("escalated_role_id", "in", roles.ids),
        ]  # fmt: skip

    @api.model
    def _own_domain(self, user):
        """What `_authority` says of a user's own roles, for the database."""
        if user.id == 1 or not user.active:
            return [(0, "=", 1)]
        signed = [("state", "=", "approved"), "|", ("decided_by", "=", user.id), ("on_behalf_of", "=", user.id)]
        return [
            *self._open_for(user.sudo().all_group_ids, user),
            ("approval_id.hold_id.requester_ids", "not in", user.ids),
            ("approval_id.step_ids", "not any", signed),
            ("approval_id.policy_id", "not any", [("separate_author", "=", True), ("author_ids", "in", user.ids)]),
        ]

    def _refusal(self):
        """Why this user may not decide, and who may."""
        step, user = self.sudo(), self.env.user
        role = step.role_id.full_name or self.env._("nobody")
        if user not in step._barred():
            return self.env._("Only %s may release this hold.", role)
        what = self.env._("You asked for %s yourself.", step.res_name)
        if user not in step.approval_id.requester_ids:
            what = self.env._("You signed %s already.", step.res_name)
            if user in step.approval_id.policy_id.author_ids:
                what = self.env._("You wrote the policy that holds %s.", step.res_name)
        names = ", ".join(step._deciders().mapped("name")[:5])
        if names:
            return what + " " + self.env._("It can be released by: %s.", names)
        return (
            what
            + " "
            + self.env._(
                "Nobody else has the role %s. Have an administrator give it to a second person.", role
            )
        )

    # -- deciding ------------------------------------------------------------------------------
    def approve(self, reason):
        """Sign; after the last signature the document goes on."""
        return self._decide("approved", reason)

    def reject(self, reason):
        """Refuse; the document stays where it is, and nobody is reminded of it any more."""
        return self._decide("rejected", reason)

    def _decide(self, outcome, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: a decision needs a reason"))
        self.check_access("read")
        for step in self:
            step._lock_open()
            principal = step._authority(self.env.user)
            if not principal:
                raise AccessError(step._refusal())
            if outcome == "approved":  # who rejects what was changed meanwhile lets nothing go
                step.sudo().approval_id.hold_id._require_same_material()
            behalf = principal if principal != self.env.user else principal.browse()
            step._set(
                outcome,
                decided_by=self.env.uid,
                on_behalf_of=behalf.id,
                decided_at=fields.Datetime.now(),
                reason=reason.strip(),
            )
            step.sudo().approval_id.with_env(self.env)._log(
                f"step_{outcome}",
                reason=reason.strip(),
                role=step.sudo().role_id.full_name,
                on_behalf_of=behalf.login or None,
                evidence=step._evidence(),
            )
            approval = self.env["gatehouse.approval"].browse(step.sudo().approval_id.id)
            approval._open_next() if outcome == "approved" else approval._reject(reason.strip())
        return True

    def _lock_open(self):
        """Two people at the same second: the second one finds it decided."""
        self.flush_recordset(["state"])
        self.env.cr.execute("SELECT state FROM gatehouse_approval_step WHERE id = %s FOR UPDATE", [self.id])
        row = self.env.cr.fetchone()
        self.invalidate_recordset(["state"])
        if not row or row[0] != "open":
            raise UserError(
                self.env._("%s is not waiting for this decision any more.", self.sudo().res_name or "")
            )

    def _set(self, state, **values):
        self.sudo().write({"state": state, **values})

    def ask(self, question):
        """Ask those who want it something, before deciding; it stays open."""
        self.ensure_one()
        self.check_access("read")
        if not isinstance(question, str) or not question.strip():
            raise ValidationError(self.env._("question: please write what you want to know"))
        if not self.can_decide:
            raise AccessError(self._refusal())
        approval = self.sudo().approval_id.with_env(self.env)
        approval._log("question_asked", reason=question.strip())
        approval._tell(
            self.sudo().requester_ids,
            self.env._("Question about %s", self.sudo().res_name),
            self.env._("%(who)s asks: %(what)s", who=self.env.user.name, what=question.strip()),
        )
        return True

    # -- opening -------------------------------------------------------------------------------
    def _open(self):
        """Start the clock and tell the people of the role."""
        self.ensure_one()
        step = self.sudo()
        step._set("open", opened_at=fields.Datetime.now(), **step._clock())
        deciders = step._deciders()
        if deciders:
            step._notify(deciders, self.env._("%s needs your decision", step.res_name))
        else:
            step._report_nobody()

    def _notify(self, users, subject):
        link = f"{self.get_base_url()}/gatehouse/decision/{self.id}"
        body = Markup("<p>%s</p><p>%s</p><p><a href='%s'>%s</a></p>") % (
            self.env._(
                "%(amount)s %(currency)s", amount=f"{self.amount:,.2f}", currency=self.currency_id.name
            ),
            self.reason_text or self.control,
            link,
            self.env._("Look at it and decide"),
        )
        self.approval_id._tell(users, subject, body)

    # -- buttons -------------------------------------------------------------------------------
    def action_approve(self):
        return self.env["gatehouse.reason"]._open_for("step_ids", self, "approve")

    def action_reject(self):
        return self.env["gatehouse.reason"]._open_for("step_ids", self, "reject")

    def action_ask(self):
        return self.env["gatehouse.reason"]._open_for("step_ids", self, "ask")

    def action_delegate(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Let somebody else decide"),
            "res_model": "gatehouse.delegation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_step_id": self.id},
        }

    def action_open_document(self):
        self.ensure_one()
        return self.sudo().approval_id.hold_id.action_open_document()
