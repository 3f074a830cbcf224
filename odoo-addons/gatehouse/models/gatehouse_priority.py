import datetime
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

#: records of one company ranked together; what is over it follows in the order of its dates
LARGEST = 2000
#: minutes without an answer after which the deadlines order the work
STALE = 15
BY = [("cost", "Cost"), ("deadline", "Deadline")]


class GatehousePriorityMixin(models.AbstractModel):
    """Open work in the order in which doing it costs least. The order is advice: a person's own star comes before it."""

    _name = "gatehouse.priority.mixin"
    _description = "Work in the order of what waiting costs"

    # an unranked record has no number at all, so that it sorts last
    gatehouse_rank = fields.Integer("Rank", readonly=True, copy=False, index="btree_not_null", aggregator=False)
    gatehouse_rank_by = fields.Selection(BY, "Ranked by", readonly=True, copy=False)
    gatehouse_rank_reason = fields.Char("Why this rank", readonly=True, copy=False)
    gatehouse_waiting_cost = fields.Float(
        "Waiting costs an hour", digits=(16, 4), readonly=True, copy=False, aggregator="sum",
        help="Expected, in company currency, by the company's rates.",
    )  # fmt: skip

    @api.model
    def _gatehouse_open_work(self):
        """The domain of what waits for somebody."""
        raise NotImplementedError

    def _gatehouse_work_deadline(self):
        """When it should be done, or False."""
        raise NotImplementedError

    def _gatehouse_work_facts(self):
        """{id: facts of `POST /v1/priorities/rank` besides id, since and deadline}; money in company currency."""
        raise NotImplementedError


