import datetime
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

#: documents a call of the integration; a document that changed meanwhile comes again
LARGEST = 20
#: documents looked at for a change a call, those not looked at for longest first
LOOK = 60


class GatehouseSummary(models.Model):
    """What the summary service wrote about one document, and of which facts. It is shown only while they are the facts."""

    _name = "gatehouse.summary"
    _description = "Summary of what waits"
    _rec_name = "res_model"
    _order = "id desc"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    facts_hash = fields.Char("Of these facts", readonly=True)
    text = fields.Text(readonly=True)
    gist = fields.Text("Written by a model", readonly=True)
    next_action = fields.Char(readonly=True)
    route = fields.Char(readonly=True)
    source = fields.Selection([("template", "Template"), ("model", "Template and model")], readonly=True)
    model = fields.Char("Model", readonly=True)
    prompt = fields.Char("Prompt", readonly=True)
    template = fields.Char("Template", readonly=True)
    fallback = fields.Char("Why no model", readonly=True)
    written_at = fields.Datetime(readonly=True)
    looked_at = fields.Datetime(readonly=True)

    _of_document = models.UniqueIndex("(res_model, res_id)")

    @api.model
    def _kinds(self):
        """Names of the Odoo models whose waiting documents are summarized."""
        return ["gatehouse.approval.step"]

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def read_due(self, limit=LARGEST):
        """Documents whose facts changed since they were summarized: bodies of `POST /v1/summaries`, with `facts_sha256`."""
        self._require_bot()
        due, waiting = [], self._waiting()
        cases = self._cases([document for document, _summary in waiting])
        for document, summary in waiting:
            case = cases[document]
            mark = _hash(case)
            summary = summary or self._begun(document)
            summary.looked_at = fields.Datetime.now()
            if summary.facts_hash != mark:
                due.append({"id": f"{document._name}:{document.id}", "facts_sha256": mark, **case})
            if len(due) >= min(max(int(limit), 1), 50):
                break
        return due

    def _cases(self, documents):
        """{document: its facts}, read for all of a kind at once."""
        found = {}
        for name in {document._name for document in documents}:
            kind = self.env[name].sudo().union(*(document for document in documents if document._name == name))
            facts = kind._gatehouse_cases()
            found.update({document: facts[document.id] for document in kind})
        return found

    def _begun(self, document):
        """The row of a document; two runs at once make one, for the second fails to serialize and is run again."""
        company = document.company_id.id if "company_id" in document._fields else None
        self.env.cr.execute(
            "INSERT INTO gatehouse_summary (res_model, res_id, company_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [document._name, document.id, company or None],
        )
        return self.sudo().search([("res_model", "=", document._name), ("res_id", "=", document.id)])

    @api.model
    def record(self, summaries):
        """Keep what was written; the same one twice changes nothing.

        :param summaries: [{id, facts_sha256, text, next_action, route, source, gist, model, prompt, template, fallback}]
        :return: [{"id", "status"}], status `kept`, `unknown`, or `refused` for one that cannot be read, which is told
        """
        self._require_bot()
        if not isinstance(summaries, list):
            raise ValidationError(self.env._("summaries: must be a list"))
        return [self._record_one(index, summary) for index, summary in enumerate(summaries)]

    def _record_one(self, index, given):
        texts = ("id", "facts_sha256", "text", "next_action", "route", "source", "gist", "model", "prompt", "template")
        if not isinstance(given, dict) or not isinstance(given.get("id"), str):
            raise ValidationError(self.env._("summaries[%s].id: must be a text", index))
        missing = [name for name in texts if not isinstance(given.get(name), str)]
        if missing:  # the others are good
            return self._refused(given["id"], missing)
        model, _colon, number = given["id"].rpartition(":")
        found = self.sudo().search([("res_model", "=", model), ("res_id", "=", int(number) if number.isdigit() else 0)], limit=1)
        if not found or given["source"] not in ("template", "model") or not given["text"].strip():
            return {"id": given["id"], "status": "unknown"}
        fallback = given.get("fallback")
        found.write({
            "facts_hash": given["facts_sha256"][:64], "text": given["text"][:20000], "gist": given["gist"][:2000] or False,
            "next_action": given["next_action"][:500], "route": given["route"][:200], "source": given["source"],
            "model": given["model"][:100] or False, "prompt": given["prompt"][:100] or False, "template": given["template"][:100],
            "fallback": f"{fallback.get('code')}: {fallback.get('reason')}"[:300] if isinstance(fallback, dict) else False,
            "written_at": fields.Datetime.now(),
        })  # fmt: skip
        return {"id": given["id"], "status": "kept"}

    def _refused(self, name, missing):
        """Tell of a summary that cannot be read; its document shows Odoo's own facts."""
        self.env["gatehouse.exception"]._tell_contract(
            "contract:summary", self.env._("Summaries: answers are outside the contract"), self.env._(
                "%(name)s: needs the texts %(missing)s\nThe documents show Odoo's own facts meanwhile and come again by themselves. Compare the answer in "
                "n8n's execution with the page `/docs` of the sidecar; mend it, then resolve this.", name=name, missing=", ".join(missing)),
        )
        return {"id": name, "status": "refused"}

    def _waiting(self):
        """(document, its summary or none) of what waits, never looked at first, then by how long ago."""
        found = []
        for name in self._kinds():
            documents = self.env[name].sudo()._gatehouse_waiting_documents()
            known = {x.res_id: x for x in self.sudo().search([("res_model", "=", name), ("res_id", "in", documents.ids)])}
            found += [(document, known.get(document.id, self.sudo().browse())) for document in documents]
        never = datetime.datetime.min
        return sorted(found, key=lambda pair: (pair[1].looked_at or never, -pair[0].id))[:LOOK]

    def _require_bot(self):
        if not self.env.user.has_group("gatehouse.group_bot"):
            raise AccessError(self.env._("Only the integration may summarize."))


