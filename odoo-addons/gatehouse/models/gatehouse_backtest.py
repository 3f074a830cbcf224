import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

#: As many as Odoo reads together.
BATCH = 1000
#: Of a compiled policy, what judges a value or is told with it; the rest says how it is measured.
JUDGING = frozenset(
    (
        "id", "name", "version", "mode", "alert_cut", "auto_suspended", "bands", "checks", "cumulative", "break_glass_cap",
        "auto_sample", "fallback", "purpose", "owner", "manual_procedure",
    )
)  # fmt: skip


class GatehouseBacktest(models.Model):
    """What a draft would have done to the documents of the last days. No document is changed."""

    _name = "gatehouse.backtest"
    _description = "Gatehouse back-test"
    _rec_name = "policy_id"
    _order = "id desc"

    policy_id = fields.Many2one("gatehouse.policy", required=True, readonly=True, ondelete="cascade")
    days = fields.Integer(default=90, required=True, readonly=True)
    res_model = fields.Char(readonly=True)
    state = fields.Selection([("running", "Running"), ("done", "Done")], default="running", readonly=True)
    document_count = fields.Integer("Documents", readonly=True)
    done_count = fields.Integer("Judged", readonly=True)
    last_id = fields.Integer(readonly=True)
    baseline = fields.Boolean(readonly=True, help="Its days count as the time before in the figures.")
    progress = fields.Float(compute="_compute_progress")
    line_ids = fields.One2many("gatehouse.backtest.line", "backtest_id", readonly=True)
    review_count = fields.Integer("Reviews", compute="_compute_numbers")
    forbid_count = fields.Integer("Refusals", compute="_compute_numbers")
    reviews_a_day = fields.Float("Reviews a day", compute="_compute_numbers", digits=(16, 2))
    reviews_by_role = fields.Char("A day, by role", compute="_compute_reviews_by_role")
    value_held = fields.Float("Value held", compute="_compute_numbers", help="Company currency.")
    changed_count = fields.Integer("Different from today", compute="_compute_numbers")

    @api.depends("done_count", "document_count")
    def _compute_progress(self):
        for test in self:
            test.progress = 100.0 * test.done_count / test.document_count if test.document_count else 100.0

    @api.depends("line_ids", "done_count")
    def _compute_numbers(self):
        """Counted by the database: a back-test of a large company stops thousands."""
        groups = self.env["gatehouse.backtest.line"]._read_group(
            [("backtest_id", "in", self.ids)], ["backtest_id", "outcome", "active_outcome"], ["__count", "amount:sum"]
        )
        for test in self:
            rows = [group[1:] for group in groups if group[0] == test]
            test.review_count = sum(count for outcome, _today, count, _amount in rows if outcome == "review")
            test.forbid_count = sum(count for outcome, _today, count, _amount in rows if outcome == "forbid")
            test.reviews_a_day = test.review_count / max(1, test.days)
            test.value_held = sum(amount for outcome, _today, _count, amount in rows if outcome in ("review", "forbid"))
            test.changed_count = sum(count for outcome, today, count, _amount in rows if outcome != today)

    @api.depends("line_ids", "done_count")
    def _compute_reviews_by_role(self):
        """Whom the reviews would come to; those that several sign count for who signs first."""
        groups = self.env["gatehouse.backtest.line"]._read_group(
            [("backtest_id", "in", self.ids), ("outcome", "=", "review")], ["backtest_id", "role_id"], ["__count"], order="__count desc"
        )
        for test in self:
            roles = [(role, count / max(1, test.days)) for of_test, role, count in groups if of_test == test]
            test.reviews_by_role = ", ".join(f"{role.sudo().full_name}: {a_day:.2f}" for role, a_day in roles)

    # -- starting ------------------------------------------------------------------------------
    @api.model
    def _start(self, policy, days):
        """Begin in the background; the scheduled action goes on with it batch by batch."""
        if not policy.band_ids:
            raise UserError(self.env._("%s has no bands, so there is nothing to replay.", policy.name))
        policy._check_complete()
        name = policy._judged_model()
        if not name:
            raise UserError(policy._no_history_text())
        test = self.sudo().create({"policy_id": policy.id, "days": days, "res_model": name})
        test.document_count = self.env[name].sudo().search_count(test._domain())
        self.env.ref("gatehouse.cron_backtest")._trigger()
        return test

    def _domain(self):
        since = (self.create_date or fields.Datetime.now()) - datetime.timedelta(days=self.days)
        documents = self.env[self.res_model]
        domain = [*documents._gatehouse_dated(">=", since), *documents._gatehouse_past_transition()]
        if self.policy_id.company_id:
            domain.append(("company_id", "=", self.policy_id.company_id.id))
        return domain

    def action_use_as_baseline(self):
        """Let the figures compare with what this policy would have asked for before it was there."""
        self.ensure_one()
        if not self.env.user.has_group("gatehouse.group_policy_author"):
            raise AccessError(self.env._("Only a policy author chooses the baseline."))
        if self.state != "done":
            raise UserError(self.env._("The back-test of %s still runs.", self.policy_id.name))
        others = self.sudo().search([("policy_id.control", "=", self.policy_id.control), ("baseline", "=", True)])
        others.write({"baseline": False})
        self.sudo().baseline = True
        self.env["gatehouse.kpi"].sudo()._refresh(400)

    # -- judging -------------------------------------------------------------------------------
    @api.model
    def _cron_run(self):
        for test in self.sudo().search([("state", "=", "running")], order="id"):
            memory = {}
            while test.state == "running":
                test._run_batch(memory)
                self.env["ir.cron"]._commit_progress(1)

    def _run_batch(self, memory):
        """Judge the next documents with the gate's own evaluator.

        :param memory: what the batches of one run share, such as the price list's price of equal lines
        """
        documents = self.env[self.res_model].search([*self._domain(), ("id", ">", self.last_id)], order="id", limit=BATCH)
        documents._gatehouse_read_ahead()
        documents = documents._gatehouse_together(memory, replay=True)
        rows = []
        control, live = self.policy_id.control, self._live()
        scopes = {document.id: document._gatehouse_scope() for document in documents}
        active = self.env["gatehouse.policy"]._match(scopes, [control])
        for document in documents:
            today = active[document.id].get(control)
            place = ("place", *map(str, scopes[document.id].values()), today and today["id"])
            if place not in memory:
                memory[place] = self._takes_over(scopes[document.id], today)
            draft = live if memory[place] else today
            verdict, verdict_today = self._judge(document, control, draft, today)
            if verdict["outcome"] != "pass" or verdict_today["outcome"] != "pass":
                rows.append(self._row(document, verdict, verdict_today))
        self._append(rows)
        self.write({"done_count": self.done_count + len(documents), "last_id": documents[-1:].id or self.last_id})
        if len(documents) < BATCH:
            self.state = "done"
        self.env.invalidate_all()

    def _live(self):
        """The draft compiled as if it were in force."""
        policy = self.policy_id
        live = {"id": policy.id, "name": policy.name, "version": policy.version, "mode": "enforcing", "alert_cut": 0.0}
        return {**policy._compile(), **live}

    def _takes_over(self, scope, current):
        """Whether the draft would apply if it were in force: where it fits and is at least as specific as today's policy."""
        policy = self.policy_id
        if policy._misses(scope):
            return False
        replaced = current and self.env["gatehouse.policy"].browse(current["id"])
        return not (replaced and replaced != policy.supersedes_id and replaced.specificity > policy.specificity)

    def _judge(self, document, control, draft, today):
        """The gate's verdicts on this control alone, with the draft and today.

        The value is measured once where both policies measure it alike.
        """
        nothing = {"outcome": "pass", "value": 0.0, "role_ids": [], "text": ""}
        before = document._gatehouse_judge_bands({control: draft} if draft else {})
        with_draft = before[0] if before else nothing
        if not today or today is draft:
            return with_draft, with_draft if today else nothing
        if before and document._gatehouse_remembered(
            ("alike", draft["id"], today["id"]), lambda: self._measure_alike(document, control, draft, today)
        ):
            return with_draft, document._gatehouse_verdict(control, today, with_draft["value"], with_draft["text"])
        after = document._gatehouse_judge_bands({control: today})
        return with_draft, after[0] if after else nothing

    @api.model
    def _measure_alike(self, document, control, draft, today):
        """Whether two compiled policies agree in what may change the value itself: the named settings, else all but what judges or tells."""
        names = document._gatehouse_measured_by(control)
        return all(
            draft.get(name) == today.get(name)
            for name in draft.keys() | today.keys()
            if (name not in JUDGING if names is None else name in names)
        )

    def _append(self, rows):
        """Many rows by few statements: a draft may stop half of a company's documents. Nothing hangs on their creation."""
        if rows:
            names = ", ".join(rows[0])
            statement = f"INSERT INTO gatehouse_backtest_line ({names}) VALUES %s"
            self.env.cr.execute_values(statement, [tuple(row.values()) for row in rows], page_size=BATCH)

    def _row(self, document, draft, today):
        return {
            "backtest_id": self.id,
            "res_id": document.id,
            "res_name": document.display_name,
            "date": document._gatehouse_replayed_at(),
            "amount": document._gatehouse_amount(),
            "outcome": draft["outcome"],
            "active_outcome": today["outcome"],
            "role_id": (draft["role_ids"] or [None])[0] if draft["outcome"] == "review" else None,
            "text": draft["text"],
        }

    def action_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Back-test of %s", self.policy_id.name),
            "res_model": "gatehouse.backtest.line",
            "view_mode": "graph,list,pivot",
            "domain": [("backtest_id", "=", self.id)],
        }


