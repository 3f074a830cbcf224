import json

from odoo import api, fields, models

#: So many times the same event before it was delivered once: a person is told.
FLOOD = 100


class GatehouseEvent(models.Model):
    """An automation rule that runs in a circle raises one event, not a million."""

    _inherit = "gatehouse.event"

    repeats = fields.Integer(readonly=True, help="So many times the same was raised again before it was first delivered.")

    @api.model
    def _raise_once(self, record, event_type, data):
        """As `_raise_event`; where the newest one of the document still waits for its first delivery and says the same, that one."""
        waiting = self.sudo().search([
            ("res_model", "=", record._name), ("res_id", "=", record.id), ("type", "=", event_type),
            ("state", "=", "pending"), ("attempt", "=", 0),
        ], limit=1)
        if not waiting or json.loads(waiting.payload)["data"] != data:
            return self._raise_event(record, event_type, data)
        # the write lets a delivery that begins at this moment make this transaction begin again
        waiting.repeats += 1
        if waiting.repeats + 1 == FLOOD:
            waiting._tell_flood()
        return waiting

    def _tell_flood(self):
        self.env["gatehouse.exception"]._open(
            f"flood:{self.event_id}", "delivery",
            self.env._("%(type)s of %(name)s is raised again and again", type=self.type, name=self.res_name),
            detail=self.env._(
                "The same event was raised %s times before it was delivered; it is delivered once. Does an automation rule run in "
                "a circle? Look at those that raise this type.", FLOOD
            ),
            event_id=self.id, res_model=self.res_model, res_id=self.res_id, company_id=self.company_id.id, priority="1",
        )
