from odoo import api, fields, models


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
    reason_text = fields.Text(compute="_compute_reason_text", string="What it says")

    _event_code_unique = models.UniqueIndex("(event_id, code)")

    @api.depends("code", "score", "source", "available")
    def _compute_title(self):
        for check in self:
            check.title = (check.code or "").replace("_", " ").capitalize()
            check.score_text = f"{check.score:.2f}" if check.source == "sidecar" and check.available else ""

    @api.depends("reasons", "verdict_text")
    def _compute_reason_text(self):
        for check in self:
            texts = [reason.get("text", "") for reason in check.reasons or []]
            check.reason_text = "\n".join(filter(None, [check.verdict_text, *texts]))
