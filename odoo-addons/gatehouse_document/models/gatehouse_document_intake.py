import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tools import mute_logger

from odoo.addons.gatehouse.tools.validation import BadField, text

from ..tools import extraction
from .gatehouse_document_field import SURE

SOURCES = ("webhook", "folder", "mailbox")
MOST_AT_ONCE = 20
READING = "supplier.document.received"


class GatehouseDocument(models.Model):
    """What the integration may do: hand in a file, fetch one whose event it was given, and write down what was read.

    The bot has no right on documents, orders or bills; it cannot confirm, and what it writes changes nothing but a document
    that nobody decided yet.
    """

    _inherit = "gatehouse.document"

    def _require_bot(self):
        if not self.env.user.has_group("gatehouse.group_bot"):
            raise AccessError(self.env._("Only the integration may hand in documents."))

    @api.model
    def _each(self, entries, name, method):
        """Answers of a list of entries; a bad one does not hold up the others."""
        self._require_bot()
        if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_AT_ONCE:
            raise ValidationError(self.env._("%(name)s: must be a list of 1 to %(most)s", name=name, most=MOST_AT_ONCE))
        answers = []
        for index, entry in enumerate(entries):
            try:
                if not isinstance(entry, dict):
                    raise BadField(f"{name}[{index}]", "must be an object")
                with self.env.cr.savepoint():
                    answers.append(method(entry, f"{name}[{index}]"))
            except (BadField, UserError, AccessError) as error:
                answers.append({"status": "refused", "detail": str(error)})
        return answers

    # -- handing in ----------------------------------------------------------------------------
    @api.model
    def intake(self, documents):
        """Keep files: `[{source, file_name, content, message_id?, sender?}]`, content in base64.

        Idempotent on the mail's Message-ID and the file. Answers `[{"status": "stored"|"known"|"refused", "id", "detail"}]`.
        """
        return self._each(documents, "documents", self._intake_one)

    def _intake_one(self, entry, where):
        source = entry.get("source")
        if source not in SOURCES:
            raise BadField(f"{where}.source", "must be one of " + ", ".join(SOURCES))
        reference = extraction.storable(entry.get("message_id"), f"{where}.message_id", 998)
        if source == "mailbox" and not reference:
            raise BadField(f"{where}.message_id", "must be the mail's Message-ID")
        vals = self.sudo()._arriving({
            "source": source, "message_ref": reference, "file": text(entry.get("content"), f"{where}.content", 28_000_000),
            "file_name": extraction.storable(entry.get("file_name"), f"{where}.file_name", 200) or "document",
            "sender": extraction.storable(entry.get("sender"), f"{where}.sender", 998),
            "company_id": self.env.user.company_id.id,
        })  # fmt: skip
        found = self.sudo().search([("company_id", "=", vals["company_id"]), ("key", "=", vals["key"])], limit=1)
        if found:
            return {"status": "known", "id": found.id, "detail": found.state}
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                document = self.sudo().with_context(mail_create_nosubscribe=True).create(vals)
                document.flush_recordset()
        except psycopg2.errors.UniqueViolation as error:
            raise ConcurrencyError("the document is being stored by another call") from error
        return {"status": "stored", "id": document.id, "detail": document.state}

    # -- reading -------------------------------------------------------------------------------
    @api.model
    def to_read(self, event_ids):
        """The files of events that were delivered: `[{event_id, status: "read"|"done"|"unknown", file_name, content, templates}]`."""
        self._require_bot()
        if not isinstance(event_ids, list) or len(event_ids) > 100 or not all(isinstance(name, str) for name in event_ids):
            raise ValidationError(self.env._("event_ids: must be a list of at most 100 texts"))
        answers = []
        for name in event_ids:
            event, document = self._of_event(name)
            if not document:
                answers.append({"event_id": name, "status": "unknown"})
                continue
            if document.state != "received":
                self._acknowledge(event)
                answers.append({"event_id": name, "status": "done"})
                continue
            answers.append({
                "event_id": name, "status": "read", "file_name": document.file_name,
                "content": document.with_context(bin_size=False).file.decode(),
                "templates": self.env["gatehouse.document.template"].sudo()._to_send(document.company_id),
            })  # fmt: skip
        return answers

    @api.model
    def _of_event(self, name):
        """(event, document) of a reading event that was delivered at least once."""
        event = self.env["gatehouse.event"].sudo().search([("event_id", "=", name), ("type", "=", READING)], limit=1)
        if not event or not event.attempt or event.res_model != self._name:
            return event, self.sudo().browse()
        return event, self.sudo().browse(event.res_id).exists()

    @api.model
    def _acknowledge(self, event):
        if event.state != "acknowledged":
            self.env["gatehouse.judge"]._acknowledge(event)
            event.settled = True
            self.env["gatehouse.exception"].sudo().search(
                [("key", "=", f"document:{event.res_id}"), ("state", "=", "open")]
            )._close(self.env._("The document was read."))

    @api.model
    def record_extractions(self, results):
        """Write down what was read: `[{event_id, document}]` or `[{event_id, problem: {text, final}}]`.

        A problem that is not final leaves the event open, so the outbox asks again. Answers `[{"event_id", "status", "detail"}]`,
        status `recorded`, `duplicate`, `again`, `refused` or `unknown`.
        """
        answers = self._each(results, "results", self._record_one)
        return [
            {"event_id": entry.get("event_id") if isinstance(entry, dict) else None, "detail": "", **answer}
            for entry, answer in zip(results, answers, strict=True)
        ]

    def _record_one(self, entry, where):
        event, document = self._of_event(text(entry.get("event_id"), f"{where}.event_id", 80))
        if not document:
            return {"status": "unknown", "detail": "no such document, or its event was never delivered"}
        if document.state != "received":
            self._acknowledge(event)
            return {"status": "duplicate"}
        if entry.get("document") is None:
            return self._record_problem(event, document, entry.get("problem"), where)
        try:
            clean = extraction.document(entry["document"], f"{where}.document")
        except BadField as error:
            return self._record_problem(event, document, {"text": f"the answer cannot be used: {error}", "final": False}, where)
        document._take(clean)
        self._acknowledge(event)
        return {"status": "recorded"}

    def _record_problem(self, event, document, problem, where):
        if not isinstance(problem, dict):
            raise BadField(where, "needs a document or a problem")
        why = extraction.storable(problem.get("text"), f"{where}.problem.text") or "no reason given"
        final = problem.get("final") is True
        document._move({"problem": why, "state": "review" if final else "received"})
        if final:
            self._acknowledge(event)
            document._prepare_by_hand()
        self.env["gatehouse.exception"]._open(
            f"document:{document.id}", "document",
            self.env._("%s cannot be read: type it in, or ask for another file", document.file_name) if final
            else self.env._("%s was not read yet", document.file_name),
            detail=why if final else self.env._(
                "%s\nThe file is kept and handed to the reader again by itself; this closes when it is read. See whether the sidecar runs.", why),
            event_id=event.id, res_model=document._name, res_id=document.id, company_id=document.company_id.id,
            role_id=self.env.ref("purchase.group_purchase_user").id,
        )  # fmt: skip
        return {"status": "recorded" if final else "again", "detail": why}

    def _prepare_by_hand(self):
        """Empty fields for a person to fill."""
        self._fill({name: {"value": "", "confidence": 0.0, "position": ""} for name in extraction.FIELDS})

    # -- what was read -------------------------------------------------------------------------
    def _take(self, clean):
        """Replace what an earlier reading left, then find vendor and order and compare."""
        self.ensure_one()
        self.line_ids.unlink()
        template = self.env["gatehouse.document.template"].sudo().browse(clean["template"] or []).exists()
        self._move({
            "type": clean["type"], "read_as": clean["type"], "read_by": clean["source"], "problem": False,
            "read_findings": clean["findings"], "candidates": clean["candidates"],
            "template_id": template.id if template.company_id == self.company_id else False,
        })  # fmt: skip
        self._fill(clean["fields"])
        numbers = (*extraction.LINE_NUMBERS,)
        self.env["gatehouse.document.line"].sudo().create([
            {
                "document_id": self.id, "sequence": at, "as_read": line, "confidence": line["confidence"], "position": line["position"],
                **{name: line[name] for name in extraction.LINE_TEXTS},
                **{name: float(line[name]) for name in numbers if line[name]},
                "delivery_date": line["delivery_date"] or False,
            }
            for at, line in enumerate(clean["lines"])
        ])  # fmt: skip
        self._reconsider(first=True)

    def _fill(self, values):
        known = {field.name: field for field in self.field_ids}
        for at, (name, entry) in enumerate(values.items()):
            vals = {
                "value": entry["value"], "read_value": entry["value"], "confidence": entry["confidence"], "position": entry["position"],
                "doubtful": bool(entry["value"]) and entry["confidence"] < SURE, "sequence": at,
            }  # fmt: skip
            if name in known:
                known[name].sudo().write(vals)
            else:
                self.env["gatehouse.document.field"].sudo().create({"document_id": self.id, "name": name, **vals})
