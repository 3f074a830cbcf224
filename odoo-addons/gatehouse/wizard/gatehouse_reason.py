from odoo import api, fields, models


class GatehouseReason(models.TransientModel):
    """Asks for the reason of a release or of a resolution; the models behind check the actor."""

    _name = "gatehouse.reason"
    _description = "Reason of a Gatehouse decision"

    hold_ids = fields.Many2many("gatehouse.hold")
    exception_ids = fields.Many2many("gatehouse.exception")
    summary = fields.Text(compute="_compute_summary")
    reason = fields.Text(required=True)

    @api.model
    def _open_for(self, field, records):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_" + field: records.ids},
        }

    @api.depends("hold_ids", "exception_ids")
    def _compute_summary(self):
        for wizard in self:
            lines = [f"{hold.res_name}: {hold.reason_text or hold.control}" for hold in wizard.hold_ids]
            wizard.summary = "\n".join(lines + wizard.exception_ids.mapped("title"))

    def action_apply(self):
        self.ensure_one()
        if self.hold_ids:
            self.hold_ids.release(self.reason)
        if self.exception_ids:
            self.exception_ids.resolve(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
