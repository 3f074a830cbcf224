from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

SCOPE_FIELDS = (
    "company_id",
    "business_unit",
    "warehouse_id",
    "team_id",
    "channel",
    "product_category_id",
    "partner_tag_id",
    "country_id",
)
#: What the buttons set, and the board's decision behind them: never a value that comes with a call.
DECIDED = (
    "state", "version", "supersedes_id", "compiled", "activated_by", "retirement_asked_by", "alert_cut", "auto_suspended",
)  # fmt: skip


class GatehousePolicy(models.Model):
    _name = "gatehouse.policy"
    _description = "Gatehouse policy"
    _inherit = ["mail.thread"]
    _order = "control, specificity desc, id desc"

    name = fields.Char(required=True)
    control = fields.Selection([("manual", "Placed by an automation rule")], required=True, default="manual")
    mode = fields.Selection(
        [("off", "Off"), ("observing", "Observing"), ("enforcing", "Enforcing")],
        required=True,
        default="observing",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("in_review", "In review"), ("active", "Active"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    supersedes_id = fields.Many2one("gatehouse.policy", readonly=True, copy=False)
    author_ids = fields.Many2many("res.users", string="Authors", readonly=True, copy=False)
    activated_by = fields.Many2one("res.users", readonly=True, copy=False)
    # scope
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict")
    business_unit = fields.Char()
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True, ondelete="restrict")
    team_id = fields.Many2one("crm.team", string="Sales team", ondelete="restrict")
    channel = fields.Char()
    product_category_id = fields.Many2one("product.category", ondelete="restrict")
    partner_tag_id = fields.Many2one("res.partner.category", ondelete="restrict")
    country_id = fields.Many2one("res.country", ondelete="restrict")
    specificity = fields.Integer(compute="_compute_specificity", store=True)
    parent_id = fields.Many2one("gatehouse.policy", string="Deviates from")
    deviation_reason = fields.Text()
    deviation_expiry = fields.Date()
    valid_from = fields.Date()
    valid_to = fields.Date()
    # meaning
    purpose = fields.Text()
    owner_id = fields.Many2one("res.users")
    manual_procedure = fields.Text(help="What to do by hand. Every hold and refusal shows it.")
    alert_budget = fields.Float(help="Documents a day that reviewers can look at.")
    alert_cut = fields.Float(default=0.0, readonly=True, digits=(16, 6), copy=False)
    deadline_minutes = fields.Integer(default=10)
    fallback = fields.Selection(
        [
            ("release", "Go on, marked degraded"),
            ("hold", "Hold for review"),
            ("triage", "Hold and open an exception"),
        ],
        default="hold",
        required=True,
        help="Default for expected checks.",
    )
    cumulative = fields.Boolean(
        "Lower bands sign first",
        help="A value in a higher band is approved by the roles of the lower review bands too, one after the other.",
    )
    separate_author = fields.Boolean(
        "Authors do not sign",
        help="Who wrote the policy, who asks and who approves are three people. Where an author asks, the next role signs too.",
    )
    remind_hours = fields.Float("Remind after", default=4.0, help="Business hours of the company's calendar.")
    escalate_hours = fields.Float(
        "Escalate after", default=8.0, help="Business hours of the company's calendar."
    )
    escalate_role_id = fields.Many2one(
        "res.groups", string="Escalate to", ondelete="restrict", help="Empty: the operations manager."
    )
    rolling_days = fields.Integer(
        "Count together (days)", help="Amounts of confirmed documents of these last days are added; 0: each by itself."
    )
    rolling_by = fields.Selection(
        [("partner", "Same partner"), ("requester", "Same requester"), ("item", "Same item")], default="partner"
    )
    break_glass_cap = fields.Float(
        "Break-glass up to", help="Largest document, in company currency, that the role Break glass may let pass; 0: none."
    )
    band_ids = fields.One2many("gatehouse.policy.band", "policy_id", copy=True)
    check_ids = fields.One2many("gatehouse.policy.check", "policy_id", copy=True)
    compiled = fields.Json(readonly=True, copy=False, help="Bands and checks as the evaluator reads them.")

    _active = models.Index("(control, specificity) WHERE state = 'active'")

    @api.depends(*SCOPE_FIELDS)
    def _compute_specificity(self):
        for policy in self:
            policy.specificity = sum(1 for name in SCOPE_FIELDS if policy[name])

    @api.constrains("parent_id", "control", "deviation_reason", "deviation_expiry")
    def _check_deviation(self):
        for policy in self.filtered("parent_id"):
            if not policy.deviation_reason or not policy.deviation_expiry:
                raise ValidationError(self.env._("A local deviation needs its reason and its expiry."))
            if policy.parent_id.control != policy.control:
                raise ValidationError(
                    self.env._(
                        '%(policy)s cannot deviate from "%(parent)s", which is a policy of another control (%(control)s).',
                        policy=policy.name, parent=policy.parent_id.name, control=policy.parent_id._control_text(),
                    )
                )  # fmt: skip

    # -- editing: only drafts, and everyone who edits is an author -----------------------------
    @api.model_create_multi
    def create(self, vals_list):
        own = [{name: value for name, value in vals.items() if name not in DECIDED} for vals in vals_list]
        return super().create([{**vals, "state": "draft", "author_ids": [(4, self.env.uid)]} for vals in own])

    def write(self, vals):
        self._require_draft()
        vals = {**vals, "author_ids": [(4, self.env.uid)]}
        if vals.keys() & set(DECIDED):
            raise UserError(self.env._("The state of a policy changes through its buttons only."))
        return super().write(vals)

    def _transition(self, vals):
        """The one way around the edit lock; private, so no RPC call reaches it."""
        result = super(GatehousePolicy, self.sudo()).write(vals)
        self.env.registry.clear_cache()
        return result

    def _require_draft(self):
        locked = self.filtered(lambda policy: policy.state != "draft")
        if locked:
            raise UserError(
                self.env._(
                    "%s is no draft. Make a new version of it instead of editing it.",
                    ", ".join(locked.mapped("name")),
                )
            )
        missing = self.filtered(lambda policy: self.env.user not in policy.author_ids)
        if missing:
            missing._transition({"author_ids": [(4, self.env.uid)]})

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._require_draft()

    # -- life cycle ----------------------------------------------------------------------------
    def _require_group(self, name):
        if not self.env.user.has_group("gatehouse." + name):
            raise AccessError(self.env._("Your role does not allow this on a policy."))

    def action_submit(self):
        """Hand it to the board; what could never work is refused before."""
        self._require_group("group_policy_author")
        self._require_draft()
        self._require_sound()
        self._transition({"state": "in_review"})

    def action_back_to_draft(self):
        self._require_group("group_policy_author")
        if any(policy.state != "in_review" for policy in self):
            raise UserError(self.env._("Only a policy in review goes back to draft."))
        self._transition({"state": "draft"})

    def action_activate(self):
        self._require_group("group_governance_board")
        for policy in self:
            if policy.state != "in_review":
                raise UserError(self.env._("%s is not in review.", policy.name))
            if self.env.user in policy.author_ids:
                raise AccessError(self.env._("The author of a policy cannot activate it."))
        self._activate()

    def _activate(self):
        for policy in self.sudo():
            policy._check_complete()
            policy._replace()
            policy._transition(
                {
                    "state": "active",
                    "activated_by": self.env.uid,
                    "compiled": policy._compile(),
                    "alert_cut": policy._alert_cut(),
                }
            )
            self.env["gatehouse.decision"]._append(
                "policy_activated", policy, version=policy.version, control=policy.control
            )

    def _replace(self):
        """The version before ends with the activation of this one, by the same four eyes."""
        for old in self.supersedes_id.filtered(lambda old: old.state == "active"):
            old._transition({"state": "retired"})
            self.env["gatehouse.decision"]._append(
                "policy_retired", old, version=old.version, control=old.control, replaced_by=self.version
            )

    @api.model
    def _activate_shipped(self, ids):
        """Starter policies in data files: active from the installation on, with their bands compiled."""
        self.browse(ids).filtered(lambda policy: policy.state == "draft")._activate()

    def action_new_version(self):
        self.ensure_one()
        self._require_group("group_policy_author")
        draft = self.copy({"name": self.name})
        draft._transition({"version": self.version + 1, "supersedes_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def _next_role(self):
        """The role that comes next where the one asked does not decide, or not alone.

        `env.ref` asks the database each time whether the record is there; a queue shows a hundred of these.
        """
        manager = self.env["ir.model.data"]._xmlid_to_res_id("gatehouse.group_operations_manager")
        return self.escalate_role_id or self.env["res.groups"].browse(manager)

    def _control_text(self):
        return dict(self._fields["control"]._description_selection(self.env))[self.control]

    def _check_complete(self):
        elsewhere = self._findings_of_version()
        if elsewhere:
            raise UserError("\n".join(elsewhere))
        bands = self.band_ids._compiled()
        if bands and (bands[-1]["up_to"] or sum(1 for band in bands if not band["up_to"]) != 1):
            raise UserError(self.env._("Exactly the last band of %s must have no bound.", self.name))
        if any(band["outcome"] in ("review", "auto") and not band["role_id"] for band in bands):
            raise UserError(self.env._("A review band of %s names no role.", self.name))

    def _compile(self):
        return {
            "bands": self.band_ids._compiled(),
            "checks": self.check_ids._compiled(),
            "cumulative": self.cumulative,
            "rolling_days": self.rolling_days,
            "rolling_by": self.rolling_by,
            "break_glass_cap": self.break_glass_cap,
            "auto_sample": self.auto_sample,
            "fallback": self.fallback,
            "purpose": self.purpose or "",
            "owner": self.owner_id.name or "",
            "manual_procedure": self.manual_procedure or "",
        }