class GatehousePriority(models.Model):
    """Who put one company's open work in order last, and when. The order itself stands on the records."""

    _name = "gatehouse.priority"
    _description = "Order of open work"
    _rec_name = "res_model"
    _order = "res_model, company_id"

    res_model = fields.Char("Work", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    by = fields.Selection(BY, "Ordered by", required=True, readonly=True)
    answered_at = fields.Datetime("Ranked last", readonly=True)
    count = fields.Integer("Records", readonly=True, aggregator=False)
    version = fields.Char("Rules", readonly=True)
    note = fields.Char("Why not by cost", readonly=True)

    _of_company = models.UniqueIndex("(res_model, coalesce(company_id, 0))")

    @api.model
    def _kinds(self):
        """Names of the Odoo models whose open records are ranked."""
        return ["gatehouse.exception"]

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def read_work(self):
        """What waits: one batch a company and kind, each a body of `POST /v1/priorities/rank` with an `id`."""
        self._require_bot()
        rates, batches = self._rates(), []
        for model in self._kinds():
            for company in [*self.env.user.sudo().company_ids, self.env["res.company"]]:
                records = self._open_records(model, company)
                if not records:
                    continue
                facts = records._gatehouse_work_facts()
                batches.append({
                    "id": f"{model}:{company.id or 0}",
                    "currency": (company or self.env.user.sudo().company_id).currency_id.name,
                    "now": _iso(fields.Datetime.now()),
                    "rates": rates,
                    "items": [
                        {"id": str(record.id), "since": _iso(record.create_date),
                         "deadline": _iso(record._gatehouse_work_deadline()), **facts[record.id]}
                        for record in records
                    ],
                })  # fmt: skip
        return batches

    @api.model
    def record_ranks(self, batches):
        """Keep the order of each batch; a batch without an answer goes by deadline. Idempotent.

        :param batches: [{id, available, version?, reason?, items?: [{id, rank, cost_hour, text}]}]
        :return: [{"id", "status", "count"}], status `ranked`, `deadline` or `refused`
        """
        self._require_bot()
        if not isinstance(batches, list):
            raise ValidationError(self.env._("batches: must be a list"))
        return [self._record_batch(index, batch) for index, batch in enumerate(batches)]

    def _record_batch(self, index, batch):
        if not isinstance(batch, dict) or not isinstance(batch.get("id"), str):
            raise ValidationError(self.env._("batches[%s].id: must be a text", index))
        model, _colon, number = batch["id"].rpartition(":")
        companies = {str(company.id): company for company in self.env.user.sudo().company_ids} | {"0": self.env["res.company"]}
        if model not in self._kinds() or number not in companies:
            return {"id": batch["id"], "status": "refused", "count": 0}
        company = companies[number]
        if batch.get("available") is not True:
            return self._without_ranks(batch["id"], model, company, str(batch.get("reason") or self.env._("no reason given")))
        try:
            rows = self._rows(index, batch.get("items"), set(self._open_records(model, company).ids))
        except ValidationError as error:  # the other batches are good
            return self._without_ranks(batch["id"], model, company, self.env._("answer outside the contract: %s", error))
        self._keep(model, company, "cost", rows)
        self._note(model, company, by="cost", count=len(rows), note=False, answered_at=fields.Datetime.now(),
                   version=str(batch.get("version") or "")[:64])  # fmt: skip
        return {"id": batch["id"], "status": "ranked", "count": len(rows)}

    def _without_ranks(self, name, model, company, why):
        return {"id": name, "status": "deadline", "count": self._order_by_deadline(model, company, why[:200])}

    def _rows(self, index, items, known):
        """(id, rank, cost, text) of what still waits. Raises ValidationError naming the first wrong one."""
        if not isinstance(items, list) or len(items) > LARGEST:
            raise ValidationError(self.env._("batches[%(index)s].items: must be a list of at most %(most)s", index=index, most=LARGEST))
        rows = []
        for place, item in enumerate(items):
            try:
                row = (int(item["id"]), int(item["rank"]), float(item["cost_hour"]), str(item["text"])[:500])
            except (KeyError, TypeError, ValueError) as error:
                raise ValidationError(self.env._(
                    "batches[%(index)s].items[%(place)s]: id, rank, cost_hour and text are needed", index=index, place=place
                )) from error
            if row[0] in known and row[1] > 0:
                rows.append(row)
        return rows

    # -- without an answer ---------------------------------------------------------------------
    @api.model
    def _cron_fall_back(self):
        """Where nobody ranked for a while the deadlines order the work, and new work joins that order."""
        silent = fields.Datetime.subtract(fields.Datetime.now(), minutes=STALE)
        for run in self.sudo().search(["|", ("by", "=", "deadline"), ("answered_at", "<", silent)]):
            if run.res_model in self._kinds():
                self._order_by_deadline(run.res_model, run.company_id, run.note or self.env._("no answer"))

    def _order_by_deadline(self, model, company, why):
        run = self._run(model, company)
        since = fields.Datetime.context_timestamp(self, run.answered_at).strftime("%d %b %H:%M %Z") if run.answered_at else ""
        text = self.env._("By deadline: the ranking has not answered since %(since)s (%(why)s)", since=since, why=why) if since else (
            self.env._("By deadline: the ranking did not answer (%s)", why))  # fmt: skip
        records = self._open_records(model, company)
        rows = [(record.id, place, None, text[:500]) for place, record in enumerate(records, 1)]
        self._keep(model, company, "deadline", rows)
        self._note(model, company, by="deadline", count=len(rows), note=why)
        return len(rows)

    # -- keeping -------------------------------------------------------------------------------
    def _open_records(self, model, company):
        """What waits in one company, the nearest deadline first, at most a batch."""
        Model = self.env[model].sudo()
        records = Model.search([*Model._gatehouse_open_work(), ("company_id", "=", company.id)])
        late = datetime.datetime.max
        return records.sorted(lambda record: (record._gatehouse_work_deadline() or late, record.id))[:LARGEST]

    def _keep(self, model, company, by, rows):
        """Write the order past the ORM: no new write date, and a record that somebody works on at the moment is left alone."""
        Model = self.env[model]
        Model.flush_model()
        table, ids = SQL.identifier(Model._table), [row[0] for row in rows]
        of_company = SQL("company_id = %s", company.id) if company else SQL("company_id IS NULL")
        self.env.cr.execute(SQL(
            """UPDATE %(table)s SET gatehouse_rank = NULL, gatehouse_rank_by = NULL, gatehouse_rank_reason = NULL,
                                    gatehouse_waiting_cost = NULL
                WHERE id IN (SELECT id FROM %(table)s WHERE gatehouse_rank IS NOT NULL AND %(company)s
                                AND NOT (id = ANY(%(ids)s)) FOR UPDATE SKIP LOCKED)""",
            table=table, company=of_company, ids=ids,
        ))  # fmt: skip
        if rows:
            columns = [list(column) for column in zip(*rows)]
            self.env.cr.execute(SQL(
                """UPDATE %(table)s r SET gatehouse_rank = v.rank, gatehouse_rank_by = %(by)s,
                                         gatehouse_rank_reason = v.reason, gatehouse_waiting_cost = v.cost
                     FROM unnest(%(ids)s::int[], %(ranks)s::int[], %(costs)s::numeric[], %(texts)s::varchar[]) v(id, rank, cost, reason)
                    WHERE r.id = v.id
                      AND r.id IN (SELECT id FROM %(table)s WHERE id = ANY(%(ids)s) FOR UPDATE SKIP LOCKED)
                      AND (r.gatehouse_rank, r.gatehouse_rank_by, r.gatehouse_rank_reason)
                          IS DISTINCT FROM (v.rank, %(by)s::varchar, v.reason)""",
                table=table, by=by, ids=columns[0], ranks=columns[1], costs=columns[2], texts=columns[3],
            ))  # fmt: skip
        Model.invalidate_model(["gatehouse_rank", "gatehouse_rank_by", "gatehouse_rank_reason", "gatehouse_waiting_cost"])

    def _run(self, model, company):
        return self.sudo().search([("res_model", "=", model), ("company_id", "=", company.id)], limit=1)

    def _note(self, model, company, **values):
        """Remember who ordered; tell operations when the order changes hands."""
        run = self._run(model, company)
        before = run.by
        if not run:
            # two runs at once: the second one's statement fails to serialize, and Odoo runs that call again
            self.env.cr.execute(
                "INSERT INTO gatehouse_priority (res_model, company_id, by) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [model, company.id or None, values["by"]],
            )
            run = self._run(model, company)
        run.write(values)
        key = f"ranking:{model}:{company.id or 0}"
        Queue = self.env["gatehouse.exception"]
        if values["by"] == "deadline" and before == "cost":
            Queue._open(
                key, "check", self.env._("Work goes by deadline: the ranking does not answer"),
                detail=self.env._(
                    "%(model)s: %(why)s\nThe work goes on by deadline, and this closes when the ranking answers again. See whether the sidecar and n8n run.",
                    model=model, why=values["note"]),
                company_id=company.id,
            )  # fmt: skip
        elif values["by"] == "cost" and before == "deadline":
            Queue.sudo().search([("key", "=", key), ("state", "=", "open")])._close(self.env._("The ranking answers again"))

    # -- settings ------------------------------------------------------------------------------
    def _require_bot(self):
        if not self.env.user.has_group("gatehouse.group_bot"):
            raise AccessError(self.env._("Only the integration may rank work."))

    def _rates(self):
        """What waiting costs by the company's own word, as the sidecar takes it; None for its defaults."""
        text = self.env["ir.config_parameter"].sudo().get_param("gatehouse.priority_rates")
        try:
            rates = json.loads(text) if text else None
        except ValueError as error:
            raise ValidationError(self.env._("System parameter gatehouse.priority_rates is not JSON: %s", error)) from error
        if rates is not None and not isinstance(rates, dict):
            raise ValidationError(self.env._("System parameter gatehouse.priority_rates must be a JSON object"))
        return rates


def _iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
