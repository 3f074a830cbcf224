import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

#: records of one company asked about together, as many as the sidecar takes of every subject
LARGEST = 1000
#: hours after which a record that nobody answered about is asked about again
RETRY_HOURS = 1


class GatehouseScoreMixin(models.AbstractModel):
    """What a trained model says of a record, as advice: nothing waits for it, and no rule reads it."""

    _name = "gatehouse.score.mixin"
    _description = "Advice of a trained model"

    #: hours for which an answer holds; 0: a record is asked about once
    _gatehouse_score_hours = 0

    gatehouse_score = fields.Float("Score", digits=(16, 4), readonly=True, copy=False, aggregator=False)
    gatehouse_score_source = fields.Selection(
        [("model", "Model"), ("baseline", "One-line rule"), ("none", "Not scored")], "Advice by", readonly=True, copy=False
    )
    gatehouse_score_reason = fields.Char("Why", readonly=True, copy=False)
    gatehouse_score_model = fields.Char("Model version", readonly=True, copy=False)
    gatehouse_score_confidence = fields.Float("Confidence", digits=(16, 4), readonly=True, copy=False, aggregator=False)
    gatehouse_score_degraded = fields.Boolean("Without a model", readonly=True, copy=False)
    gatehouse_scored_at = fields.Datetime("Asked last", readonly=True, copy=False)

    @api.model
    def _gatehouse_to_score(self):
        """The domain of what a score helps with."""
        raise NotImplementedError

    def _gatehouse_score_facts(self):
        """One body entry a record besides its `id`, as `POST /v1/<subject>/score` takes it; money in company currency."""
        raise NotImplementedError

    def _gatehouse_score_context(self):
        """Further records without which the sidecar would judge these wrongly; what it says of them is not kept."""
        return self.browse()

    def _gatehouse_score_fallback(self):
        """(source, words) of what Odoo knows of a record by itself."""
        return "none", self.env._("Not scored; the rules decide alone")

    def _gatehouse_score_besides(self):
        """{column: text} that is kept with each score."""
        return {}


