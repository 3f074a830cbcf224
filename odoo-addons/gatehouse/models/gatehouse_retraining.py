import datetime
import json
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools import settings

SUBJECTS = [
    ("discounts", "Unusual discounts"),
    ("purchases", "Unusual purchases"),
    ("stock-moves", "Unusual stock moves"),
    ("orders", "Orders that go wrong"),
    ("payments", "Late payments"),
    ("lead-times", "Lead times"),
    ("patterns", "Weekly patterns"),
]
OUTCOMES = [
    ("asked", "Being trained"),
    ("requested", "Waits for sign-offs"),
    ("promoted", "Serves"),
    ("worse", "Not better"),
    ("rejected", "Rejected"),
    ("failed", "Failed"),
]
#: Minutes until a step that failed is asked for again, doubled each time; after so many attempts the run has failed.
PAUSE, MOST_ATTEMPTS = 10, 5
_JOB = re.compile(r"(retrain|promote):(\d{1,9}):(\w*)")


class GatehouseRetraining(models.Model):
    """Which models are trained anew from Odoo, and how often. A challenger serves after its sign-offs only."""

    _name = "gatehouse.retraining"
    _description = "Model that is retrained"
    _order = "subject"
    _rec_name = "subject"

    subject = fields.Selection(SUBJECTS, "Model", required=True)
    active = fields.Boolean("Retrain", default=True)
    every_days = fields.Integer("Every (days)", default=28, required=True)
    test_days = fields.Integer(
        "Measured (days)", default=28, required=True,
        help="Champion and challenger are measured on these days; the challenger learns from what was before. Of orders they end "
             "60 days ago, when it is known what became of most; of weekly patterns they are full weeks.")
    next_at = fields.Datetime("Next", default=fields.Datetime.now)
    run_ids = fields.One2many("gatehouse.retraining.run", "retraining_id", readonly=True)
    last_outcome = fields.Selection(OUTCOMES, "Last", compute="_compute_last")
    last_note = fields.Char("Why", compute="_compute_last")

    _one_each = models.UniqueIndex("(subject)", "This model is in the list already.")

    @api.constrains("every_days", "test_days")
    def _check_days(self):
        for row in self:
            if row.every_days < 1 or not 7 <= row.test_days <= 365:
                raise ValidationError(self.env._("%s: every day at most, measured on 7 to 365 days.", row.display_name))

    @api.depends("run_ids.outcome", "run_ids.note")
    def _compute_last(self):
        for row in self:
            row.last_outcome, row.last_note = row.run_ids[:1].outcome, row.run_ids[:1].note

    def action_now(self):
        """Have it trained at the next look of the integration."""
        for row in self:
            row.next_at = fields.Datetime.now()
        return True

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def read_due(self):
        """The steps that are due: jobs of `POST /v1/jobs`, one a model at most, with an `id`."""
        self._require_bot()
        due = [row._step() for row in self.sudo().search([])]
        return [step for step in due if step]

    @api.model
    def record(self, results):
        """Keep what came of steps; the same one twice changes nothing.

        A challenger that is better becomes a request for sign-offs with the figures; one that is not is kept as a record.

        :param results: [{id, available, ...the job's result}] or [{id, available: false, waiting, reason}]
        :return: [{"id", "status"}], status an outcome, or `refused`
        """
        self._require_bot()
        if not isinstance(results, list):
            raise ValidationError(self.env._("results: must be a list"))
        return [self._record_one(index, result) for index, result in enumerate(results)]

    def _record_one(self, index, given):
        if not isinstance(given, dict) or not isinstance(given.get("id"), str):
            raise ValidationError(self.env._("results[%s].id: must be a text", index))
        parts = _JOB.fullmatch(given["id"])
        run = self.env["gatehouse.retraining.run"].sudo().browse(int(parts[2])).exists() if parts and parts[3] == settings.database_mark(self.env) else None
        if not run:
            return {"id": given["id"], "status": "refused"}
        if run.outcome == {"retrain": "asked", "promote": "requested"}[parts[1]]:
            if given.get("available") is not True:
                run._put_off(given)
            elif parts[1] == "retrain":
                run._measured(given)
            else:
                run._promoted(given)
        return {"id": given["id"], "status": run.outcome}

    def _step(self):
        """What is to be done next for one model, or None."""
        run, now = self.run_ids[:1], fields.Datetime.now()
        if run.outcome == "requested" and run.change_id.state == "rejected":
            run.write({"outcome": "rejected", "ended_at": now, "note": self.env._("Rejected: %s", run.change_id.name)})
        if run.retry_at and run.retry_at > now:
            return None
        if run.outcome == "requested":
            return run._promotion() if run.change_id.state == "approved" else None
        if run.outcome != "asked":
            if not self.next_at or self.next_at > now:
                return None
            run = self.env["gatehouse.retraining.run"].create({"retraining_id": self.id})
            self.next_at = now + datetime.timedelta(days=self.every_days)
        step = {"id": run._job("retrain"), "kind": "retrain", "subject": self.subject, "days": self.test_days}
        return step | ({"limit": self.env["gatehouse.pattern.run"]._limit()} if self.subject == "patterns" else {})

    def _require_bot(self):
        if not self.env.user.has_group("gatehouse.group_bot"):
            raise AccessError(self.env._("Only the integration may record this."))


