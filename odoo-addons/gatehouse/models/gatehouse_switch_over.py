import datetime

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

DAYS = 28
OUTCOMES = ("pass", "auto", "review", "forbid")


class GatehousePolicy(models.Model):
    """From observing to enforcing, with what was observed in sight."""

    _inherit = "gatehouse.policy"

    observed = fields.Html(compute="_compute_observed", compute_sudo=True, sanitize=False)

    def _observed_numbers(self, days=DAYS):
        """What the last days' documents got from this policy: {"pass": n, "auto": n, "review": n, "forbid": n}.

        Counted from the decision log, where each passed gate wrote every control's outcome, observed or enforced.
        """
        self.ensure_one()
        since = (fields.Datetime.now() - datetime.timedelta(days=days)).isoformat()
        self.env["gatehouse.decision"].flush_model()
        self.env.cr.execute(
            """SELECT c->>'outcome', count(DISTINCT (d.content->>'res_model', d.content->>'res_id'))
                 FROM gatehouse_decision d CROSS JOIN LATERAL jsonb_array_elements(d.content->'controls') c
                WHERE d.content->>'at' >= %s AND jsonb_typeof(d.content->'controls') = 'array'
                  AND (c->>'policy')::int = %s AND (c->>'version')::int = %s
                GROUP BY 1""",
            [since, self.id, self.version],
        )
        return dict.fromkeys(OUTCOMES, 0) | dict(self.env.cr.fetchall())

    def _compute_observed(self):
        for policy in self:
            source = policy if policy.mode == "observing" else policy.supersedes_id
            shown = source if source.mode == "observing" and source.state in ("active", "retired") else source.browse()
            policy.observed = shown._observed_html() if shown else False

    def _observed_html(self):
        numbers = self._observed_numbers()
        total = sum(numbers.values())
        if not total:
            return Markup("<p>%s</p>") % self.env._("Nothing was observed in the last %s days.", DAYS)
        labels = dict(self.env["gatehouse.policy.band"]._fields["outcome"]._description_selection(self.env))
        rows = Markup("").join(
            Markup("<tr><td>%s</td><td class='text-end'>%s</td><td class='text-end'>%.1f %%</td></tr>")
            % (labels[outcome], numbers[outcome], 100.0 * numbers[outcome] / total)
            for outcome in OUTCOMES
        )
        text = self.env._(
            "What this policy would have decided on %(count)s documents of the last %(days)s days; %(rate)s reviews a day.",
            count=total,
            days=DAYS,
            rate=f"{numbers['review'] / DAYS:.1f}",
        )
        return Markup("<p>%s</p><table class='table table-sm w-auto'>%s</table>") % (text, rows)

    def action_switch_over(self):
        """A new version that enforces, in review; the board activates it with the observed numbers in sight."""
        self.ensure_one()
        if not self.env.user.has_group("gatehouse.group_policy_author"):
            raise AccessError(self.env._("Your role does not allow this on a policy."))
        if self.state != "active" or self.mode != "observing":
            raise UserError(self.env._("%s is not an active policy that observes.", self.name))
        numbers = self._observed_numbers()
        action = self.action_new_version()
        draft = self.browse(action["res_id"])
        draft.write({"mode": "enforcing"})
        draft.action_submit()
        self.env["gatehouse.decision"]._append(
            "switch_over_asked", draft, control=self.control, observed=numbers, days=DAYS
        )
        return action
