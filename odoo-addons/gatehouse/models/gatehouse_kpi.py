from dataclasses import dataclass

from odoo import api, fields, models, tools
from odoo.tools import SQL

DAYS = 3
#: The unit of money among the figures; a card names the currency of its company.
COMPANY_CURRENCY = "company currency"


@dataclass(frozen=True)
class Metric:
    """One figure a day.

    rows: SQL that gives day, company_id, warehouse_id, value, samples for %(since)s and later.
    fold: how days add up, "sum" or "mean" (weighted by samples).
    better: "less", "more" or "" when neither is.
    basis: where it comes from, a value of `gatehouse.kpi.basis`.
    """

    key: str
    label: str
    unit: str
    fold: str
    better: str
    rows: str
    basis: str = "measured"


CORE = (
    Metric(
        "reviews", "Reviews asked for", "a day", "sum", "",
        """SELECT placed_at::date, company_id, warehouse_id, count(*), count(*) FROM gatehouse_hold
            WHERE kind = 'review' AND placed_at >= %(since)s GROUP BY 1, 2, 3""",
    ),
    Metric(
        "held_value", "Value that waited", COMPANY_CURRENCY, "sum", "",
        """SELECT a.requested_at::date, a.company_id, h.warehouse_id, sum(a.amount), count(*)
             FROM gatehouse_approval a JOIN gatehouse_hold h ON h.id = a.hold_id
            WHERE a.requested_at >= %(since)s GROUP BY 1, 2, 3""",
    ),
    Metric(
        "review_hours", "Hours to a decision", "h", "mean", "less",
        """SELECT released_at::date, company_id, warehouse_id,
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM released_at - placed_at)) / 3600, count(*)
             FROM gatehouse_hold WHERE kind = 'review' AND state = 'released' AND released_at >= %(since)s GROUP BY 1, 2, 3""",
    ),
    Metric(
        "in_time", "Decided in time", "%", "mean", "more",
        """SELECT s.decided_at::date, s.company_id, h.warehouse_id,
                  100.0 * avg((s.decided_at <= s.due_at AND s.escalated_role_id IS NULL)::int), count(*)
             FROM gatehouse_approval_step s JOIN gatehouse_approval a ON a.id = s.approval_id
             JOIN gatehouse_hold h ON h.id = a.hold_id
            WHERE s.decided_at >= %(since)s GROUP BY 1, 2, 3""",
    ),
    Metric(
        "override_rate", "AI findings overruled", "%", "mean", "less",
        # What a person said of an answer by a click, else what became of the review that its warning asked for.
        """SELECT at::date, company_id, warehouse_id, 100.0 * avg(wrong::int), count(*) FROM (
               SELECT c.reviewed_at AS at, c.company_id, c.review = 'wrong' AS wrong,
                      (SELECT max(h.warehouse_id) FROM gatehouse_hold h WHERE h.event_id = c.event_id) AS warehouse_id
                 FROM gatehouse_check c WHERE c.reviewed_at >= %(since)s
                UNION ALL
               SELECT s.decided_at, s.company_id, s.state = 'approved', h.warehouse_id
                 FROM gatehouse_approval_step s JOIN gatehouse_approval a ON a.id = s.approval_id
                 JOIN gatehouse_hold h ON h.id = a.hold_id JOIN gatehouse_check c ON c.event_id = h.event_id
                WHERE s.decided_at >= %(since)s AND (s.state = 'rejected' OR s.state = 'approved' AND h.state = 'released' AND NOT EXISTS (
                      SELECT 1 FROM gatehouse_approval_step n WHERE n.approval_id = a.id AND n.sequence > s.sequence))
                  AND c.source = 'sidecar' AND c.verdict = 'fail' AND c.review IS NULL
                  AND h.reasons @> jsonb_build_array(jsonb_build_object('code', c.code))) said
            GROUP BY 1, 2, 3""",
    ),
    Metric(
        "degraded", "Checks without an answer", "%", "mean", "less",
        """SELECT observed_at::date, company_id, NULL::int, 100.0 * avg((verdict = 'unavailable')::int), count(*)
             FROM gatehouse_check WHERE observed_at >= %(since)s GROUP BY 1, 2""",
    ),
    Metric(
        "exceptions", "Exceptions opened", "a day", "sum", "less",
        """SELECT create_date::date, company_id, warehouse_id, count(*), count(*) FROM gatehouse_exception
            WHERE create_date >= %(since)s GROUP BY 1, 2, 3""",
    ),
    Metric(
        "exception_hours", "Hours to resolve an exception", "h", "mean", "less",
        """SELECT resolved_at::date, company_id, warehouse_id,
                  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - create_date)) / 3600, count(*)
             FROM gatehouse_exception WHERE state = 'resolved' AND resolved_at >= %(since)s GROUP BY 1, 2, 3""",
    ),
    Metric(
        "undelivered", "Events not delivered", "%", "mean", "less",
        """SELECT occurred_at::date, company_id, NULL::int, 100.0 * avg((state = 'dead')::int), count(*)
             FROM gatehouse_event WHERE occurred_at >= %(since)s GROUP BY 1, 2""",
    ),
    Metric(
        "break_glass", "Break-glass used", "a day", "sum", "less",
        """SELECT placed_at::date, company_id, warehouse_id, count(*), count(*) FROM gatehouse_hold
            WHERE kind = 'break_glass' AND placed_at >= %(since)s GROUP BY 1, 2, 3""",
    ),
    Metric(
        "reviews", "Reviews asked for", "a day", "sum", "",
        """SELECT (d.content->>'at')::timestamp::date, p.company_id, p.warehouse_id, count(*), count(*)
             FROM gatehouse_decision d
             CROSS JOIN LATERAL jsonb_array_elements(d.content->'controls') c
             LEFT JOIN gatehouse_policy p ON p.id = (c->>'policy')::int
            WHERE d.content->>'at' >= %(since_text)s AND jsonb_typeof(d.content->'controls') = 'array'
              AND c->>'mode' = 'observing' AND c->>'outcome' = 'review' GROUP BY 1, 2, 3""",
        basis="observing",
    ),
    Metric(
        "reviews", "Reviews asked for", "a day", "sum", "",
        """SELECT l.date::date, p.company_id, p.warehouse_id, count(*), count(*)
             FROM gatehouse_backtest_line l JOIN gatehouse_backtest b ON b.id = l.backtest_id
             JOIN gatehouse_policy p ON p.id = b.policy_id
            WHERE l.outcome = 'review' AND l.date >= %(since)s AND b.baseline GROUP BY 1, 2, 3""",
        basis="backtest",
    ),
)  # fmt: skip


