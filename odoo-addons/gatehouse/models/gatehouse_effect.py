from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import settings

#: {kind of effect: whether its receiver keeps repeats apart by the idempotency key}
KINDS = {"message": False, "booking": True, "alert": False}
OUTCOMES = ("done", "failed", "refused", "unknown")


class GatehouseEffect(models.Model):
    """What an event caused outside Odoo, recorded before and after: a mail, a carrier booking.

    The integration asks `begin` before it acts and says `finish` after it. What began and never ended is not
    repeated where nobody can tell whether it happened: a person looks and says so.
    """

    _name = "gatehouse.effect"
    _description = "Effect outside Odoo"
    _rec_name = "summary"
    _order = "id desc"

    key = fields.Char("Idempotency key", required=True, readonly=True)
    kind = fields.Selection([("message", "Message"), ("booking", "Carrier booking"), ("alert", "Alert")], required=True, readonly=True)
    event_id = fields.Many2one("gatehouse.event", required=True, readonly=True, index=True, ondelete="restrict")
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True, index=True)
    res_name = fields.Char("Document", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    summary = fields.Char("What", readonly=True)
    state = fields.Selection(
        [("begun", "Begun"), ("done", "Done"), ("failed", "To be tried again"), ("refused", "Refused"),
         ("unknown", "Not known")],
        default="begun", required=True, readonly=True, index=True,
    )  # fmt: skip
    reference = fields.Char(readonly=True, help="What the receiver calls it: a booking, a message id.")
    detail = fields.Text(readonly=True)
    attempts = fields.Integer(default=1, readonly=True)
    begun_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    ended_at = fields.Datetime(readonly=True)
    execution_id = fields.Char(readonly=True)

    _key_unique = models.UniqueIndex("(key)")

    # -- called by the integration ---------------------------------------------------------------
    @api.model
    def begin(self, effects):
        """Ask before acting.

        :param effects: [{"event_id", "kind", "execution_id"?}]
        :return: [{"event_id", "key", "go", "status", "detail"}]; act only where `go` is true, with `key`
        """
        return self._each(effects, "effects", self._begin_one)

    @api.model
    def finish(self, results):
        """Say what came of it; idempotent.

        :param results: [{"event_id", "kind", "outcome": done|failed|refused|unknown, "reference"?, "detail"?,
                        "attributes"?}]; failed: it certainly did not happen and may be tried again; refused: it did
                        not happen and another try will not help; unknown: nobody can tell
        :return: [{"event_id", "status", "detail"}]
        """
        return self._each(results, "results", self._finish_one)

    def _each(self, entries, name, act):
        """Every entry in a savepoint of its own, so that a bad one holds up nothing."""
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration may record effects."))
        if not isinstance(entries, list):
            raise ValidationError(self.env._("%s: must be a list", name))
        answers = []
        for index, entry in enumerate(entries):
            event_id = entry.get("event_id") if isinstance(entry, dict) else None
            try:
                with self.env.cr.savepoint():
                    event = self._event_of(entry, f"{name}[{index}]")
                    answer = act(event, entry)
                answers.append({"event_id": event_id, "detail": "", **answer})
            except (UserError, AccessError) as error:
                answers.append({"event_id": event_id, "go": False, "status": "refused", "detail": str(error)})
        return answers

    def _event_of(self, entry, field):
        if not isinstance(entry, dict):
            raise ValidationError(self.env._("%s: must be an object", field))
        if entry.get("kind") not in KINDS:
            raise ValidationError(
                self.env._("%(field)s.kind: must be one of %(kinds)s", field=field, kinds=", ".join(KINDS))
            )
        self.env.cr.execute(
            "SELECT id FROM gatehouse_event WHERE event_id = %s FOR UPDATE", [str(entry.get("event_id") or "")]
        )
        row = self.env.cr.fetchone()
        event = self.env["gatehouse.event"].sudo().browse(row[0] if row else ())
        if not event:
            raise ValidationError(self.env._("%s.event_id: there is no such event", field))
        event.invalidate_recordset()
        if not event.attempt:
            raise ValidationError(self.env._("%s.event_id: this event was never delivered", field))
        return event

    # -- before ----------------------------------------------------------------------------------
    def _begin_one(self, event, entry):
        kind = entry["kind"]
        if not event._gatehouse_document():
            self.env["gatehouse.judge"]._document_gone(event)
            return {"go": False, "status": "gone", "key": None, "detail": self.env._("the document is gone")}
        effect = self._of(event, kind)
        if effect and not effect._may_go_again():
            return {"go": False, "status": effect.state, "key": effect.key, "detail": effect.detail or ""}
        values = {"state": "begun", "begun_at": fields.Datetime.now(), "ended_at": False,
                  "execution_id": str(entry.get("execution_id") or "")[:200]}  # fmt: skip
        if effect:
            effect.write({**values, "attempts": effect.attempts + 1})
        else:
            effect = self.sudo().create(
                {
                    **values,
                    "key": f"{event.event_id}-{kind}",
                    "kind": kind,
                    "event_id": event.id,
                    "res_model": event.res_model,
                    "res_id": event.res_id,
                    "res_name": event.res_name,
                    "company_id": event.company_id.id,
                    "summary": event._effect_summary(),
                }
            )
        return {"go": True, "status": "begun", "key": effect.key}

    @api.model
    def _of(self, event, kind):
        return self.sudo().search([("event_id", "=", event.id), ("kind", "=", kind)], limit=1)

    def _may_go_again(self):
        """Whether a repeat does no harm; settles what needs no repeat."""
        self.ensure_one()
        if self.state == "done":
            self.env["gatehouse.judge"]._acknowledge(self.event_id)
            return False
        if self.state in ("failed", "refused") or KINDS[self.kind]:
            return True
        if self.state == "begun" and not self._is_lost():
            return False  # another execution is at it
        self._end("unknown", self.env._("It began at %s and its end was never reported.", self.begun_at))
        return False

    def _is_lost(self):
        """Whether it began so long ago that no execution can still be at it."""
        return fields.Datetime.add(self.begun_at, seconds=settings.effect_lost_seconds(self.env)) <= fields.Datetime.now()

    # -- after -----------------------------------------------------------------------------------
    def _finish_one(self, event, entry):
        outcome = entry.get("outcome")
        if outcome not in OUTCOMES:
            raise ValidationError(self.env._("outcome: must be one of %s", ", ".join(OUTCOMES)))
        effect = self._of(event, entry["kind"])
        if not effect:
            raise ValidationError(self.env._("event_id: nothing of this kind was begun for this event"))
        if effect.state not in ("begun", "unknown"):
            return {"status": "duplicate", "detail": effect.state}
        attributes = entry.get("attributes") if isinstance(entry.get("attributes"), dict) else {}
        effect.reference = str(entry.get("reference") or "")[:200] or effect.reference
        effect._end(outcome, str(entry.get("detail") or "")[:2000], attributes)
        return {"status": "recorded"}

    def _end(self, outcome, detail, attributes=None):
        """Write the outcome down and see to what follows: the document, the event, the manual queue."""
        self.ensure_one()
        if outcome == "unknown" and KINDS[self.kind]:
            outcome = "failed"  # the key keeps a repeat from happening twice
        self.write({"state": outcome, "detail": detail, "ended_at": fields.Datetime.now()})
        judge, document = self.env["gatehouse.judge"], self.event_id._gatehouse_document()
        if outcome == "done":
            judge._acknowledge(self.event_id)
            self._exception().filtered(lambda row: row.state == "open")._close(self.env._("Done: %s", self.summary))
            if document and hasattr(document, "message_post"):
                document.sudo().message_post(body=" ".join(filter(None, (self.summary, self.reference))))
        else:
            self._report(outcome, detail)
            judge._acknowledge(self.event_id) if outcome in ("refused", "unknown") else self.event_id._retry(detail)
        if document and hasattr(document, "_gatehouse_effect_ended"):
            document.sudo()._gatehouse_effect_ended(self, attributes or {})

    def _exception(self):
        return self.env["gatehouse.exception"].sudo().search([("key", "=", f"effect:{self.key}")], limit=1)

    def _report(self, outcome, detail):
        what = {
            "failed": self.env._("%s: not done yet", self.summary),
            "refused": self.env._("%s: refused", self.summary),
            "unknown": self.env._("%s: nobody knows whether it happened", self.summary),
        }[outcome]
        advice = {
            "failed": self.env._("It is tried again by itself; this closes when it works."),
            "refused": self.env._("Mend what the receiver names, then replay."),
            "unknown": self.env._("Ask the receiver (a mail ends with the reference %s), then say under Effects whether it happened.", self.key),
        }[outcome]
        self.env["gatehouse.exception"]._open(
            f"effect:{self.key}", "effect", what, detail=f"{detail}\n{advice}", event_id=self.event_id.id,
            execution_id=self.execution_id, res_model=self.res_model, res_id=self.res_id,
            company_id=self.company_id.id, priority="0" if outcome == "failed" else "1",
        )  # fmt: skip

    # -- people ------------------------------------------------------------------------------------
    def settle(self, happened, reason):
        """A person who asked the receiver says whether it happened; if not, it is sent again.

        :param happened: true when the receiver has it
        """
        self.ensure_one()
        self.check_access("read")
        exception = self._exception().sudo(False)
        if exception:
            exception._require_owner()
        elif not self.env.user.has_group("gatehouse.group_operations_manager"):
            raise AccessError(self.env._("Only the operations manager may settle an effect."))
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: please say how you know"))
        effect = self.sudo()
        if effect.state not in ("unknown", "begun"):
            raise UserError(self.env._("%s is settled already.", effect.summary))
        if effect.state == "begun" and not effect._is_lost():
            raise UserError(self.env._(
                "%(what)s began at %(when)s (UTC) and may still be at work. Look again in %(seconds)s seconds.",
                what=effect.summary, when=effect.begun_at, seconds=settings.effect_lost_seconds(self.env),
            ))
        self.env["gatehouse.decision"]._append(
            "effect_settled", effect, reason=reason.strip(), happened=bool(happened), event=effect.event_id.event_id
        )
        if happened:
            effect._end("done", reason.strip())
        else:
            effect.write({"state": "failed", "detail": reason.strip(), "ended_at": fields.Datetime.now()})
            effect.event_id._requeue()
            exception.sudo()._close(self.env._("It did not happen; sent again"))
        return True

    def action_happened(self):
        return self.env["gatehouse.reason"]._open_for("effect_ids", self, "happened")

    def action_did_not_happen(self):
        return self.env["gatehouse.reason"]._open_for("effect_ids", self, "did_not_happen")
