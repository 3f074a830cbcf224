from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html_escape

from .gatehouse_exception import CATEGORIES

PRIORITIES = [("0", "Normal"), ("1", "High"), ("2", "Urgent")]
CHANNELS = [("mail", "E-mail"), ("slack", "Slack"), ("teams", "Microsoft Teams")]


class GatehouseAlertRule(models.Model):
    """Who is told about which exceptions, and where. The addresses of Slack and Teams are n8n's credentials, not here."""

    _name = "gatehouse.alert.rule"
    _description = "Alert rule"
    _order = "channel, min_priority, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: every company.")
    category = fields.Selection(CATEGORIES, help="Empty: every category.")
    min_priority = fields.Selection(PRIORITIES, "From priority", default="1", required=True)
    channel = fields.Selection(CHANNELS, default="mail", required=True)
    role_id = fields.Many2one("res.groups", "Role", help="E-mail goes to its people of the exception's company.")
    user_ids = fields.Many2many("res.users", string="People", domain=[("share", "=", False)])
    most_an_hour = fields.Integer(
        default=20, required=True, help="Further exceptions of an hour are left to the queue; the last alert says so.")

    @api.constrains("channel", "role_id", "user_ids", "most_an_hour")
    def _check_receivers(self):
        for rule in self:
            if rule.channel == "mail" and not (rule.role_id or rule.user_ids):
                raise ValidationError(self.env._("%s: say which role or which people get the e-mail.", rule.name))
            if rule.most_an_hour < 1:
                raise ValidationError(self.env._("%s: at least one alert an hour.", rule.name))

    @api.model
    def _matching(self, exception):
        """The rules that tell about an exception."""
        return self.sudo().search([
            ("company_id", "in", [False, exception.company_id.id]), ("category", "in", [False, exception.category]),
            ("min_priority", "<=", exception.priority or "0")])

    def _addresses(self, company):
        """E-mail addresses of the people who are told, of that company where it has one."""
        users = (self.role_id.all_user_ids | self.user_ids).filtered(
            lambda user: user.active and not user.share and user.email and (not company or company in user.company_ids))
        return ", ".join(dict.fromkeys(users.sorted("id").mapped("email_formatted")))


class GatehouseAlert(models.Model):
    """One exception told about by one rule: an event for n8n, and what came of it."""

    _name = "gatehouse.alert"
    _description = "Alert"
    _rec_name = "exception_id"
    _order = "id desc"

    exception_id = fields.Many2one("gatehouse.exception", required=True, readonly=True, index=True, ondelete="cascade")
    rule_id = fields.Many2one("gatehouse.alert.rule", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="exception_id.company_id", store=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    raised_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    last_of_hour = fields.Boolean(readonly=True)
    state = fields.Selection(
        [("asked", "Being sent"), ("sent", "Sent"), ("stuck", "Not sent")], default="asked", required=True, readonly=True)

    @api.model
    def _tell(self, exception):
        """Raise what the rules want for an exception that was opened, opened again or became more urgent; each once."""
        about = exception.event_id
        if exception.state != "open" or (about and about.res_model == self._name):
            return  # an alert that fails is seen in the queue, not told about
        for rule in self.env["gatehouse.alert.rule"]._matching(exception):
            if not self._told(exception, rule):
                self._raise(exception, rule)

    @api.model
    def _told(self, exception, rule):
        since = exception.resolved_at or fields.Datetime.from_string("1970-01-01 00:00:00")
        return self.sudo().search_count(
            [("exception_id", "=", exception.id), ("rule_id", "=", rule.id), ("raised_at", ">=", since)], limit=1)

    @api.model
    def _raise(self, exception, rule):
        hour = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        lately = self.sudo().search_count([("rule_id", "=", rule.id), ("raised_at", ">", hour)])
        if lately >= rule.most_an_hour:
            return
        addresses = rule._addresses(exception.company_id) if rule.channel == "mail" else ""
        if rule.channel == "mail" and not addresses:
            return
        alert = self.sudo().create({
            "exception_id": exception.id, "rule_id": rule.id, "channel": rule.channel,
            "last_of_hour": lately + 1 == rule.most_an_hour})
        if rule.channel == "mail":
            data, kind = {"occasion": "alert", "message": alert._mail(addresses)}, "message.alert.requested"
        else:
            data, kind = {"format": rule.channel, **alert._words()}, "alert.requested"
        self.env["gatehouse.event"]._raise_event(alert, kind, data)

    def _words(self):
        """{"title", "text", "link"}: what may leave the company; the detail of an exception may name customers and stays."""
        row = self.exception_id
        labels = {name: dict(row._fields[name]._description_selection(self.env)) for name in ("category", "priority")}
        text = f"{labels['category'][row.category]}, {labels['priority'][row.priority or '0']}"
        if self.last_of_hour:
            text += ". " + self.env._("Further exceptions of this hour are in the queue only.")
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url", "").rstrip("/")
        return {"title": row.title, "text": text, "link": f"{base}/odoo/action-gatehouse.gatehouse_exception_action/{row.id}"}

    def _mail(self, addresses):
        words, row = self._words(), self.exception_id
        body = "".join(f"<p>{html_escape(part)}</p>" for part in (words["title"], words["text"], row.detail or "") if part)
        return {
            "to": addresses, "cc": "", "reply_to": "", "subject": f"[Gatehouse] {words['title']}",
            "from": (row.company_id or self.env.company).sudo().email_formatted or "",
            "html": f'{body}<p><a href="{html_escape(words["link"])}">{html_escape(words["link"])}</a></p>',
            "text": "\n\n".join(filter(None, [words["title"], words["text"], row.detail or "", words["link"]])),
        }

    def _gatehouse_effect_ended(self, effect, attributes):
        self.state = {"done": "sent", "failed": "asked"}.get(effect.state, "stuck")


class GatehouseException(models.Model):
    _inherit = "gatehouse.exception"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            self.env["gatehouse.alert"]._tell(row)
        return rows

    def write(self, vals):
        result = super().write(vals)
        if {"state", "priority"} & set(vals):
            for row in self:
                self.env["gatehouse.alert"]._tell(row)
        return result


class GatehouseEvent(models.Model):
    _inherit = "gatehouse.event"

    def _effect_summary(self):
        if self.type != "alert.requested":
            return super()._effect_summary()
        return self.env._("Alert: %s", self.res_name)