class GatehouseKpi(models.Model):
    """One figure, day, company and site; days are UTC. Refreshed each night, never written by people."""

    _name = "gatehouse.kpi"
    _description = "Gatehouse figure"
    _rec_name = "label"
    _order = "day desc, metric"
    _log_access = False

    day = fields.Date(required=True, readonly=True)
    metric = fields.Char(required=True, readonly=True)
    label = fields.Char("Figure", readonly=True)
    unit = fields.Char(readonly=True)
    fold = fields.Selection([("sum", "Sum"), ("mean", "Mean")], readonly=True)
    better = fields.Char(readonly=True)
    basis = fields.Selection(
        [
            ("measured", "Measured"),
            ("observing", "Observed before enforcing"),
            ("backtest", "Back-tested"),
            ("before", "From dates before Gatehouse"),
        ],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", string="Site", readonly=True)
    value = fields.Float(readonly=True, aggregator="avg")
    samples = fields.Integer(readonly=True, help="How many decisions, documents or checks stand behind it.")

    _of_day = models.Index("(metric, basis, day)")

    @api.model
    def _metrics(self):
        """Every figure; areas add their own."""
        return list(CORE)

    @api.model
    def _cron_refresh(self):
        """The last days anew, and everything the first time."""
        self.sudo()._refresh(DAYS if self.sudo().search_count([], limit=1) else 400)

    @api.model
    def _metric_parameters(self):
        """What the statements of the figures may name besides `since` and `since_text`."""
        return {}

    def _refresh(self, days):
        """Compute the days since `days` days ago anew, one statement a figure."""
        since = fields.Date.subtract(fields.Date.today(), days=days)
        self.env.flush_all()
        names = {(metric.key, metric.basis) for metric in self._metrics()}
        for key, basis in names:
            self.env.cr.execute(
                "DELETE FROM gatehouse_kpi WHERE metric = %s AND basis = %s AND day >= %s", [key, basis, since]
            )
        known = {**self._metric_parameters(), "since": since, "since_text": since.isoformat()}
        for metric in self._metrics():
            rows = SQL(metric.rows, **{name: value for name, value in known.items() if f"%({name})s" in metric.rows})
            self.env.cr.execute(
                SQL(
                    """INSERT INTO gatehouse_kpi (day, company_id, warehouse_id, value, samples, metric, label, unit, fold,
                                                  better, basis)
                       SELECT rows.*, %s, %s, %s, %s, %s, %s FROM (%s) rows""",
                    metric.key, metric.label, metric.unit, metric.fold, metric.better, metric.basis, rows,
                )
            )  # fmt: skip
        self.env.invalidate_all()


class GatehouseKpiCard(models.Model):
    """A figure's last seven days beside the four weeks before them, or beside the time before Gatehouse."""

    _name = "gatehouse.kpi.card"
    _description = "Gatehouse figure of the week"
    _rec_name = "label"
    _auto = False
    _order = "label"

    metric = fields.Char(readonly=True)
    label = fields.Char(readonly=True)
    unit = fields.Char(readonly=True)
    better = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    value = fields.Float("Last 7 days", readonly=True)
    samples = fields.Integer(readonly=True)
    baseline = fields.Float(readonly=True)
    basis = fields.Selection(
        [
            ("measured", "the 4 weeks before"),
            ("observing", "while only observing"),
            ("backtest", "the back-test"),
            ("before", "before Gatehouse"),
        ],
        string="Compared with",
        readonly=True,
    )
    trend = fields.Selection(
        [("good", "Better"), ("bad", "Worse"), ("same", "No clear change")], compute="_compute_trend"
    )
    value_text = fields.Char(compute="_compute_trend")
    unit_text = fields.Char(compute="_compute_trend")
    baseline_text = fields.Char(compute="_compute_trend")

    def _compute_trend(self):
        """Nothing is called better or worse of two figures that read the same."""
        for card in self:
            card.value_text = card._shown(card.value)
            money = card.unit == COMPANY_CURRENCY and card.company_id.currency_id
            card.unit_text = self.env._("%s a day", money.name) if money else card.unit
            card.baseline_text = card._shown(card.baseline) if card.basis else False
            near = abs(card.value - card.baseline) <= 0.05 * max(abs(card.value), abs(card.baseline))
            less = card.value < card.baseline
            known = card.basis and card.better and not near and card.value_text != card.baseline_text
            card.trend = ("good" if less == (card.better == "less") else "bad") if known else "same"

    def _shown(self, value):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            """
            CREATE VIEW gatehouse_kpi_card AS
            WITH folded AS (
                SELECT metric, label, unit, better, fold, company_id,
                       CASE WHEN basis <> 'measured' THEN basis
                            WHEN day > current_date - 7 THEN 'now' ELSE 'measured' END AS part,
                       sum(value) AS total, sum(value * samples) AS weighted, sum(samples) AS samples,
                       greatest(1, CASE WHEN basis = 'measured' AND day > current_date - 7 THEN 7
                                        WHEN basis = 'measured' THEN 28
                                        ELSE max(day) - min(day) + 1 END) AS days
                  FROM gatehouse_kpi
                 WHERE basis <> 'measured' OR day > current_date - 35
                 GROUP BY metric, label, unit, better, fold, company_id, basis, (day > current_date - 7)
            ), figures AS (
                SELECT *, CASE WHEN fold = 'sum' THEN total / days ELSE weighted / nullif(samples, 0) END AS figure
                  FROM folded
            )
            SELECT row_number() OVER (ORDER BY n.metric, n.company_id) AS id, n.metric, n.label, n.unit, n.better,
                   n.company_id, n.figure AS value, n.samples, b.figure AS baseline, b.part AS basis
              FROM figures n
              LEFT JOIN LATERAL (
                   SELECT figure, part FROM figures b
                    WHERE b.metric = n.metric AND b.company_id IS NOT DISTINCT FROM n.company_id AND b.part <> 'now'
                    ORDER BY array_position(ARRAY['before', 'observing', 'backtest', 'measured'], b.part) LIMIT 1) b ON true
             WHERE n.part = 'now'
            """
        )
