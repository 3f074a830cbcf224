import datetime

import pytz

from odoo import api, fields, models

UTC = datetime.timezone.utc


class GatehouseEscalation(models.AbstractModel):
    """The clock of a decision: a reminder, then the next role, then an exception, on business hours."""

    _name = "gatehouse.escalation"
    _description = "Deadline of a decision"

    remind_at = fields.Datetime(readonly=True)
    due_at = fields.Datetime(readonly=True, string="Decide by")
    reminded = fields.Boolean(readonly=True)
    escalated_role_id = fields.Many2one("res.groups", string="Escalated to", readonly=True)
    overdue = fields.Boolean(readonly=True)
    next_text = fields.Char(compute="_compute_next_text", string="What happens next")

    _clock_running = models.Index("(remind_at, due_at) WHERE state = 'open' AND NOT overdue")

    @api.depends("due_at", "escalated_role_id", "overdue")
    def _compute_next_text(self):
        for step in self:
            if step.overdue:
                step.next_text = self.env._("overdue: with the operations manager")
            elif not step.due_at:
                step.next_text = False
            else:
                local = fields.Datetime.context_timestamp(step, step.due_at).strftime("%Y-%m-%d %H:%M %Z")
                role = step.sudo()._next_role().full_name
                step.next_text = (
                    self.env._("an exception at %s", local)
                    if step.escalated_role_id
                    else self.env._("goes to %(role)s at %(when)s", role=role, when=local)
                )

    def _next_role(self):
        """The role the policy names for what was not decided in time."""
        return self.approval_id.policy_id._next_role()

    def _clock(self):
        """Values of a step whose waiting starts now."""
        policy, company, now = self.approval_id.policy_id, self.approval_id.company_id, fields.Datetime.now()
        remind, due = policy.remind_hours or 4.0, policy.escalate_hours or 8.0
        return {
            "remind_at": self._after(company, now, min(remind, due)),
            "due_at": self._after(company, now, due),
            "reminded": False,
        }

    @api.model
    def _after(self, company, start, hours):
        """The moment `hours` business hours after `start` by the company's calendar, leaves left out.

        Without a usable calendar the hours are wall-clock hours, and somebody is told to make one.

        :param start: naive UTC
        :return: naive UTC
        """
        calendar = company.sudo().resource_calendar_id
        end = calendar and calendar.plan_hours(hours, start.replace(tzinfo=UTC), compute_leaves=True)
        if not end:
            self._calendar_problem(company, self.env._("has no working hours: wall-clock hours are counted"))
            return start + datetime.timedelta(hours=hours)
        if calendar.tz == "UTC" and (elsewhere := self._zone_of(company)):
            self._calendar_problem(company, self.env._("is in UTC, the company's address in %s: set its time zone", elsewhere))
        return end.astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _zone_of(self, company):
        """A time zone of the company's address, its country's where it names none; None where clocks show UTC all year."""
        partner = company.sudo().partner_id
        zones = [partner.tz] if partner.tz else pytz.country_timezones.get(partner.country_id.code or "", [])
        seasons = [datetime.datetime(2026, month, 1) for month in (1, 7)]
        if any(not any(pytz.timezone(zone).utcoffset(moment) for moment in seasons) for zone in zones):
            return None
        return next(iter(zones), None)

    def _calendar_problem(self, company, what):
        key = f"calendar:{company.id}"
        if (
            not self.env["gatehouse.exception"]
            .sudo()
            .search_count([("key", "=", key), ("state", "=", "open")], limit=1)
        ):
            self.env["gatehouse.exception"]._open(
                key,
                "approval",
                self.env._("The working calendar of %(name)s %(what)s", name=company.name, what=what),
                res_model="res.company",
                res_id=company.id,
                company_id=company.id,
            )

    # -- scheduled -----------------------------------------------------------------------------
    @api.model
    def _cron_escalate(self):
        """Remind, escalate, and report what nobody decides. Decided, rejected and voided steps have no clock."""
        now = fields.Datetime.now()
        running = [("state", "=", "open"), ("overdue", "=", False)]
        steps = self.sudo().search(
            [*running, "|", ("due_at", "<=", now), "&", ("remind_at", "<=", now), ("reminded", "=", False)],
            limit=500,
        )
        self.env["gatehouse.scheduled"]._each(
            "escalate", self.env._("Reminding and escalating failed for %s"), steps, lambda step: step._tick(now), category="approval"
        )

    def _tick(self, now):
        document = self.approval_id.hold_id._document()
        if not document:
            self.approval_id.hold_id._close("voided", self.env._("The document is gone"))
        elif self.due_at > now:
            self.reminded = True
            self._notify(self._deciders(), self.env._("Reminder: %s waits for your decision", self.res_name))
            self.approval_id._log("approval_reminded", role=self.role_id.full_name)
        elif not self.escalated_role_id and self._next_role() != self.role_id:
            self._escalate()
        else:
            self._report_overdue()

    def _escalate(self):
        role = self._next_role()
        self.write({"escalated_role_id": role.id, **self._clock()})
        self.approval_id._log("approval_escalated", role=self.role_id.full_name, to=role.full_name)
        self._notify(
            self._deciders(),
            self.env._("%(name)s was not decided in time and is now yours", name=self.res_name),
        )

    def _report_overdue(self):
        self.overdue = True
        self.approval_id._log("approval_overdue", role=self._roles().mapped("full_name"))
        self.env["gatehouse.exception"]._open(
            f"overdue:{self.id}",
            "approval",
            self.env._("Nobody decided %s in time", self.res_name),
            detail=self.env._(
                "Asked: %s. The document keeps waiting.", ", ".join(self._roles().mapped("full_name"))
            ),
            res_model=self.approval_id.res_model,
            res_id=self.approval_id.res_id,
            company_id=self.company_id.id,
            priority="2",
        )

    def _report_nobody(self):
        """Nobody may decide this: a person with authority over roles has to act, and hears of it."""
        step = self.sudo()
        self.env["gatehouse.exception"]._open(
            f"approval:{step.id}",
            "approval",
            self.env._("Nobody can decide %s", step.res_name),
            detail=self.env._(
                "The role %(role)s has nobody who may decide it in %(company)s besides those who asked for it. "
                "Give the role to a person there; the document waits until then.",
                role=step.role_id.full_name,
                company=step.company_id.name,
            ),
            res_model=step.approval_id.res_model,
            res_id=step.approval_id.res_id,
            company_id=step.company_id.id,
            priority="1",
        )

    @api.model
    def _report_undecidable(self, roles):
        """Somebody left or lost a role: what only he could decide is told at once, not when its hours are over."""
        steps = self.sudo().search(
            [("state", "=", "open"), "|", ("role_id", "in", roles.ids), ("escalated_role_id", "in", roles.ids)]
        )
        for step in steps.filtered(lambda step: not step._deciders()):
            step._report_nobody()
