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
        """Judge a change before it is written: its request, which waits or was applied; none where the caller may write it.

        :param proposed: {field: value as `write` takes it}, only what differs
        """
        record.ensure_one()
        scopes = record.sudo()._gatehouse_change_scopes(proposed)
        policies = self._policies_in(scopes, control)
        if not policies or record.sudo()._gatehouse_change_is_free(control, proposed):
            return self.browse()
        verdicts = self._verdicts(record.sudo(), control, proposed, policies)
        text = verdicts[0]["text"]
        if not any(verdict["mode"] == "enforcing" and verdict["outcome"] != "pass" for verdict in verdicts):
            moved = self._logged_move(record.sudo(), control, proposed, policies[0], verdicts)
            self.env["gatehouse.decision"]._append(
                "master_data_changed", record, control=control, text=text, controls=self._gatehouse_logged(verdicts), **moved
            )
            return self.browse()
        with self.env.cr.savepoint():  # what is forbidden leaves no request behind, even where the caller swallows the refusal
            request = self._filed(record, control, proposed, text, scopes[0]["company_id"])
            waiting = request.with_env(self.env)._gatehouse_hold_back()
        if not waiting:
            request.with_env(self.env)._apply()  # by rule, which a person looks at afterwards by sample
        return request

    @api.model
    def _filed(self, record, control, proposed, text, company_id):
        """A new request in place of the one that waits for the same control of the record."""
        earlier = self.sudo().search(
            [("res_model", "=", record._name), ("res_id", "=", record.id), ("control", "=", control), ("state", "=", "waiting")]
        )
        request = self.sudo().create(
            {
                "name": f"{record.sudo().display_name}: {text}",
                "res_model": record._name,
                "res_id": record.id,
                "control": control,
                "proposed": proposed,
                "amount": record.sudo()._gatehouse_change_amount(control, proposed),
                "company_id": company_id or self.env.company.id,
            }
        )
        earlier._void(self.env._("Replaced by a newer request"))
        return request

    @api.model
    def _policies_in(self, scopes, control):
        """The policies that apply to a change in these scopes, each once."""
        found = self.env["gatehouse.policy"].sudo()._match(dict(enumerate(scopes)), [control]).values()
        return list({policies[control]["id"]: policies[control] for policies in found if control in policies}.values())

    @api.model
    def _verdicts(self, record, control, proposed, policies):
        """What each of these policies says of a change of the record."""
        return [
            self._gatehouse_verdict(control, policy, *self._change_value(record, control, proposed, policy))
            for policy in policies
        ]

    def _target(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else None
        return record.with_company(self.company_id) if record else None

    # -- what the gate asks --------------------------------------------------------------------
    def _gatehouse_controls(self):
        return sorted(set(self.mapped("control")))

    def _gatehouse_judge_bands(self, policies):
        """By the policy of where the record is, and by that of where the change takes it: each for its own roles."""
        record = self.sudo()._target()
        found = self._policies_in(record._gatehouse_change_scopes(self.proposed), self.control)
        return self._verdicts(record, self.control, self.proposed, found)

    def _gatehouse_amount(self):
        return self.amount

    def _gatehouse_scope(self):
        return self.sudo()._target()._gatehouse_change_scopes(self.proposed)[0]

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
        before, decided = request._before(), request._gatehouse_decide()[request.id]
        self.env["gatehouse.auto.approval"]._record(self, decided)
        moved = request._logged_move(record, request.control, request.proposed, {}, decided["bands"])
        request.write({"state": "applied", "closed_at": fields.Datetime.now()})
        with applying(self.env):
            record = record.with_user(request.requested_by).sudo()
            record.write(request.proposed)
            if hasattr(record, "_gatehouse_change_applied"):
                record._gatehouse_change_applied(request.control)
        self.env["gatehouse.decision"]._append(
            "change_applied", record, control=request.control, before=before, after=request.proposed, request=request.id,
            controls=self._gatehouse_logged(decided["bands"]), **moved,
        )  # fmt: skip

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
