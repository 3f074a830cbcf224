from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class GatehouseEvent(models.Model):
    """What happened to a document, from every table, in the order of time."""

    _inherit = "gatehouse.event"

    @api.model
    def story(self, reference):
        """The story of one event, by its id, or of every event of a document, by the document's name.

        :return: {"document": name, "events": [{"event_id", "traceparent", "state"}],
                  "lines": [{"at": UTC ISO 8601, "where": odoo|n8n|sidecar|partner|person, "what": text}]}
        """
        if not (self.env.user.has_group("gatehouse.group_auditor") or self.env.user.has_group("gatehouse.group_operations_manager")):
            raise AccessError(self.env._("Only auditors and operations managers read the story of an event."))
        field = "event_id" if self.search_count([("event_id", "=", reference)], limit=1) else "res_name"
        events = self.search([(field, "=", reference)], order="id", limit=100)
        if not events:
            raise UserError(self.env._("There is no event %s, and no document of that name raised one.", reference))
        lines = [*events._story_of_events(), *events._story_of_holds(), *events._story_of_decisions(), *events._story_of_exceptions(), *events._story_of_effects()]
        return {
            "document": events[0].res_name,
            "events": [{"event_id": row.event_id, "traceparent": row.traceparent, "state": row.state} for row in events],
            "lines": sorted(lines, key=lambda line: line["at"]),
        }

    @staticmethod
    def _story_line(at, where, what):
        return {"at": at.isoformat() + "Z", "where": where, "what": what}

    def _story_of_events(self):
        lines = []
        for event in self:
            name = f"{event.type} {event.event_id[:8]}"
            lines.append(self._story_line(event.occurred_at, "odoo", self.env._("%s raised", name)))
            if event.delivered_at:
                text = self.env._("%(name)s stored by n8n, attempt %(attempt)s", name=name, attempt=event.attempt)
                lines.append(self._story_line(event.delivered_at, "n8n", text))
            for check in event.check_ids:
                text = f"{check.code}: {check.verdict or '–'}, {check.verdict_text or ''}" + (f" ({check.model})" if check.model else "")
                lines.append(self._story_line(check.observed_at, check.source, text))
            if event.acknowledged_at:
                lines.append(self._story_line(event.acknowledged_at, "odoo", self.env._("%s acknowledged", name)))
            elif event.state in ("pending", "dead"):
                text = self.env._("%(name)s is %(state)s: %(why)s", name=name, state=event.state, why=event.last_error or "–")
                lines.append(self._story_line(fields.Datetime.now(), "odoo", text))
        return lines

    def _story_of_effects(self):
        lines = []
        for effect in self.effect_ids:
            lines.append(self._story_line(effect.begun_at, "n8n", self.env._("%s begun", effect.summary)))
            if effect.ended_at:
                state = dict(effect._fields["state"]._description_selection(self.env))[effect.state]
                text = f"{effect.summary}: {state}" + "".join(f", {part}" for part in (effect.reference, effect.detail) if part)
                lines.append(self._story_line(effect.ended_at, "n8n", text))
        return lines

    def _story_domain(self):
        return [("res_model", "=", self[0].res_model), ("res_id", "=", self[0].res_id)]

    def _story_of_holds(self):
        lines = []
        for hold in self.env["gatehouse.hold"].sudo().search(self._story_domain()):
            kind = dict(hold._fields["kind"]._description_selection(self.env))[hold.kind]
            why = (hold.reason_text or hold.control).replace("\n", "; ")
            lines.append(self._story_line(hold.placed_at, "odoo", self.env._("hold %(kind)s: %(why)s", kind=kind, why=why)))
            if hold.released_at:
                text = self.env._(
                    "hold %(state)s by %(who)s: %(why)s", state=hold.state, who=hold.released_by.name, why=hold.release_reason
                )
                lines.append(self._story_line(hold.released_at, "person" if hold.kind == "review" else "odoo", text))
        return lines

    def _story_of_decisions(self):
        """Signatures, escalations and questions; holds are told by the ledger."""
        steps = self.env["gatehouse.approval.step"].sudo().search(
            [("approval_id.res_model", "=", self[0].res_model), ("approval_id.res_id", "=", self[0].res_id)]
        )
        return [
            self._story_line(
                step.decided_at,
                "person",
                self.env._("%(state)s by %(who)s: %(why)s", state=step.state, who=step._decided_text(), why=step.reason),
            )
            for step in steps.filtered("decided_at")
        ]

    def _story_of_exceptions(self):
        lines = []
        for row in self.env["gatehouse.exception"].sudo().search(self._story_domain()):
            lines.append(self._story_line(row.create_date, "odoo", self.env._("exception: %s", row.title)))
            if row.resolved_at:
                text = self.env._("exception resolved by %(who)s: %(how)s", who=row.resolved_by.name, how=row.resolution)
                lines.append(self._story_line(row.resolved_at, "person", text))
        return lines

    def action_story(self):
        self.ensure_one()
        story = self.story(self.res_name)
        rows = Markup("").join(
            Markup("<tr><td class='text-nowrap'>%s</td><td>%s</td><td>%s</td></tr>")
            % (line["at"].replace("T", " ")[:19], line["where"], line["what"])
            for line in story["lines"]
        )
        content = Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % rows
        return self.env["gatehouse.explanation"]._show(self.env._("Story of %s (UTC)", self.res_name), content)


class GatehouseExplanation(models.TransientModel):
    _inherit = "gatehouse.explanation"

    @api.model
    def _show(self, title, content):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.create({"content": content}).id,
            "view_mode": "form",
            "target": "new",
        }


class GatehouseException(models.Model):
    _inherit = "gatehouse.exception"

    def action_story(self):
        self.ensure_one()
        if not self.event_id:
            raise UserError(self.env._("No event belongs to this exception."))
        return self.event_id.action_story()
