from odoo import api, fields, models


class GatehouseReason(models.TransientModel):
    """Asks for the reason of a decision; the Odoo models behind it check the actor."""

    _name = "gatehouse.reason"
    _description = "Reason of a Gatehouse decision"

    hold_ids = fields.Many2many("gatehouse.hold")
    step_ids = fields.Many2many("gatehouse.approval.step")
    res_model = fields.Char()
    res_id = fields.Integer()
    verb = fields.Selection(
        [
            ("approve", "Approve"),
            ("reject", "Reject"),
            ("ask", "Ask"),
            ("snooze", "Put off"),
            ("hand_over", "Hand over"),
            ("right", "Right"),
            ("wrong", "Wrong"),
            ("sign", "Sign off"),
            ("reject_change", "Reject"),
            ("happened", "It happened"),
            ("did_not_happen", "It did not happen"),
        ]
    )
    until = fields.Datetime(default=lambda self: fields.Datetime.add(fields.Datetime.now(), days=1))
    role_id = fields.Many2one("res.groups", string="To role")
    user_id = fields.Many2one("res.users", string="To person", domain=[("share", "=", False)])
    exception_ids = fields.Many2many("gatehouse.exception")
    change_ids = fields.Many2many("gatehouse.change")
    effect_ids = fields.Many2many("gatehouse.effect")
    auto_ids = fields.Many2many("gatehouse.auto.approval")
    summary = fields.Text(compute="_compute_summary")
    reason = fields.Text(required=True)

    @api.model
    def _open_for(self, field, records, verb=None):
        title = {
            "approve": self.env._("Approve"),
            "reject": self.env._("Reject"),
            "ask": self.env._("Ask before deciding"),
            "snooze": self.env._("Put off"),
            "hand_over": self.env._("Hand over"),
            "right": self.env._("The rule was right"),
            "wrong": self.env._("The rule was wrong"),
            "sign": self.env._("Sign off"),
            "reject_change": self.env._("Reject the change"),
            "happened": self.env._("It happened"),
            "did_not_happen": self.env._("It did not happen: send it again"),
        }.get(verb, self.env._("Reason"))
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_" + field: records.ids, "default_verb": verb},
        }

    @api.model
    def _open_for_document(self, document):
        """Break the glass for a document."""
        action = self._open_for("hold_ids", self.env["gatehouse.hold"])
        context = {"default_res_model": document._name, "default_res_id": document.id}
        return {**action, "name": self.env._("Break the glass for %s", document.display_name), "context": context}

    @api.depends("hold_ids", "exception_ids", "step_ids", "effect_ids", "change_ids")
    def _compute_summary(self):
        for wizard in self:
            lines = [f"{hold.res_name}: {hold.reason_text or hold.control}" for hold in wizard.hold_ids]
            lines += [f"{step.res_name}: {step.reason_text or step.control}" for step in wizard.step_ids]
            if wizard.res_model:
                lines.append(self.env._("Everything that stops it is passed. Somebody else reviews it within a working day."))
            lines += wizard.effect_ids.mapped("summary")
            lines += [f"{change.name}: {change.subject}" for change in wizard.change_ids]
            wizard.summary = "\n".join(lines + wizard.exception_ids.mapped("title"))

    def action_apply(self):
        self.ensure_one()
        if self.hold_ids:
            self.hold_ids.release(self.reason)
        if self.step_ids:
            for step in self.step_ids:
                getattr(step, {"approve": "approve", "reject": "reject", "ask": "ask"}[self.verb])(
                    self.reason
                )
        for change in self.change_ids:
            change.sign(self.reason) if self.verb == "sign" else change.reject(self.reason)
        for effect in self.effect_ids:
            effect.settle(self.verb == "happened", self.reason)
        if self.auto_ids:
            self.auto_ids.judge(self.verb, self.reason)
        if self.res_model:
            self.env[self.res_model].browse(self.res_id).break_glass(self.reason)
        if self.exception_ids and self.verb == "snooze":
            self.exception_ids.snooze(self.until, self.reason)
        elif self.exception_ids and self.verb == "hand_over":
            self.exception_ids.hand_over(self.reason, self.role_id.id, self.user_id.id)
        elif self.exception_ids:
            self.exception_ids.resolve(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
