from collections import namedtuple

from odoo import api, models
from odoo.exceptions import AccessError

#: One figure for monitoring. rows: a statement of (value, *labels) for now, over all companies.
Gauge = namedtuple("Gauge", "name help labels rows")

GAUGES = (
    Gauge(
        "gatehouse_events", "Events of the outbox by state, of the last 30 days; acknowledged ones left out", ("state",),
        """SELECT count(*), state FROM gatehouse_event WHERE state <> 'acknowledged'
              AND occurred_at > (now() AT TIME ZONE 'utc') - interval '30 days' GROUP BY state""",
    ),
    Gauge(
        "gatehouse_oldest_event_seconds", "Age of the oldest event that is neither acknowledged nor dead", (),
        """SELECT coalesce(extract(epoch FROM (now() AT TIME ZONE 'utc') - min(occurred_at)), 0) FROM gatehouse_event
            WHERE state IN ('pending', 'leased', 'delivered')""",
    ),
    Gauge(
        "gatehouse_acknowledge_seconds", "From commit to acknowledged, of the last hour", ("quantile",),
        """SELECT coalesce(percentile_cont(q) WITHIN GROUP (
                    ORDER BY extract(epoch FROM acknowledged_at - occurred_at)), 0), q::text
             FROM unnest(ARRAY[0.5, 0.95]) q LEFT JOIN gatehouse_event ON
                  acknowledged_at > (now() AT TIME ZONE 'utc') - interval '1 hour' GROUP BY q""",
    ),
    Gauge(
        "gatehouse_holds_open", "Open holds", ("kind", "control"),
        "SELECT count(*), kind, control FROM gatehouse_hold WHERE state = 'open' GROUP BY kind, control",
    ),
    Gauge(
        "gatehouse_reviews_overdue", "Signatures past the time they were due", (),
        """SELECT count(*) FROM gatehouse_approval_step
            WHERE state = 'open' AND due_at < (now() AT TIME ZONE 'utc')""",
    ),
    Gauge(
        "gatehouse_exceptions_open", "Open exceptions", ("category",),
        "SELECT count(*), category FROM gatehouse_exception WHERE state = 'open' GROUP BY category",
    ),
    Gauge(
        "gatehouse_exceptions_overdue", "Open exceptions past their deadline; those of monitoring left out, which would keep their own alert alive", (),
        """SELECT count(*) FROM gatehouse_exception
            WHERE state = 'open' AND category <> 'monitoring' AND deadline < (now() AT TIME ZONE 'utc')""",
    ),
    Gauge(
        "gatehouse_effects", "Mails and bookings that are not done", ("kind", "state"),
        "SELECT count(*), kind, state FROM gatehouse_effect WHERE state <> 'done' GROUP BY kind, state",
    ),
    Gauge(
        "gatehouse_checks_unavailable_ratio", "Share of the last hour's checks that nobody answered", ("check",),
        """SELECT avg((verdict = 'unavailable')::int), code FROM gatehouse_check
            WHERE observed_at > (now() AT TIME ZONE 'utc') - interval '1 hour' GROUP BY code""",
    ),
    Gauge(
        "gatehouse_kpi", "The newest day of each figure, its mean over companies and sites", ("metric",),
        """SELECT avg(value), metric FROM gatehouse_kpi k WHERE basis = 'measured'
              AND day = (SELECT max(day) FROM gatehouse_kpi WHERE metric = k.metric AND basis = 'measured')
            GROUP BY metric""",
    ),
)  # fmt: skip


class GatehouseMetrics(models.AbstractModel):
    """Figures for monitoring: counts without names of people or documents."""

    _name = "gatehouse.metrics"
    _description = "Gatehouse figures for monitoring"

    @api.model
    def read_gauges(self):
        """What stands in the tables now.

        :return: [{"name", "help", "labels": [names], "samples": [[[label values], value]]}]
        """
        user = self.env.user
        allowed = ("gatehouse.group_bot", "gatehouse.group_operations_manager", "gatehouse.group_auditor")
        if not (self.env.su or any(user.has_group(group) for group in allowed)):
            raise AccessError(self.env._("Only the integration, operations managers and auditors read these figures."))
        self.env.flush_all()
        return [self._read_gauge(gauge) for gauge in GAUGES]

    def _read_gauge(self, gauge):
        self.env.cr.execute(gauge.rows)
        samples = [[[str(label) for label in row[1:]], float(row[0] or 0)] for row in self.env.cr.fetchall()]
        return {"name": gauge.name, "help": gauge.help, "labels": list(gauge.labels), "samples": samples}
