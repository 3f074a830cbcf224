import json

from odoo import api, fields, models

from ..tools import settings

#: So many events of one type about one document within an hour, or repeats of one event: no person works like that.
FLOOD = 100
#: Seconds that an event of a flooded document waits for those that will be raised after it.
FLOOD_PAUSE = 60


class GatehouseEvent(models.Model):
    """An automation rule that runs in a circle raises a hundred events an hour about a document, not a million."""

    _inherit = "gatehouse.event"

    repeats = fields.Integer(readonly=True, help="So many times it was raised again before it was first delivered.")

    _of_document = models.Index("(res_model, res_id, type, id)")
    _waiting = models.Index("(res_model, res_id, type, id) WHERE state = 'pending'")

    @api.model
    def _raise_once(self, record, event_type, data):
        """As `_raise_event`, but bounded however often a rule runs.

        An event that still waits for its first delivery and says the same is that one. From the hundredth event of the document
        within an hour on, each waits a minute and takes over what is said meanwhile.
        """
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id), ("type", "=", event_type)]
        flooded = self._is_flooded(domain)
        waiting = self.sudo().search([*domain, ("state", "=", "pending")], limit=1)
        if waiting._takes_in(data, flooded):
            return waiting._count_repeat()
        event = self._raise_event(record, event_type, data, delay=FLOOD_PAUSE if flooded else 0)
        if self._is_flooded(domain):
            event._tell_flood()
        return event

    @api.model
    def _asking(self, record, event_type, data, material_hash, policy):
        """The event that waits for its first delivery and asks for just these checks; an empty one otherwise."""
        if not settings.events_url(self.env):
            return self.browse()
        waiting = self.sudo().search([
            ("res_model", "=", record._name), ("res_id", "=", record.id), ("type", "=", event_type), ("state", "=", "pending"),
        ], limit=1)
        asks = (waiting.material_hash, waiting.policy_id.id, waiting.policy_version)
        same = asks == (material_hash, policy["id"] if policy else False, policy["version"] if policy else 0)
        return waiting if same and waiting._takes_in(data, False) else waiting.browse()

    def _count_repeat(self):
        """One more time. The write lets a delivery that begins at this moment make this transaction begin again."""
        self.repeats += 1
        if (self.repeats + 1) % FLOOD == 0:
            self._tell_flood()
        return self

    @api.model
    def _is_flooded(self, domain):
        """Whether the hundredth newest event was raised within the last hour."""
        event = self.sudo().search(domain, offset=FLOOD - 1, limit=1)
        return bool(event) and event.occurred_at > fields.Datetime.subtract(fields.Datetime.now(), hours=1)

    def _takes_in(self, data, flooded):
        """Whether this waiting event stands for what is raised now; what nobody was sent yet may still be rewritten."""
        if not self:
            return False
        payload = json.loads(self.payload)
        if payload["data"] == data:
            return not self.attempt or flooded
        if self.attempt or not flooded:
            return False
        self.payload = json.dumps({**payload, "data": data})
        return True

    def _tell_flood(self):
        """One exception a document and type, which counts."""
        for event in self:
            self.env["gatehouse.exception"]._open(
                f"flood:{event.type}:{event.res_model}:{event.res_id}", "repeat",
                self.env._("%(type)s of %(name)s is raised again and again", type=event.type, name=event.res_name),
                detail=self.env._(
                    "It was raised %s times, within an hour or before it was delivered once. The same again is delivered once, and "
                    "beyond that number an hour one event a minute, as the document is then. Does an automation rule run in a circle? "
                    "Look at the rules that raise this type, and switch the one at fault off; this counts on until it ends.", FLOOD
                ),
                event_id=event.id, res_model=event.res_model, res_id=event.res_id, company_id=event.company_id.id, priority="1",
            )