class GatehouseBacktestLine(models.Model):
    """A document that the draft or today's policy would stop."""

    _name = "gatehouse.backtest.line"
    _description = "Document of a Gatehouse back-test"
    _rec_name = "res_name"
    _order = "date desc, id desc"

    backtest_id = fields.Many2one("gatehouse.backtest", required=True, index=True, ondelete="cascade", readonly=True)
    res_model = fields.Char(related="backtest_id.res_model")
    res_id = fields.Integer(readonly=True)
    res_name = fields.Char("Document", readonly=True)
    date = fields.Datetime(readonly=True)
    amount = fields.Float(readonly=True, help="Company currency.")
    outcome = fields.Selection(
        [("pass", "Passes"), ("auto", "By rule"), ("review", "Review"), ("forbid", "Refused")],
        string="With the draft",
        readonly=True,
    )
    active_outcome = fields.Selection(
        [("pass", "Passes"), ("auto", "By rule"), ("review", "Review"), ("forbid", "Refused")], string="Today", readonly=True
    )
    role_id = fields.Many2one("res.groups", string="Reviewed by", readonly=True)
    text = fields.Char(string="Why", readonly=True)


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    backtest_days = fields.Integer("Back-test over (days)", default=90)

    @api.constrains("backtest_days")
    def _check_backtest_days(self):
        if any(policy.backtest_days < 1 for policy in self):
            raise ValidationError(self.env._("A back-test looks back over one day or more."))

    def _judged_model(self):
        """The Odoo model whose gate asks for this control."""
        for name in self.env.registry:
            model = self.env[name]
            if not model._abstract and hasattr(model, "_gatehouse_controls") and self.control in model._gatehouse_controls():
                return name
        return None

    def _no_history_text(self):
        """Why there is nothing to replay of a control that judges no documents, such as a change of master data, and what to do instead."""
        return self.env._(
            '"%(control)s" is judged by the values of the moment in which somebody asks for it, such as the limit before and after a change. '
            'Odoo keeps no history of them, so there is nothing to replay. Activate "%(policy)s" in observing mode: it stops nothing, '
            "and its page shows what it would have decided before you switch it to enforcing.",
            control=dict(self._fields["control"]._description_selection(self.env))[self.control], policy=self.name,
        )  # fmt: skip

    def action_backtest(self):
        """Replay the days that the policy names, in the background."""
        self.ensure_one()
        self._require_group("group_policy_author")
        test = self.env["gatehouse.backtest"]._start(self, self.backtest_days)
        return {"type": "ir.actions.act_window", "res_model": test._name, "res_id": test.id, "view_mode": "form"}
