from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

#: A story tells so many events of a document, the newest ones.
MOST_EVENTS = 100


class GatehouseEvent(models.Model):
    """What happened to a document, from every table, in the order of time."""

    _inherit = "gatehouse.event"

    @api.model
    def story(self, reference):
        """The story of one event, by its id, or of a document and what belongs to it, by the name of one that raised an event.

        :return: {"document": name, "events": [{"event_id", "traceparent", "state"}], "executions": [numbers of n8n's that are known here],
                  "lines": [{"at": UTC ISO 8601, "where": odoo|n8n|sidecar|partner|person, "what": text}]}
        """
        self._require_story_reader()
        event = self.search([("event_id", "=", reference)], limit=1)
        if event:
            return self._story(event.res_name, event, [(event.res_model, event.res_id)])
        event = self.search([("res_name", "=", reference)], limit=1)
        if not event:
            raise UserError(self.env._("There is no event %s, and no document of that name raised one.", reference))
        return self._story_of_document(event.res_model, event.res_id, event.res_name)

    def _require_story_reader(self):
        if not (self.env.user.has_group("gatehouse.group_auditor") or self.env.user.has_group("gatehouse.group_operations_manager")):
            raise AccessError(self.env._("Only auditors and operations managers read the story of an event."))

    @api.model
    def _story_of_document(self, model, number, name):
        """As `story`, of one document and of those that belong to it; also where none of them raised an event."""
        record = self.env[model].sudo().browse(number).exists() if model in self.env else None
        related = record._gatehouse_story_documents() if record and hasattr(record, "_gatehouse_story_documents") else []
        documents = [(model, number), *((each._name, each.id) for each in related)]
        events = self.search(self._story_domain(documents), order="id desc", limit=MOST_EVENTS)
        return self._story(name, events.sorted("id"), documents)

    def _story_left_out(self, documents):
        """A line on the events before these, where a document has more than a story tells."""
        left = self.search_count(self._story_domain(documents)) - len(self) if len(self) == MOST_EVENTS else 0
        text = self.env._("%s earlier events are left out of this story; Gatehouse > Log > Events has them", left)
        return [self._story_line(self[0].occurred_at, "odoo", text)] if left else []

    @api.model
    def _story(self, name, events, documents):
        domain = self._story_domain(documents)
        lines = [
            *events._story_left_out(documents), *events._story_of_events(), *events._story_of_effects(), *self._story_of_holds(domain), *self._story_of_decisions(documents),
            *self._story_of_exceptions(domain),
        ]
        return {
            "document": name,
            "events": [{"event_id": row.event_id, "traceparent": row.traceparent, "state": row.state} for row in events],
            "executions": self._story_executions(events, domain),
            "lines": sorted(lines, key=lambda line: line["at"]),
        }

    def _story_executions(self, events, domain):
        told = self.env["gatehouse.exception"].sudo().search(domain & Domain("execution_id", "!=", False))
        return sorted({*events.effect_ids.mapped("execution_id"), *told.mapped("execution_id")} - {False, ""})

    @staticmethod
    def _story_domain(documents, prefix=""):
        """Rows about any of these (Odoo model, id)."""
        return Domain.OR([(f"{prefix}res_model", "=", model), (f"{prefix}res_id", "=", number)] for model, number in documents)

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
                if check.reviewed_at:
                    text = self.env._("%(check)s called %(said)s by %(who)s", check=check.code, said=check.review, who=check.reviewed_by.name)
                    lines.append(self._story_line(check.reviewed_at, "person", text))
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

    def _story_of_holds(self, domain):
        lines = []
        for hold in self.env["gatehouse.hold"].sudo().search(domain):
            kind = dict(hold._fields["kind"]._description_selection(self.env))[hold.kind]
            why = (hold.reason_text or hold.control).replace("\n", "; ")
            lines.append(self._story_line(hold.placed_at, "odoo", self.env._("hold %(kind)s: %(why)s", kind=kind, why=why)))
            if hold.released_at:
                text = self.env._(
                    "hold %(state)s by %(who)s: %(why)s", state=hold.state, who=hold.released_by.name, why=hold.release_reason
                )
                lines.append(self._story_line(hold.released_at, "person" if hold.kind == "review" else "odoo", text))
        return lines

    def _story_of_decisions(self, documents):
        """Signatures, escalations and questions; holds are told by the ledger."""
        steps = self.env["gatehouse.approval.step"].sudo().search(self._story_domain(documents, "approval_id."))
        return [
            self._story_line(
                step.decided_at,
                "person",
                self.env._("%(state)s by %(who)s: %(why)s", state=step.state, who=step._decided_text(), why=step.reason),
            )
            for step in steps.filtered("decided_at")
        ]

    def _story_of_exceptions(self, domain):
        lines = []
        for row in self.env["gatehouse.exception"].sudo().search(domain):
            lines.append(self._story_line(row.create_date, "odoo", self.env._("exception: %s", row.title)))
            if row.resolved_at:
                text = self.env._("exception resolved by %(who)s: %(how)s", who=row.resolved_by.name, how=row.resolution)
                lines.append(self._story_line(row.resolved_at, "person", text))
        return lines

    def action_story(self):
        self.ensure_one()
        return self._show_story(self.res_model, self.res_id, self.res_name)

    @api.model
    def _show_story(self, model, number, name):
        self._require_story_reader()
        story = self._story_of_document(model, number, name)
        rows = Markup("").join(
            Markup("<tr><td class='text-nowrap'>%s</td><td>%s</td><td>%s</td></tr>")
            % (line["at"].replace("T", " ")[:19], line["where"], line["what"])
            for line in story["lines"]
        )
        content = Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % rows
        return self.env["gatehouse.explanation"]._show(self.env._("Story of %s (UTC)", story["document"]), content)


class GatehouseException(models.Model):
    _inherit = "gatehouse.exception"

    def action_story(self):
        """What happened to the document that the exception is about, from every table."""
        self.ensure_one()
        Event = self.env["gatehouse.event"]
        if self.res_model in self.env and self.res_id:
            document = self.env[self.res_model].sudo().browse(self.res_id).exists()
            name = document.display_name if document else self.event_id.res_name or f"{self.res_model} {self.res_id}"
            return Event._show_story(self.res_model, self.res_id, name)
        if self.event_id:
            return self.event_id.action_story()
        raise UserError(self.env._("Neither an event nor a document belongs to this exception."))
