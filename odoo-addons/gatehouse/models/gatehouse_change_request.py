from contextlib import contextmanager

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

APPLYING = "gatehouse.applying"


@contextmanager
def applying(env):
    """Writes in here are decided already. Kept in the transaction, where no call from outside reaches it."""
    data = env.cr.precommit.data
    before = data.get(APPLYING, 0)
    data[APPLYING] = before + 1
    try:
        yield
    finally:
        data[APPLYING] = before


class GatehouseChangeRequest(models.Model):
    """A change of a protected field that waits for its approval: it holds the proposed values and applies them then.

    The record itself keeps the old values until the last signature.
    """

    _name = "gatehouse.change.request"
    _inherit = ["gatehouse.gate.mixin"]
    _description = "Gatehouse change request"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True, index=True)
    control = fields.Char(required=True, readonly=True)
    proposed = fields.Json(readonly=True)
    amount = fields.Float(readonly=True, help="Company currency; what routes it by amount.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("applied", "Applied"), ("voided", "Withdrawn")],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    requested_by = fields.Many2one("res.users", required=True, readonly=True, default=lambda self: self.env.uid)
    closed_at = fields.Datetime(readonly=True)
    difference = fields.Html(compute="_compute_difference", compute_sudo=True, sanitize=False)

    _waiting = models.Index("(res_model, res_id) WHERE state = 'waiting'")

    # -- asking --------------------------------------------------------------------------------
    @api.model
    def _ask(self, record, control, proposed):
        """Judge a change before it is written. True when it has to wait, as a request of its own.

        :param proposed: {field: value as `write` takes it}, only what differs
        """
        record.ensure_one()
        scope = record.sudo()._gatehouse_change_scope()
        policy = self.env["gatehouse.policy"].sudo()._match({record.id: scope}, [control])[record.id].get(control)
        if not policy or record.sudo()._gatehouse_change_is_free(control, proposed):
            return False
        value, text = record.sudo()._gatehouse_change_value(control, proposed, policy)
        outcome, limit, _role = self.env["gatehouse.policy"]._judge_band(policy, value)
        if outcome == "pass" or policy["mode"] != "enforcing":
            self.env["gatehouse.decision"]._append(
                "master_data_changed",
                record,
                control=control,
                text=text,
                controls=[
                    {"control": control, "outcome": outcome, "value": value, "limit": limit, "mode": policy["mode"],
                     "policy": policy["id"], "version": policy["version"]}
                ],
            )  # fmt: skip
            return False
        request = self.sudo().create(
            {
                "name": f"{record.sudo().display_name}: {text}",
                "res_model": record._name,
                "res_id": record.id,
                "control": control,
                "proposed": proposed,
                "amount": record.sudo()._gatehouse_change_amount(control, proposed),
                "company_id": scope["company_id"] or self.env.company.id,
            }
        )
        earlier = self.sudo().search(
            [("res_model", "=", record._name), ("res_id", "=", record.id), ("control", "=", control),
             ("state", "=", "waiting"), ("id", "!=", request.id)]
        )  # fmt: skip
        earlier._void(self.env._("Replaced by a newer request"))
        request.with_env(self.env)._gatehouse_hold_back()
        return True

    def _target(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else None
        return record.with_company(self.company_id) if record else None

    # -- what the gate asks --------------------------------------------------------------------
    def _gatehouse_controls(self):
        return sorted(set(self.mapped("control")))

    def _gatehouse_value(self, control, policy):
        return self.sudo()._target()._gatehouse_change_value(control, self.proposed, policy)

    def _gatehouse_amount(self):
        return self.amount

    def _gatehouse_scope(self):
        return self.sudo()._target()._gatehouse_change_scope()

    def _gatehouse_material(self):
        """The proposal and what it would replace: when somebody changes the record meanwhile, ask again."""
        return {"proposed": self.proposed, "before": self._before()}

    def _gatehouse_requesters(self):
        return self.requested_by

    def _gatehouse_is_confirmed(self):
        return self.state == "applied"

    def _gatehouse_resume(self):
        self.ensure_one()
        if self.sudo().state == "waiting":
            self._gatehouse_gate()
            self._apply()

    # -- ending --------------------------------------------------------------------------------
    def _apply(self):
        """Write the proposed values, in the name of who asked."""
        request = self.sudo()
        record = request._target()
        if not record:
            request._void(self.env._("The record was deleted"))
            return
        before = request._before()
        request.write({"state": "applied", "closed_at": fields.Datetime.now()})
        with applying(self.env):
            record.with_user(request.requested_by).sudo().write(request.proposed)
        self.env["gatehouse.decision"]._append(
            "change_applied", record, control=request.control, before=before, after=request.proposed, request=request.id
        )

    def _void(self, reason):
        for request in self:
            request.write({"state": "voided", "closed_at": fields.Datetime.now()})
            self.env["gatehouse.hold"]._open_on(self._name, request.ids)._close("voided", reason)

    def action_withdraw(self):
        """For who asked, and for the operations manager."""
        self.check_access("read")
        manager = self.env.user.has_group("gatehouse.group_operations_manager")
        for request in self:
            if request.requested_by != self.env.user and not manager:
                raise AccessError(self.env._("Only %s may withdraw it.", request.sudo().requested_by.name))
            if request.state != "waiting":
                raise UserError(self.env._("%s does not wait any more.", request.name))
        self.sudo()._void(self.env._("Withdrawn"))

    def action_open_record(self):
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id, "view_mode": "form"}

    # -- for people ----------------------------------------------------------------------------
    def _before(self):
        record = self.sudo()._target()
        return record._gatehouse_plain(self.proposed) if record else {}

    @api.depends("proposed")
    def _compute_difference(self):
        for request in self:
            record = request._target()
            if not record:
                request.difference = False
                continue
            rows = Markup("").join(
                Markup("<tr><th>%s</th><td>%s</td><td>→</td><td><strong>%s</strong></td></tr>")
                % (
                    record._fields[name].get_description(self.env)["string"],
                    record._gatehouse_shown(name, record[name]) if request.state == "waiting" else "",
                    record._gatehouse_shown(name, value),
                )
                for name, value in (request.proposed or {}).items()
            )
            request.difference = Markup("<table class='table table-sm w-auto'>%s</table>") % rows


class GatehouseProtectedMixin(models.AbstractModel):
    """A record with fields that change by approval only, whoever writes them, where a policy enforces it.

    A model names its fields by control and says what the bands of that control judge.
    """

    _name = "gatehouse.protected.mixin"
    _description = "Record with protected fields"

    gatehouse_change_banner = fields.Html(
        compute="_compute_gatehouse_change_banner", compute_sudo=True, sanitize=False
    )

    # -- hooks ---------------------------------------------------------------------------------
    @api.model
    def _gatehouse_protected(self):
        """{control: names of the fields it guards}"""
        return {}

    @api.model
    def _gatehouse_protected_new(self):
        """Names of guarded fields that a new record does not get without approval either."""
        return ()

    def _gatehouse_is_protected(self):
        """False for records whose guarded fields mean nothing of their own."""
        return True

    def _gatehouse_change_is_free(self, control, proposed):
        """True for a change that nobody needs to look at, such as a lower limit."""
        return False

    def _gatehouse_change_value(self, control, proposed, policy):
        """(value, text for people) that the bands of a control judge; higher is worse."""
        raise NotImplementedError

    def _gatehouse_change_amount(self, control, proposed):
        """What it may cost, in company currency."""
        return 0.0

    def _gatehouse_change_scope(self):
        """Scope values for the policy match."""
        company = self.company_id if "company_id" in self._fields and self.company_id else self.env.company
        return {
            "company_id": company.id, "business_unit": None, "warehouse_id": None, "team_id": None, "channel": None,
            "categories": [], "tags": [], "country_id": None,
        }  # fmt: skip

    # -- the gate ------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """A new record begins without what needs approval; that is asked for at once."""
        guarded = set(self._gatehouse_protected_new())
        if not guarded or self.env.cr.precommit.data.get(APPLYING):
            return super().create(vals_list)
        asked = [{name: vals[name] for name in guarded & vals.keys() if vals[name]} for vals in vals_list]
        policies = any(asked) and self._gatehouse_change_policies()
        if not policies:
            return super().create(vals_list)
        plain = [
            {name: value for name, value in vals.items() if name not in wish}
            for vals, wish in zip(vals_list, asked, strict=True)
        ]
        records = super().create(plain)
        for record, wish in zip(records, asked, strict=True):
            if wish:
                record.write(wish)
        return records

    def write(self, vals):
        """What needs approval is asked for; the rest is written."""
        guarded = {name for names in self._gatehouse_protected().values() for name in names} & vals.keys()
        if not guarded or self.env.cr.precommit.data.get(APPLYING) or not self._gatehouse_change_policies():
            return super().write(vals)
        for record in self:
            wish = dict(vals)
            if record._gatehouse_is_protected():
                for control, names in self._gatehouse_protected().items():
                    proposed = {name: vals[name] for name in names if name in vals and record._gatehouse_differs(name, vals[name])}
                    if proposed and self.env["gatehouse.change.request"]._ask(record, control, proposed):
                        wish = {name: value for name, value in wish.items() if name not in proposed}
            rest = {name: value for name, value in wish.items() if name not in guarded}
            passed = {name: value for name, value in wish.items() if name in guarded}
            if rest:
                super(GatehouseProtectedMixin, record).write(rest)
            if passed:
                with applying(self.env):  # copies of these values in other records are decided with them
                    super(GatehouseProtectedMixin, record).write(passed)
        return True

    def _gatehouse_change_policies(self):
        """Whether any active policy guards this model at all: one indexed query, so that most writes pay no more."""
        controls = list(self._gatehouse_protected())
        active = [("control", "in", controls), ("state", "=", "active"), ("mode", "!=", "off")]
        return bool(self.env["gatehouse.policy"].sudo().search_count(active, limit=1))

    def _gatehouse_plain(self, names):
        """{field: stored value as `write` takes it}"""
        self.ensure_one()
        return {name: self._fields[name].convert_to_write(self[name], self) for name in names}

    def _gatehouse_differs(self, name, value):
        field = self._fields[name]
        new = field.convert_to_write(field.convert_to_record(field.convert_to_cache(value, self), self), self)
        return new != self._gatehouse_plain([name])[name]

    def _gatehouse_shown(self, name, value):
        """A value as people read it."""
        field = self._fields[name]
        if field.type == "many2one" and isinstance(value, int):
            value = self.env[field.comodel_name].browse(value).exists()
        if isinstance(value, models.BaseModel):
            return value.display_name or "–"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "–")
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return str(value) if value not in (False, None) else "–"

    def _compute_gatehouse_change_banner(self):
        waiting = self.env["gatehouse.change.request"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "=", "waiting")]
        )
        holds = self.env["gatehouse.hold"]._open_on("gatehouse.change.request", waiting.ids)
        for record in self:
            mine = waiting.filtered(lambda request, record=record: request.res_id == record._origin.id)
            parts = [hold._banner_item() for hold in holds.filtered(lambda hold, mine=mine: hold.res_id in mine.ids)]
            record.gatehouse_change_banner = Markup("").join(parts) or False
