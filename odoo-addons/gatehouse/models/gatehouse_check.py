from markupsafe import Markup

from odoo import api, fields, models, tools


class GatehouseCheck(models.Model):
    """One set of measures from outside for one event, and what the stamped policy said to it."""

    _name = "gatehouse.check"
    _description = "Gatehouse check"
    _rec_name = "code"
    _order = "id desc"

    event_id = fields.Many2one(
        "gatehouse.event", required=True, readonly=True, index=True, ondelete="cascade"
    )
    code = fields.Char("Code", required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", readonly=True)
    source = fields.Selection(
        [("odoo", "Odoo"), ("partner", "Partner"), ("sidecar", "Sidecar"), ("person", "Person")],
        required=True,
        readonly=True,
    )
    available = fields.Boolean(readonly=True)
    measures = fields.Json(readonly=True)
    score = fields.Float(readonly=True, digits=(16, 4))
    confidence = fields.Float(readonly=True, digits=(16, 4))
    reasons = fields.Json(readonly=True)
    attributes = fields.Json(readonly=True)
    model = fields.Char("Model version", readonly=True)
    degraded = fields.Boolean(readonly=True, help="Rules answered instead of the model.")
    latency_ms = fields.Float(readonly=True)
    observed_at = fields.Datetime(readonly=True)
    verdict = fields.Selection(
        [("pass", "Pass"), ("fail", "Fail"), ("unavailable", "Unavailable")], required=True, readonly=True
    )
    verdict_text = fields.Char(readonly=True)
    fallback = fields.Selection(
        [("release", "Went on"), ("hold", "Held"), ("triage", "Triage")],
        readonly=True,
        string="Fallback used",
    )
    late = fields.Boolean(readonly=True, help="Came after the deadline's fallback.")
    policy_id = fields.Many2one("gatehouse.policy", readonly=True)
    policy_version = fields.Integer(readonly=True)
    title = fields.Char(compute="_compute_title", string="Check")
    score_text = fields.Char(compute="_compute_title", string="Score (text)")
    model_text = fields.Char(compute="_compute_model_text", string="Model and confidence")
    measured_text = fields.Text(compute="_compute_measured_text", string="Measured by")
    reason_text = fields.Text(compute="_compute_reason_text", string="What it says")

    _event_code_unique = models.UniqueIndex("(event_id, code)")

    @api.depends("code", "score", "source", "available")
    def _compute_title(self):
        for check in self:
            check.title = (check.code or "").replace("_", " ").capitalize()
            check.score_text = f"{check.score:.2f}" if check.source == "sidecar" and check.available else ""

    @api.depends("model", "confidence", "degraded")
    def _compute_model_text(self):
        """Which version answered, and how sure it was, as far as it said so: "purchases 2026.11.28, 87 % sure"."""
        for check in self:
            sure = check.confidence and self.env._("%.0f %% sure", 100 * check.confidence)
            rules = check.degraded and self.env._("by rules, without a model")
            check.model_text = ", ".join(filter(None, [not rules and check.model, rules, sure])) or False

    @api.depends("source", "score", "model_text", "observed_at")
    @api.depends_context("tz", "lang")
    def _compute_measured_text(self):
        """Who measured it, how high, by which model, and when: what fits beside the reasons on an order's page."""
        sources = dict(self._fields["source"]._description_selection(self.env))
        for check in self:
            score = check.score_text and self.env._("score %s", check.score_text)
            who = ", ".join(filter(None, [sources.get(check.source), score]))
            at = check.observed_at and tools.format_datetime(self.env, check.observed_at, dt_format="short")
            model = (check.model_text or "").replace(" % ", "\N{NO-BREAK SPACE}%\N{NO-BREAK SPACE}")  # a narrow column breaks before it
            check.measured_text = "\n".join(filter(None, [who, model, at]))

    @api.depends("reasons", "verdict_text")
    def _compute_reason_text(self):
        for check in self:
            texts = [reason.get("text", "") for reason in check.reasons or []]
            check.reason_text = "\n".join(filter(None, [check.verdict_text, *texts]))

    def _measures_row(self):
        """Name, verdict, what it says, and who measured it how surely, on a line or two each."""
        verdict = dict(self._fields["verdict"]._description_selection(self.env))[self.verdict]
        score = self.score_text and self.env._("score %s", self.score_text)
        small = " · ".join(filter(None, [score, self.model_text, self.review_text]))
        return Markup("<li class='mb-1'><strong>%s</strong> %s%s%s</li>") % (
            self.title, verdict,
            Markup("<div style='white-space: pre-line'>%s</div>") % self.reason_text if self.reason_text else "",
            Markup("<div class='text-muted small'>%s</div>") % small if small else "",
        )