class GatehouseSummaryMixin(models.AbstractModel):
    """A document with a summary. Odoo names the facts; without the service it lists them itself."""

    _name = "gatehouse.summary.mixin"
    _description = "Document with a summary"

    gatehouse_summary = fields.Html(
        "Summary", compute="_compute_gatehouse_summary", compute_sudo=True, sanitize=False
    )

    @api.model
    def _gatehouse_waiting_documents(self):
        """The documents that somebody waits for."""
        raise NotImplementedError

    def _gatehouse_summary_cases(self):
        """{id: facts}, bodies of `POST /v1/summaries` without their ids. No "now", so that facts have a hash."""
        raise NotImplementedError

    def _gatehouse_cases(self):
        """{id: facts} in one language and time zone, whoever asks."""
        cases = self.sudo().with_context(lang="en_US", tz="UTC")._gatehouse_summary_cases()
        for case in cases.values():
            for number, fact in enumerate(case["facts"], 1):
                fact["id"] = f"f{number}"
        return cases

    def _gatehouse_shows_summary(self):
        """Whether a document has anything to summarize."""
        return True

    def _compute_gatehouse_summary(self):
        Summary = self.env["gatehouse.summary"].sudo()
        people = self if self.env.user._is_internal() else self.browse()
        mine = people.filtered(lambda document: document._origin.id and document._origin._gatehouse_shows_summary())
        known = {x.res_id: x for x in Summary.search([("res_model", "=", self._name), ("res_id", "in", mine._origin.ids)])}
        (self - mine).gatehouse_summary = False
        cases = mine._origin._gatehouse_cases()
        for document in mine:
            case = cases[document._origin.id]
            summary = known.get(document._origin.id)
            current = summary if summary and summary.text and summary.facts_hash == _hash(case) else None
            document.gatehouse_summary = self.env["ir.qweb"]._render(
                "gatehouse.summary", {"case": case, "summary": current, "before": bool(summary and summary.text)}
            )


def _hash(case):
    return hashlib.sha256(json.dumps(case, sort_keys=True).encode()).hexdigest()


def utc(moment):
    """A moment as facts carry it; an empty text for none."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