class GatehouseRetrainingRun(models.Model):
    """One challenger: what it was measured against, by which figures, and what became of it."""

    _name = "gatehouse.retraining.run"
    _description = "Retraining"
    _order = "id desc"
    _rec_name = "challenger"

    retraining_id = fields.Many2one("gatehouse.retraining", required=True, readonly=True, ondelete="cascade", index=True)
    subject = fields.Selection(related="retraining_id.subject", store=True)
    outcome = fields.Selection(OUTCOMES, default="asked", required=True, readonly=True)
    asked_at = fields.Datetime(default=fields.Datetime.now, readonly=True)
    ended_at = fields.Datetime(readonly=True)
    champion = fields.Char(readonly=True)
    challenger = fields.Char(readonly=True)
    mark = fields.Char("Content hash", readonly=True)
    rows = fields.Integer("Rows measured", readonly=True, aggregator=None)
    figures = fields.Text(readonly=True)
    note = fields.Char("Why", readonly=True)
    change_id = fields.Many2one("gatehouse.change", "Sign-off", readonly=True, ondelete="set null")
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)

    def _job(self, step):
        """The name of a step's job: the sidecar keeps results by it, longer than this database may live."""
        return f"{step}:{self.id}:{settings.database_mark(self.env)}"

    def _measured(self, given):
        """Figures are there: ask for the sign-offs of a better challenger, keep the reason of another one.

        What is no result is told like a failure, not refused: whoever asks again gets the same answer.
        """
        texts = ("mark", "why", "champion", "challenger", "table")
        if not all(isinstance(given.get(name), str) for name in texts) or not isinstance(given.get("better"), bool):
            self._put_off({"reason": self.env._("answer outside the contract: needs the texts %s, and better", ", ".join(texts))})
            return
        values = {
            "champion": given["champion"][:100], "challenger": given["challenger"][:100], "mark": given["mark"][:100],
            "note": given["why"][:1000], "figures": given["table"][:20000], "rows": int(given.get("rows") or 0), "retry_at": False,
        }  # fmt: skip
        if not given["better"]:
            self.write({**values, "outcome": "worse", "ended_at": fields.Datetime.now()})
            return
        known = {name: given.get(name) for name in ("champion", "challenger", "since", "until", "rows", "trained_rows", "champion_saw_the_days")}
        detail = "\n\n".join([given["why"], given["table"], json.dumps(known, indent=2)])
        subject = f"{self.subject} {given['challenger']}"
        change = self.env["gatehouse.change"]._ask("model", subject[:200], given["mark"][:100], detail[:20000])
        self.write({**values, "outcome": "requested", "change_id": change.id, "attempts": 0})
        self._told(False)

    def _promotion(self):
        return {
            "id": self._job("promote"), "kind": "promote", "subject": self.subject, "mark": self.mark,
            "reason": f"{self.change_id.name} signed off"[:200],
        }  # fmt: skip

    def _promoted(self, given):
        if given.get("mark") != self.mark:
            self._put_off({"reason": self.env._("the answer is about another challenger")})
            return
        if self.change_id.state == "approved":
            self.change_id._take_effect(self.note or "")
        self.write({"outcome": "promoted", "ended_at": fields.Datetime.now(), "retry_at": False})
        self._told(False)

    def _put_off(self, given):
        """Not done: later again, and after some attempts never; a person is told. A job that still runs is no failure."""
        if given.get("waiting") is True:
            return
        reason = str(given.get("reason") or self.env._("no answer"))[:1000]
        attempts = self.attempts + 1
        pause = datetime.timedelta(minutes=PAUSE * 2 ** min(attempts - 1, 6))
        values = {"attempts": attempts, "note": reason, "retry_at": fields.Datetime.now() + pause}
        if attempts >= MOST_ATTEMPTS and self.outcome == "asked":
            values |= {"outcome": "failed", "ended_at": fields.Datetime.now()}
        self.write(values)
        self._told(reason)

    def _told(self, reason):
        key = f"retraining:{self.subject}"
        Queue = self.env["gatehouse.exception"].sudo()
        found = Queue.search([("key", "=", key), ("state", "=", "open")])
        if reason and not found:
            what = self.env._("promoted") if self.outcome == "requested" else self.env._("retrained")
            Queue._open(
                key, "workflow", self.env._("The model %(subject)s is not %(what)s", subject=self.subject, what=what),
                detail=self.env._(
                    "%s\nThe model before it goes on serving. It is tried again after a pause, and *Train now* does so at once; see whether the sidecar "
                    "runs (`gatehouse jobs list` says how its jobs stand).", reason),
            )  # fmt: skip
        elif not reason and found:
            found._close(self.env._("Done meanwhile"))
