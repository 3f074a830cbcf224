from odoo import api, models

#: Days whose checks say where the cut lies, and the fewest documents among them that do.
DAYS, LEAST = 28, 100

#: How many documents there were, over how many days, and of them the `%(within)s`-th strangest and the next below the strangest.
#: A document counts once, by the strangest measure that the budget cuts, however often it was asked about. Measures are
#: rounded up to the digits that a cut is kept with, so that exactly those counted above it lie above it.
STRANGEST = """
    WITH measured AS (
        SELECT e.res_model, e.res_id, ceil(max((c.measures->cut.measure->>'value')::numeric) * 1000000) / 1000000 AS strangest
          FROM gatehouse_event e JOIN gatehouse_check c ON c.event_id = e.id
          JOIN unnest(%(codes)s, %(measures)s) AS cut(code, measure) ON cut.code = c.code
         WHERE e.policy_id = ANY(%(policies)s) AND e.occurred_at > (now() AT TIME ZONE 'utc') - make_interval(days => %(days)s)
           AND c.available AND c.measures->cut.measure->>'value' IS NOT NULL
         GROUP BY e.res_model, e.res_id)
    SELECT (SELECT count(*) FROM measured),
           (SELECT strangest FROM measured ORDER BY strangest DESC OFFSET %(within)s LIMIT 1),
           (SELECT max(strangest) FROM measured WHERE strangest < (SELECT max(strangest) FROM measured))
"""


class GatehousePolicy(models.Model):
    """How many documents a day are strange enough for a person: the budget of a policy, as a cut of its measures."""

    _inherit = "gatehouse.policy"

    def _alert_cut(self):
        """The measure above which about `alert_budget` documents a day lay in the last 28 days of this policy."""
        cut_by_budget = self.check_ids.filtered("use_alert_budget")
        if not self.alert_budget or not cut_by_budget:
            return 0.0
        policies = self._versions().ids
        asked, days = self._asked(policies)
        self.env.cr.execute(STRANGEST, {
            "codes": cut_by_budget.mapped("code"), "measures": cut_by_budget.mapped("measure"),
            "policies": policies, "days": DAYS, "within": int(self.alert_budget * days),
        })
        count, cut, below_the_strangest = self.env.cr.fetchone()
        if count < LEAST:
            return self._cut_by_volume(asked / days)
        # Where more documents share the highest measure than fit, they are told all the same: a cut there would silence every one.
        return float(max(0, min(cut, below_the_strangest or 0))) if cut is not None else 0.0

    def _cut_by_volume(self, volume):
        """As if a document's measure were its rank among documents; of a document of many lines it is its strangest line's."""
        return max(0.0, 1.0 - self.alert_budget / volume) if volume else 0.0

    def _asked(self, policies):
        """(documents that were asked about by these policies in the last 28 days, days since the first of them, at least one)"""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT count(DISTINCT (res_model, res_id)),
                      coalesce(extract(epoch FROM (now() AT TIME ZONE 'utc') - min(occurred_at)) / 86400, 0)
                 FROM gatehouse_event
                WHERE policy_id = ANY(%s) AND occurred_at > (now() AT TIME ZONE 'utc') - make_interval(days => %s)""",
            [policies, DAYS],
        )
        count, days = self.env.cr.fetchone()
        return count, max(1.0, float(days))

    def _versions(self):
        """This policy and those that it took the place of: a new version knows what the old one saw."""
        versions = self.sudo()
        while versions[-1:].supersedes_id - versions:
            versions |= versions[-1:].supersedes_id
        return versions

    @api.model
    def _cron_alert_cuts(self):
        for policy in self.sudo().search([("state", "=", "active"), ("alert_budget", ">", 0)]):
            policy._transition({"alert_cut": policy._alert_cut()})
