from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: business hours until somebody should have looked, by priority
HOURS = {"0": 16.0, "1": 8.0, "2": 2.0}


class GatehouseException(models.Model):
    """What people do with an exception besides resolving it: put it off, hand it over; and what reminds them."""

    _inherit = "gatehouse.exception"

    user_id = fields.Many2one("res.users", string="With", readonly=True, help="The person it was handed to.")
    snoozed_until = fields.Datetime(readonly=True)
    snoozed = fields.Boolean(compute="_compute_snoozed", search="_search_snoozed")
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    reminded = fields.Boolean(readonly=True)

    _clock_running = models.Index("(deadline) WHERE state = 'open' AND NOT coalesce(reminded, false)")

    # -- deadline ------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # A calendar that cannot be used is reported by an exception: that one has no deadline to compute.
            if not vals.get("deadline") and not vals.get("key", "").startswith("calendar:"):
                company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
                hours = HOURS[vals.get("priority", "0")]
                vals["deadline"] = self.env["gatehouse.escalation"]._after(company, fields.Datetime.now(), hours)
        return super().create(vals_list)

    @api.depends("snoozed_until")
    def _compute_snoozed(self):
        now = fields.Datetime.now()
        for record in self:
            record.snoozed = bool(record.snoozed_until and record.snoozed_until > now)

    def _search_snoozed(self, operator, value):
        if operator != "in":
            return NotImplemented
        asleep = [("snoozed_until", ">", fields.Datetime.now())]
        awake = ["|", ("snoozed_until", "=", False), ("snoozed_until", "<=", fields.Datetime.now())]
        return asleep if True in value else awake

    @api.depends("deadline", "state")
    def _compute_overdue(self):
        now = fields.Datetime.now()
        for record in self:
            record.overdue = record.state == "open" and bool(record.deadline and record.deadline < now)

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "=", "open"), ("deadline", "<", fields.Datetime.now())]
        return late if True in value else ["!", "&", *late]

    # -- putting off and handing over ----------------------------------------------------------
    def snooze(self, until, reason):
        """Put an exception off; it comes back by itself.

        :param until: moment in the future, naive UTC or a text of it
        """
        self._require_owner()
        reason = self._require_reason(reason)
        moment = fields.Datetime.to_datetime(until)
        if not moment or moment <= fields.Datetime.now():
            raise ValidationError(self.env._("until: name a moment in the future"))
        for record in self._open_ones():
            record.write({"snoozed_until": moment, "deadline": max(moment, record.deadline or moment), "reminded": False})
            self.env["gatehouse.decision"]._append(
                "exception_snoozed", record, reason=reason, until=moment.isoformat() + "Z"
            )

    def hand_over(self, reason, role_id=None, user_id=None):
        """Give an exception to another role, or to a person.

        :param role_id: id of a group with people in it
        :param user_id: id of an active user; acts in the new role's name, or the old one's
        """
        self._require_owner()
        reason = self._require_reason(reason)
        role = self.env["res.groups"].sudo().browse(role_id).exists()
        user = self.env["res.users"].sudo().browse(user_id).exists()
        if not role and not user:
            raise ValidationError(self.env._("Name the role or the person that takes it."))
        if user and not user.active:
            raise ValidationError(self.env._("%s has left the company.", user.name))
        if role and not role.all_user_ids.filtered("active"):
            raise ValidationError(self.env._("Nobody has the role %s.", role.full_name))
        for record in self._open_ones():
            if user and user == record.about_user_id:
                raise ValidationError(
                    self.env._("%(title)s is about %(who)s.", title=record.title, who=user.name)
                )
            record.write({"role_id": role.id or record.role_id.id, "user_id": user.id})
            self.env["gatehouse.decision"]._append(
                "exception_handed_over", record, reason=reason, role=record.role_id.full_name, to=user.login or None
            )
            record._tell(user or role.all_user_ids, self.env._("%s is now yours", record.title), reason)

    def _require_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: please say why"))
        return reason.strip()

    def _open_ones(self):
        closed = self.sudo().filtered(lambda record: record.state != "open")
        if closed:
            raise UserError(self.env._("%s is resolved already.", closed[0].title))
        return self.sudo()

    def _actor_owns(self):
        """An exception that was handed to a person is his, whatever his roles."""
        return super()._actor_owns() or self.sudo().user_id == self.env.user

    def _tell(self, users, subject, body):
        partners = users.filtered("active").partner_id
        if partners:
            self.env["mail.thread"].message_notify(partner_ids=partners.ids, subject=subject, body=body)

    # -- scheduled -----------------------------------------------------------------------------
    @api.model
    def _cron_remind(self):
        """Once, when nobody looked in time: urgent, and told to who has it and to the operations manager."""
        late = self.sudo().search([("overdue", "=", True), ("reminded", "=", False), ("snoozed", "=", False)], limit=500)
        self.env["gatehouse.scheduled"]._each(
            "remind", self.env._("Nobody could be told that this is overdue: %s"), late, lambda record: record._remind()
        )

    def _remind(self):
        self.write({"reminded": True, "priority": "2"})
        manager = self.env.ref("gatehouse.group_operations_manager")
        people = (self.user_id or self.role_id.all_user_ids) | manager.all_user_ids
        self._tell(people, self.env._("Overdue: %s", self.title), self.detail or self.title)

    # -- buttons -------------------------------------------------------------------------------
    def action_snooze(self):
        return self.env["gatehouse.reason"]._open_for("exception_ids", self, "snooze")

    def action_hand_over(self):
        return self.env["gatehouse.reason"]._open_for("exception_ids", self, "hand_over")
