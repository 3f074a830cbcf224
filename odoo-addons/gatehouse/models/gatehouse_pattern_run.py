import datetime
import math
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools import settings
from .gatehouse_pattern import MODELS, PARTIES
from .gatehouse_pattern_rule import PATTERNS, ROLES

#: Weeks that a first run measures, and that one at most catches up with.
FIRST, MOST = 4, 8
#: Minutes until a measurement that failed is asked for again: doubled each time, up to a day.
PAUSE, LONGEST_PAUSE = 10, 1440
#: Days after its end from which an unmeasured week is told, though nobody said why.
PATIENCE = 2
#: What the sidecar reads, and in which state: a company without any of them in the weeks asked for needs no job.
ORDERS = {"sale.order": "sale", "purchase.order": "purchase"}
_JOB = re.compile(r"patterns:(\d{1,9}):(\d{4}-\d\d-\d\d):(\d):(\d{1,9}):(\w*)")


class GatehousePatternRun(models.Model):
    """Whether a company's week was measured, and if not, why. Odoo asks for what is missing until it has it."""

    _name = "gatehouse.pattern.run"
    _description = "Measurement of a week"
    _order = "week desc, company_id"
    _rec_name = "week"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    week = fields.Date("Week of", required=True, readonly=True)
    state = fields.Selection([("waiting", "Not yet"), ("measured", "Measured")], default="waiting", required=True, readonly=True)
    measured_at = fields.Datetime(readonly=True)
    looked = fields.Integer("Looked at", readonly=True, help="People, customers and vendors with documents in that week.")
    findings = fields.Integer(readonly=True)
    model = fields.Char(readonly=True)
    note = fields.Char("Note", help="Why not yet, or why nothing was measured.", readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime("Asked again", readonly=True)

    _of_week = models.UniqueIndex("(company_id, week)")

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def read_due(self):
        """What is to be measured: one job of `POST /v1/jobs` a company, with an `id`; nothing when every full week is."""
        self._require_bot()
        now, due, limit, mark = fields.Datetime.now(), [], self._limit(), settings.database_mark(self.env)
        for company in self.env.user.sudo().company_ids:
            runs = self._missing(company) if self.env["gatehouse.pattern.rule"]._of(company) else self.browse()
            if not runs or any(run.retry_at and run.retry_at > now for run in runs):
                continue
            newest, oldest = runs[0], runs[-1]
            if not self._traded(company, oldest.week, newest.week):
                runs._settle([], "", self.env._("No confirmed order"))
                continue
            weeks = (newest.week - oldest.week).days // 7 + 1
            due.append({
                "id": f"patterns:{company.id}:{newest.week}:{weeks}:{newest.id}:{mark}", "kind": "patterns",
                "company": company.id, "week": str(newest.week), "weeks": weeks, "limit": limit,
            })  # fmt: skip
        return due

    @api.model
    def record(self, results):
        """Keep what was measured, or why it was not; the same one twice changes nothing.

        :param results: [{id, available, entries, model}] or [{id, available: false, waiting, reason}]
        :return: [{"id", "status", "findings", "opened", "closed"}], status `measured`, `waiting`, `failed` or `refused`
        """
        self._require_bot()
        if not isinstance(results, list):
            raise ValidationError(self.env._("results: must be a list"))
        return [self._record_one(index, result) for index, result in enumerate(results)]

    def _record_one(self, index, given):
        if not isinstance(given, dict) or not isinstance(given.get("id"), str):
            raise ValidationError(self.env._("results[%s].id: must be a text", index))
        runs = self._runs_of(given["id"])
        if not runs:
            return {"id": given["id"], "status": "refused", "findings": 0, "opened": 0, "closed": 0}
        if given.get("available") is not True:
            return self._not_measured(runs, given)
        company, version = runs[0].company_id, str(given.get("model") or "")[:100]
        try:
            entries = self._entries(index, given.get("entries"), set(runs.mapped("week")))
        except ValidationError as error:  # whoever asks again gets the same answer: it is told, not refused
            return self._not_measured(runs, {"id": given["id"], "reason": self.env._("answer outside the contract: %s", error)})
        found = self.env["gatehouse.pattern"]._keep(company, entries, version)
        opened, closed = runs._settle(entries, version)
        return {"id": given["id"], "status": "measured", "findings": found, "opened": opened, "closed": closed}

    def _settle(self, entries, version, note=False):
        """Mark the waiting weeks of one company as measured and decide by them. Returns (exceptions opened or gone on, closed)."""
        company, opened, closed = self.company_id, 0, 0
        last = self.sudo().search([("company_id", "=", company.id), ("state", "=", "measured")], limit=1).week
        for run in self.sorted("week").filtered(lambda run: run.state == "waiting"):
            mine = [entry for entry in entries if entry["week"] == run.week]
            run.write({
                "state": "measured", "measured_at": fields.Datetime.now(), "looked": len(mine), "model": version,
                "findings": sum(len(entry["habits"]) for entry in mine), "note": note, "retry_at": False,
            })  # fmt: skip
            if not last or run.week > last:  # an older week that comes late is kept, and decides nothing
                more, gone = self.env["gatehouse.pattern"]._decide(company, run.week, {(x["role"], x["res_id"]) for x in mine})
                opened, closed = opened + more, closed + gone
        self._told(company, False)
        return opened, closed

    @api.model
    def _limit(self):
        """The amount in company currency from which a document needs an approval; 0 where nobody named one."""
        return float(self.env["ir.config_parameter"].sudo().get_param("gatehouse.pattern_limit") or 0.0)

    @api.model
    def _traded(self, company, oldest, newest):
        """Whether a company confirmed anything in the weeks of these Mondays."""
        days = [("date_order", ">=", oldest), ("date_order", "<", newest + datetime.timedelta(weeks=1))]
        return any(
            name in self.env and self.env[name].sudo().search_count([("company_id", "=", company.id), ("state", "=", state), *days], limit=1)
            for name, state in ORDERS.items()
        )

    def _entries(self, index, entries, weeks):
        """Checked entries of those weeks; of parties that are gone meanwhile none. Raises ValidationError naming the first wrong one."""
        if not isinstance(entries, list):
            raise ValidationError(self.env._("results[%s].entries: must be a list", index))
        checked = []
        for place, entry in enumerate(entries):
            try:
                checked.append(self._entry(entry))
            except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
                raise ValidationError(self.env._(
                    "results[%(index)s].entries[%(place)s]: %(error)s", index=index, place=place, error=repr(error))) from error
        checked = [entry for entry in checked if entry["week"] in weeks]
        known = {
            model: set(self.env[model].sudo().with_context(active_test=False).browse(
                {entry["res_id"] for entry in checked if MODELS[entry["role"]] == model}).exists().ids)
            for model in PARTIES
        }  # fmt: skip
        return [entry for entry in checked if entry["res_id"] in known[MODELS[entry["role"]]]]

    @staticmethod
    def _entry(entry):
        if entry["role"] not in dict(ROLES):
            raise ValueError(f"role {entry['role']}")
        word, _colon, number = entry["party"].partition(":")
        if word != PARTIES[MODELS[entry["role"]]]:
            raise ValueError(f"party {entry['party']}")
        habits = [
            {"pattern": habit["pattern"], "rarity": float(habit["rarity"]), "text": str(habit["text"])[:500]}
            for habit in entry.get("habits") or []
        ]
        for habit in habits:
            if habit["pattern"] not in dict(PATTERNS) or not 0.0 <= habit["rarity"] <= 1.0:
                raise ValueError(f"habit {habit['pattern']} {habit['rarity']}")
        figures = {name: float(entry.get(name) or 0.0) for name in ("value", "discount")}
        if not all(math.isfinite(figure) for figure in figures.values()):
            raise ValueError("value or discount is no number")
        counts = {name: int(entry.get(name) or 0) for name in ("documents", "before", "documents_before")}
        others = {str(party): int(count) for party, count in (entry.get("others") or {}).items()}
        if not all(re.fullmatch(r"(user|partner):\d{1,9}", party) for party in others):
            raise ValueError(f"others {others}")
        week = fields.Date.to_date(entry["week"])
        return {"role": entry["role"], "res_id": int(number), "week": week, "habits": habits, "others": others, **figures, **counts}

    # -- what is missing -----------------------------------------------------------------------
    @api.model
    def _missing(self, company):
        """The unmeasured full weeks of a company, newest first; new ones are written down."""
        today = fields.Date.today()
        newest = today - datetime.timedelta(days=today.weekday() + 7)
        last = self.sudo().search([("company_id", "=", company.id)], limit=1).week
        since = newest - datetime.timedelta(weeks=FIRST - 1)
        oldest = newest - datetime.timedelta(weeks=MOST - 1)
        week = max(last + datetime.timedelta(weeks=1), oldest) if last else since
        while week <= newest:
            # two readings at once: the second finds the row
            self.env.cr.execute(
                "INSERT INTO gatehouse_pattern_run (company_id, week, state, attempts) VALUES (%s, %s, 'waiting', 0) ON CONFLICT DO NOTHING",
                [company.id, week],
            )
            week += datetime.timedelta(weeks=1)
        return self.sudo().search([("company_id", "=", company.id), ("state", "=", "waiting"), ("week", ">=", oldest)])

    @api.model
    def _runs_of(self, name):
        """The weeks that a job measures; none when it is not one of ours."""
        parts = _JOB.fullmatch(name)
        if not parts or parts[5] != settings.database_mark(self.env):
            return self.browse()
        run = self.sudo().browse(int(parts[4])).exists()
        if not run or str(run.week) != parts[2] or run.company_id not in self.env.user.sudo().company_ids or str(run.company_id.id) != parts[1]:
            return self.browse()
        oldest = run.week - datetime.timedelta(weeks=int(parts[3]) - 1)
        return self.sudo().search([("company_id", "=", run.company_id.id), ("week", ">=", oldest), ("week", "<=", run.week)])

    def _not_measured(self, runs, given):
        waiting = runs.filtered(lambda run: run.state == "waiting")
        status, reason = "waiting", str(given.get("reason") or self.env._("no answer"))[:500]
        if waiting and given.get("waiting") is not True:
            status, attempts = "failed", max(waiting.mapped("attempts")) + 1
            pause = min(PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
            retry = fields.Datetime.now() + datetime.timedelta(minutes=pause)
            waiting.write({"note": reason, "attempts": attempts, "retry_at": retry})
            self._told(waiting[0].company_id, reason)
        return {"id": given["id"], "status": status, "findings": 0, "opened": 0, "closed": 0}

    @api.model
    def _told(self, company, reason):
        """Tell operations that weeks are not measured, once; over when they are."""
        key = f"patterns:missing:{company.id}"
        Queue = self.env["gatehouse.exception"].sudo()
        found = Queue.search([("key", "=", key), ("state", "=", "open")])
        if reason and not found:
            Queue._open(
                key, "check", self.env._("Weekly patterns are not measured"), company_id=company.id,
                detail=self.env._("%s. The weeks are kept in mind and measured as soon as the sidecar does its jobs again "
                                  "(`gatehouse jobs list` says how they stand).", reason.rstrip(".")),
            )  # fmt: skip
        elif not reason and found:
            found._close(self.env._("Measured again"))

    @api.model
    def _cron_look(self):
        """Tell of weeks that nobody measured though they were measured before, and forget old ones."""
        late = fields.Date.today() - datetime.timedelta(days=7 + PATIENCE)
        for company in self.sudo().search([]).company_id:
            if not self.env["gatehouse.pattern.rule"]._of(company):
                continue
            runs = self._missing(company).filtered(lambda run: run.week <= late)
            if runs:
                self._told(company, runs[0].note or self.env._("Nobody asked for the week of %s: is n8n running?", runs[0].week))
        self.env["gatehouse.pattern"]._forget()

    def _require_bot(self):
        if not self.env.user.has_group("gatehouse.group_bot"):
            raise AccessError(self.env._("Only the integration may record measures."))
