from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IrActionsServer(models.Model):
    """Steps for automation rules, so that a consultant adds events, holds and exceptions without code."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[
            ("gatehouse_event", "Raise event"),
            ("gatehouse_hold", "Place hold"),
            ("gatehouse_review", "Request review"),
            ("gatehouse_exception", "Open exception"),
        ],
        ondelete={
            "gatehouse_event": "cascade",
            "gatehouse_hold": "cascade",
            "gatehouse_review": "cascade",
            "gatehouse_exception": "cascade",
        },
    )
    gatehouse_event_type = fields.Char(
        "Event type", help="Dotted past tense, such as stock.picking.validated."
    )
    gatehouse_field_ids = fields.Many2many(
        "ir.model.fields",
        "ir_act_server_gatehouse_field_rel",
        string="Event fields",
        domain="[('model_id', '=', model_id), ('store', '=', True)]",
    )
    gatehouse_text = fields.Char("Reason")
    gatehouse_role_id = fields.Many2one("res.groups", string="For role")
    gatehouse_break_glass_cap = fields.Float(
        "Break-glass up to", help="Largest document, in company currency, that the role Break glass may let pass; 0: none."
    )
    gatehouse_blocks = fields.Selection(
        [("confirm", "Confirmation"), ("ship", "Shipping"), ("receive", "Receipt")],
        string="Blocks",
        default="ship",
    )

    @api.constrains("state", "gatehouse_event_type", "gatehouse_text", "gatehouse_role_id")
    def _check_gatehouse(self):
        for action in self:
            if action.state == "gatehouse_event" and not action.gatehouse_event_type:
                raise ValidationError(self.env._("Name the type of the event."))
            if action.state == "gatehouse_hold" and not (action.gatehouse_text and action.gatehouse_role_id):
                raise ValidationError(self.env._("A hold needs a reason and the role that releases it."))
            if action.state == "gatehouse_review":
                action._check_gatehouse_review()

    def _check_gatehouse_review(self):
        if not (self.gatehouse_text and self.gatehouse_role_id):
            raise ValidationError(self.env._("A review needs a reason and the role that decides it."))
        if "gatehouse_banner" not in self.env[self.model_id.model]._fields:
            raise ValidationError(
                self.env._("%s is behind no gate, so nothing would wait: use Place hold.", self.model_id.name)
            )

    def _gatehouse_records(self):
        return self.env[self.model_id.model].browse(
            self.env.context.get("active_ids") or self.env.context.get("active_id") or []
        )

    def _run_action_gatehouse_event_multi(self, eval_context=None):
        for record in (eval_context or {}).get("records") or self._gatehouse_records():
            if hasattr(record, "_gatehouse_event_data"):
                data = record.sudo()._gatehouse_event_data()
            else:
                names = self.gatehouse_field_ids.mapped("name")
                row = record.sudo().read(names, load=None)[0] if names else {}
                data = {name: str(row[name]) if row[name] is not False else None for name in names}
            self.env["gatehouse.event"]._raise_once(record, self.gatehouse_event_type, data)

    @api.model
    def _gatehouse_break_glass_caps(self, holds):
        """[(cap, name)] of the actions that placed these holds; one that was deleted allows none."""
        placed = holds.filtered(lambda hold: hold.control.startswith("action_"))
        actions = {hold: self.sudo().browse(int(hold.control.removeprefix("action_"))).exists() for hold in placed}
        return [(action.gatehouse_break_glass_cap, action.name or hold.reason_text) for hold, action in actions.items()]

    def _run_action_gatehouse_hold_multi(self, eval_context=None):
        for record in (eval_context or {}).get("records") or self._gatehouse_records():
            gated = hasattr(record, "_gatehouse_material_hash")
            mark = record.sudo()._gatehouse_material_hash() if gated else False
            if not self._gatehouse_held_or_released(record, mark):
                self._gatehouse_place(record, self.gatehouse_blocks, mark)

    def _gatehouse_held_or_released(self, record, mark):
        """True when this action's hold is open, or was released for just what the record says now.

        :param mark: material hash; False on a record behind no gate, where a release is for good
        """
        holds = self.env["gatehouse.hold"].sudo().search(
            [("res_model", "=", record._name), ("res_id", "=", record.id), ("control", "=", f"action_{self.id}"),
             ("state", "in", ("open", "released"))]
        )  # fmt: skip
        return any(hold.state == "open" or (hold.material_hash or False) == mark for hold in holds)

    def _gatehouse_place(self, record, blocks, mark):
        code = f"action_{self.id}"
        if blocks == "confirm" and hasattr(record, "_gatehouse_is_confirmed") and record.sudo()._gatehouse_is_confirmed():
            blocks = record._gatehouse_goods_block()  # it was made confirmed: what is left to stop
        self.env["gatehouse.hold"]._place(
            record, code, "review", blocks, role_id=self.gatehouse_role_id.id, material_hash=mark,
            reasons=[{"code": code, "text": self.gatehouse_text}],
        )  # fmt: skip

    def _run_action_gatehouse_review_multi(self, eval_context=None):
        """The document waits before its confirmation for the role's signature on exactly what it says now; one that was made confirmed, its goods."""
        for record in (eval_context or {}).get("records") or self._gatehouse_records():
            mark = record.sudo()._gatehouse_material_hash()
            asked = not record.sudo()._gatehouse_is_confirmed() or self._gatehouse_being_made()
            if asked and not self._gatehouse_held_or_released(record, mark):
                self._gatehouse_place(record, "confirm", mark)

    def _gatehouse_being_made(self):
        """Whether a rule runs for what was just created: of that base_automation knows no values from before."""
        return self.env.context.get("old_values", {}) is None

    def _run_action_gatehouse_exception_multi(self, eval_context=None):
        for record in (eval_context or {}).get("records") or self._gatehouse_records():
            values = {"role_id": self.gatehouse_role_id.id} if self.gatehouse_role_id else {}
            self.env["gatehouse.exception"]._open(
                f"action:{self.id}:{record._name}:{record.id}",
                "other",
                self.gatehouse_text or self.name,
                res_model=record._name,
                res_id=record.id,
                **values,
            )