class GatehouseScore(models.AbstractModel):
    """Hands records to the integration and keeps what the sidecar's models say of them."""

    _name = "gatehouse.score"
    _description = "Scores of records"

    @api.model
    def _subjects(self):
        """{subject of the sidecar: Odoo model whose records it scores}"""
        return {}

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def read_due(self, subject):
        """What nobody scored yet, or not of late: one batch a company, its `records` the body of `POST /v1/<subject>/score`."""
        self._require_bot()
        if subject not in self._subjects():
            return []
        due = [self._due(self._subjects()[subject], company) for company in self.env.user.sudo().company_ids]
        return [
            {"id": f"{subject}:{records.company_id.id}", "subject": subject, "records": [
                {"id": str(record.id), **record._gatehouse_score_facts()}
                for record in (records | records._gatehouse_score_context())[:LARGEST]
            ]}
            for records in due if records
        ]  # fmt: skip

    @api.model
    def record(self, batches):
        """Keep what was said of each record that is still due; a batch without an answer has Odoo's own words. Idempotent.

        :param batches: [{id, available, reason?, model?, baseline?, records?: [{id, score, confidence, abstained, text}]}]
        :return: [{"id", "status", "count"}], status `scored`, `fallback` or `refused`
        """
        self._require_bot()
        if not isinstance(batches, list):
            raise ValidationError(self.env._("batches: must be a list"))
        return [self._record_batch(index, batch) for index, batch in enumerate(batches)]

    def _record_batch(self, index, batch):
        if not isinstance(batch, dict) or not isinstance(batch.get("id"), str):
            raise ValidationError(self.env._("batches[%s].id: must be a text", index))
        subject, _colon, number = batch["id"].rpartition(":")
        companies = {str(company.id): company for company in self.env.user.sudo().company_ids}
        if subject not in self._subjects() or number not in companies:
            return {"id": batch["id"], "status": "refused", "count": 0}
        due = self._due(self._subjects()[subject], companies[number])
        why = None if batch.get("available") is True else str(batch.get("reason") or self.env._("no reason given"))
        try:
            answers = {} if why else self._answers(batch.get("records"))
        except (KeyError, TypeError, ValueError) as error:  # the other batches are good
            why = self.env._("answer outside the contract: %s", repr(error))
        if why:
            return {"id": batch["id"], "status": "fallback", "count": self._fall_back(due, why[:200], fields.Datetime.now())}
        answered = due.filtered(lambda record: record.id in answers)
        silent = answered.filtered(lambda record: answers[record.id]["abstained"])
        for record in silent:
            self._fall_back(record, answers[record.id]["text"], fields.Datetime.now())
        common = {"source": "baseline" if batch.get("baseline") is True else "model", "model": str(batch.get("model") or "")[:64],
                  "degraded": False, "at": fields.Datetime.to_string(fields.Datetime.now())}  # fmt: skip
        self._keep(answered - silent, {record.id: {**common, **answers[record.id]} for record in answered - silent})
        return {"id": batch["id"], "status": "scored", "count": len(answered - silent)}

    def _answers(self, entries):
        """{record id: what is said of it}. Raises KeyError, TypeError or ValueError for what cannot be read."""
        found = {}
        for entry in entries:
            score, confidence = float(entry["score"]), float(entry["confidence"])
            if not (0 <= score <= 1 and 0 <= confidence <= 1):
                raise ValueError(self.env._("score and confidence are from 0 to 1"))
            found[int(entry["id"])] = {
                "score": score, "confidence": confidence, "abstained": entry["abstained"] is True, "text": str(entry["text"])[:500]
            }  # fmt: skip
        return found

    # -- without an answer ---------------------------------------------------------------------
    @api.model
    def _cron_fall_back(self):
        """Where nobody asked, Odoo's own words stand on what changes from day to day; it is still asked about when somebody asks."""
        for model in self._subjects().values():
            if self.env[model]._gatehouse_score_hours:
                for company in self.env["res.company"].sudo().search([]):
                    self._fall_back(self._due(model, company, patience=RETRY_HOURS, limit=None), self.env._("nobody asked"), None)

    def _fall_back(self, records, why, moment):
        rows = {}
        for record in records:
            source, text = record._gatehouse_score_fallback()
            rows[record.id] = {"score": 0.0, "source": source, "text": f"{text} ({why})"[:500], "degraded": True,
                               "at": fields.Datetime.to_string(moment) if moment else None}  # fmt: skip
        self._keep(records, rows)
        return len(rows)

    # -- keeping -------------------------------------------------------------------------------
    def _due(self, model, company, patience=0, limit=LARGEST):
        """What is to be scored in one company, the longest unasked first; `patience` hours later than it could be."""
        Model = self.env[model].sudo().with_company(company)
        before = lambda hours: fields.Datetime.subtract(fields.Datetime.now(), hours=hours + patience)  # noqa: E731
        unanswered = ["&", ("gatehouse_score_degraded", "=", True), ("gatehouse_scored_at", "<", before(RETRY_HOURS))]
        old = [("gatehouse_scored_at", "<", before(Model._gatehouse_score_hours))] if Model._gatehouse_score_hours else [(0, "=", 1)]
        domain = [*Model._gatehouse_to_score(), ("company_id", "=", company.id)]
        due = ["|", "|", ("gatehouse_scored_at", "=", False), *unanswered, *old]
        return Model.search([*domain, *due], order="gatehouse_scored_at nulls first, id", limit=limit)

    def _keep(self, records, rows):
        """Write past the ORM: no new write date, no gate, and a record that somebody works on at the moment is left for the next time."""
        if not records:
            return
        records.env.flush_all()
        besides = {record.id: record._gatehouse_score_besides() for record in records}
        columns = [SQL.identifier(name) for name in besides[records[0].id]]
        self.env.cr.execute(SQL(
            """UPDATE %(table)s r SET gatehouse_score = v.score, gatehouse_score_source = v.source, gatehouse_score_reason = v.text,
                      gatehouse_score_model = v.model, gatehouse_score_confidence = v.confidence,
                      gatehouse_score_degraded = v.degraded, gatehouse_scored_at = v.at %(besides)s
                 FROM jsonb_to_recordset(%(rows)s::jsonb)
                      v(id int, score numeric, source varchar, text varchar, model varchar, confidence numeric, degraded bool,
                        at timestamp %(types)s)
                WHERE r.id = v.id AND r.id IN (SELECT id FROM %(table)s WHERE id = ANY(%(ids)s) FOR UPDATE SKIP LOCKED)
                  AND (r.gatehouse_score_reason, r.gatehouse_scored_at) IS DISTINCT FROM (v.text, v.at)""",
            table=SQL.identifier(records._table), ids=records.ids,
            besides=SQL().join(SQL(", %s = v.%s", name, name) for name in columns),
            types=SQL().join(SQL(", %s varchar", name) for name in columns),
            rows=json.dumps([{"id": number, **row, **besides[number]} for number, row in rows.items()]).replace("\\u0000", ""),
        ))  # fmt: skip
        records.invalidate_recordset()
        records.modified([name for name in records._fields if name.startswith("gatehouse_score")])

    def _require_bot(self):
        if not self.env.user.has_group("gatehouse.group_bot"):
            raise AccessError(self.env._("Only the integration may score records."))
