import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import validation

#: Code of the reason of a check whose answer could not be read.
CONTRACT = "contract"


class GatehouseJudge(models.AbstractModel):
    """Takes in what the integration measured. A batch is read, stored and settled together: it takes few more statements than
    one event."""

    _inherit = "gatehouse.judge"

    def _require_bot(self):
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration may record checks."))

    @api.model
    def _record(self, event_id, checks, final):
        self._require_bot()
        [answer] = self._record_together([{"event_id": event_id, "checks": checks, "final": final}])
        return answer

    @api.model
    def _record_batch(self, results):
        """All together; where one of them is refused each by itself, so that it does not hold up the others."""
        self._require_bot()
        if not isinstance(results, list):
            raise ValidationError(self.env._("results: must be a list"))
        if self._being_recorded(results):
            return [{"event_id": entry["event_id"], "status": "in_progress", "detail": "asked again before it was answered"} for entry in results]
        try:
            with self.env.cr.savepoint():
                answers = self._record_together(results)
        except (UserError, AccessError):  # ValidationError is a UserError
            answers = [self._record_alone(index, entry) for index, entry in enumerate(results)]
        return [{"detail": "", **answer} for answer in answers]

    def _being_recorded(self, results):
        """Whether another transaction works on this very batch: n8n asked again because its time was over.

        It need not wait beside the first one. Should that one fail, the events are not acknowledged and are delivered again.
        """
        names = [entry.get("event_id") if isinstance(entry, dict) else None for entry in results]
        if not names or not all(isinstance(name, str) and name for name in names):
            return False
        mark = hashlib.sha256(" ".join(sorted(names)).encode()).digest()
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(mark[:8], "big", signed=True)])
        return not self.env.cr.fetchone()[0]

    def _record_alone(self, index, entry):
        try:
            with self.env.cr.savepoint():
                [answer] = self._record_together([entry], index)
            return answer
        except (UserError, AccessError) as error:
            event_id = entry.get("event_id") if isinstance(entry, dict) else None
            return {"event_id": event_id, "status": "refused", "detail": str(error)}

    def _record_together(self, results, first=0):
        """An answer for each entry. Raises ValidationError naming the first one that cannot be taken; `first` is its position
        in the batch that it came in."""
        for index, entry in enumerate(results, first):
            self._require_readable(index, entry)
        events = self._locked([entry["event_id"] for entry in results])
        documents = events._gatehouse_documents()
        currencies = set(self.env["res.currency"].sudo().with_context(active_test=False).search([]).mapped("name"))
        known = {event.event_id: event for event in events}
        answers, clean, final = {}, {}, self.env["gatehouse.event"].sudo().browse()
        for entry in results:
            event = known.get(entry["event_id"])
            if event is None:
                answers[entry["event_id"]] = {"status": "unknown", "detail": self.env._("no such event")}
                continue
            self._require_own_company(event, entry)
            checks = self._validated(event, entry.get("checks"), currencies)
            if not documents[event]:
                answers[event.event_id] = self._document_gone(event)
                continue
            clean[event] = checks
            if entry.get("final", True):
                final |= event
        new = self._store(clean)
        acknowledged = self._acknowledge(final)
        self._settle(new)
        recorded = set((new | acknowledged).ids)
        for event in clean:
            answers[event.event_id] = {"status": "recorded" if event.id in recorded else "duplicate"}
        return [{"event_id": entry["event_id"], **answers[entry["event_id"]]} for entry in results]

    def _require_readable(self, index, entry):
        if not isinstance(entry, dict):
            raise ValidationError(self.env._("results[%s]: must be an object", index))
        if not isinstance(entry.get("event_id"), str) or not entry["event_id"]:
            raise ValidationError(self.env._("event_id: must be a text"))
        if not isinstance(entry.get("final", True), bool):
            raise ValidationError(self.env._("final: must be true or false"))

    def _locked(self, event_ids):
        """The events, locked in the order of their ids, so that two batches never wait for each other."""
        if len(set(event_ids)) < len(event_ids):
            raise ValidationError(self.env._("event_id: an event is there twice"))
        self.env.cr.execute("SELECT id FROM gatehouse_event WHERE event_id = ANY(%s) ORDER BY id FOR UPDATE", [event_ids])
        events = self.env["gatehouse.event"].sudo().browse(row[0] for row in self.env.cr.fetchall())
        events.invalidate_recordset()
        return events

    def _require_own_company(self, event, entry):
        """What was measured for another company says nothing about this one. An entry without a company is taken: it is optional."""
        own = f"company:{event.company_id.id}"
        if entry.get("company") not in (None, own):
            raise ValidationError(self.env._(
                "company: %(given)s is not the company of this event, which is %(own)s", given=str(entry["company"])[:100], own=own,
            ))

    def _validated(self, event, checks, currencies):
        if not event.attempt:
            raise ValidationError(self.env._("event_id: this event was never delivered"))
        if not isinstance(checks, list):
            raise ValidationError(self.env._("checks: must be a list"))
        names = {entry["check"] for entry in event.expected or []}
        clean = {}
        for index, value in enumerate(checks):
            field = f"checks[{index}]"
            try:
                check = validation.check(value, field, currencies)
            except validation.BadField as error:
                raise ValidationError(str(error)) from error
            if check["code"] not in names:
                raise ValidationError(self.env._("%(field)s.check: the policy does not expect %(name)s", field=field, name=check["code"]))
            if check["code"] in clean:
                raise ValidationError(self.env._("%(field)s.check: %(name)s is there twice", field=field, name=check["code"]))
            clean[check["code"]] = check
        return clean

    def _document_gone(self, event):
        if event.state == "acknowledged":
            return {"status": "duplicate", "detail": "the document is gone"}
        self._acknowledge(event)
        event.settled = True
        self.env["gatehouse.hold"]._open_on(event.res_model, [event.res_id])._close("voided", "The document is gone")
        self.env["gatehouse.exception"]._open(
            f"gone:{event.event_id}", "document", self.env._("%s was deleted while it was checked", event.res_name),
            detail=self.env._(
                "%(type)s of %(name)s met no document, so nothing is checked and nothing waits for it any more. Was it deleted on "
                "purpose? Then resolve this. Otherwise enter it again: a new document is checked anew.",
                type=event.type, name=event.res_name,
            ),
            event_id=event.id, res_model=event.res_model, res_id=event.res_id, company_id=event.company_id.id,
        )
        return {"status": "recorded", "detail": "the document is gone"}

    def _acknowledge(self, events):
        """Those that were not acknowledged before. What the manual queue says of their delivery is solved."""
        fresh = events.filtered(lambda event: event.state != "acknowledged")
        fresh.write({"state": "acknowledged", "acknowledged_at": fields.Datetime.now()})
        self.env["gatehouse.exception"].sudo().search([
            ("event_id", "in", fresh.ids), ("category", "=", "delivery"), ("state", "=", "open"),
        ])._close(self.env._("Answered meanwhile"))
        fresh._let_next_go()
        return fresh

    def _store(self, clean):
        """New rows, or an answer in place of an earlier "unavailable".

        :param clean: {event: {check: what was measured}}
        :return: the events of which anything is new
        """
        rows, changed = [], self.env["gatehouse.event"].sudo().browse()
        for event, checks in clean.items():
            known = {check.code: check for check in event.check_ids}
            for code, check in checks.items():
                row = known.get(code)
                if row and (row.available or not check["available"]):
                    continue
                values = {**check, "late": bool(row), "fallback": False, **self._verdict(event, check)}
                values.setdefault("observed_at", fields.Datetime.now())
                if row:
                    row.write(values)
                else:
                    rows.append(self._check_values(event, values))
                changed |= event
        self.env["gatehouse.check"].sudo().create(rows)
        self._tell_contracts(clean)
        return changed

    def _tell_contracts(self, clean):
        """One exception a check and company. The documents go on by the policy's fallback, which says so on each of them and asks again."""
        told = {}
        for event, checks in clean.items():
            for code, check in checks.items():
                texts = [reason["text"] for reason in check["reasons"] if reason["code"] == CONTRACT]
                if texts and not check["available"]:
                    told[f"contract:{code}:{event.company_id.id}"] = (event, code, texts[0])
        for key, (event, code, text) in told.items():
            detail = self.env._(
                "%(text)s\nSeen last on %(name)s. Until it answers by its contract, documents wait or go on without this check, as the "
                "policy says. Compare its answer in n8n's execution with docs/partners; mend the service or the sub-workflow that asks "
                "it, then resolve this.", text=text, name=event.res_name,
            )
            title = self.env._("%s: answers are outside the contract", code.replace("_", " ").capitalize())
            self.env["gatehouse.exception"]._tell_contract(
                key, title, detail, event_id=event.id, res_model=event.res_model, res_id=event.res_id, company_id=event.company_id.id)

    def _check_values(self, event, values):
        return {
            "event_id": event.id, "res_model": event.res_model, "res_id": event.res_id, "company_id": event.company_id.id,
            "policy_id": event.policy_id.id, "policy_version": event.policy_version, **values,
        }
