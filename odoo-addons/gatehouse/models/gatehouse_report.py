import base64
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..tools import chart, settings

#: Days that the picture shows.
DAYS = 14


class ResCompany(models.Model):
    _inherit = "res.company"

    gatehouse_daily_report = fields.Boolean(
        "Daily control report", default=True, help="One mail each morning to the operations managers."
    )


class GatehouseReport(models.AbstractModel):
    """The daily control report: what waits, what stopped, how the week compares; one mail a company."""

    _name = "gatehouse.report"
    _description = "Daily control report"

    @api.model
    def _cron_daily(self):
        for company in self.env["res.company"].sudo().search([("gatehouse_daily_report", "=", True)]):
            self.sudo().with_company(company)._send(company)
            self.env["ir.cron"]._commit_progress(1)

    def _send(self, company):
        """Hand the mail to n8n, or let Odoo send it where nothing listens; nothing without a receiver."""
        readers = self._readers(company)
        if not readers or not self._in_use(company):
            return
        message = self._message(company, readers)
        if settings.events_url(self.env):
            self.env["gatehouse.event"]._raise_event(
                company, "message.daily_report.requested", {"occasion": "daily_report", "message": message}
            )
            return
        picture = self.env["ir.attachment"].create({"name": "picture.png", "datas": message["attachments"][0]["base64"]})
        self.env["mail.mail"].create(
            {
                "subject": message["subject"], "email_from": message["from"], "email_to": message["to"],
                "body_html": message["html"].replace("cid:picture", f"/web/image/{picture.id}"),
                "attachment_ids": [(4, picture.id)],
            }
        )  # fmt: skip

    def _in_use(self, company):
        """Whether anything of Gatehouse happened in this company in the last month."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        return any(
            self.env[model].search_count([("company_id", "=", company.id), (field, ">=", since)], limit=1)
            for model, field in (("gatehouse.event", "occurred_at"), ("gatehouse.hold", "placed_at"),
                                 ("gatehouse.exception", "create_date"))
        )  # fmt: skip

    def _readers(self, company):
        users = self.env.ref("gatehouse.group_operations_manager").all_user_ids
        return users.filtered(lambda user: user.active and not user.share and company in user.company_ids and user.email)

    def _message(self, company, readers):
        # the language of most readers: one mail for all of them
        lang = Counter(readers.mapped("lang")).most_common(1)[0][0]
        page = self.with_context(lang=lang)
        html = str(page.env["ir.qweb"]._render("gatehouse.daily_report", page._figures(company)))
        return {
            "to": ", ".join(readers.mapped("email_formatted")),
            "cc": "",
            "from": company.email_formatted or readers[0].email_formatted,
            "reply_to": "",
            "subject": page.env._(
                "%(company)s: controls on %(day)s", company=company.name, day=fields.Date.context_today(page)
            ),
            "html": html,
            "text": html2plaintext(html),
            "attachments": [
                {
                    "name": "picture",
                    "content_type": "image/png",
                    "base64": base64.b64encode(page._picture(company)).decode(),
                }
            ],
        }

    # -- what it says ------------------------------------------------------------------------------
    def _figures(self, company):
        """What the page shows: each row a count, what it means and where to look."""
        now, mine = fields.Datetime.now(), [("company_id", "in", (False, company.id))]

        def count(model, *domain):
            return self.env[model].search_count([*mine, *domain])

        open_ = ("state", "=", "open")
        rows = [
            (count("gatehouse.hold", open_, ("kind", "=", "review")), self.env._("documents wait for a review"), "gatehouse_hold_action"),
            (count("gatehouse.approval.step", open_, ("due_at", "<", now)), self.env._("reviews are overdue"), "gatehouse_approval_queue"),
            (count("gatehouse.exception", open_), self.env._("exceptions are open"), "gatehouse_exception_action"),
            (count("gatehouse.exception", open_, ("deadline", "<", now)), self.env._("exceptions are overdue"), "gatehouse_exception_action"),
            (count("gatehouse.event", ("state", "=", "dead")), self.env._("events were never handled"), "gatehouse_event_action"),
            (count("gatehouse.event", ("state", "in", ("pending", "leased", "delivered")),
                   ("occurred_at", "<", now - timedelta(hours=1))),
             self.env._("events are older than an hour and not handled"), "gatehouse_event_action"),
            (count("gatehouse.effect", ("state", "=", "unknown")), self.env._("mails or bookings nobody knows about"), "gatehouse_effect_action"),
        ]  # fmt: skip
        base = self.env["ir.config_parameter"].get_param("web.base.url")
        return {
            "company": company,
            "rows": [
                {"count": number, "text": text, "url": f"{base}/odoo/action-gatehouse.{action}"}
                for number, text, action in rows
            ],
            "categories": self._by_category(mine),
            "cards": self.env["gatehouse.kpi.card"].search([("company_id", "in", (False, company.id))]),
            "cards_url": f"{base}/odoo/action-gatehouse.gatehouse_kpi_card_action",
        }

    def _by_category(self, mine):
        """[(category in words, number of open exceptions)], most first."""
        labels = dict(self.env["gatehouse.exception"]._fields["category"]._description_selection(self.env))
        groups = self.env["gatehouse.exception"]._read_group([*mine, ("state", "=", "open")], ["category"], ["__count"])
        return sorted(((labels[code], number) for code, number in groups), key=lambda pair: -pair[1])

    def _picture(self, company):
        """Reviews asked for and exceptions opened by day."""
        today = fields.Date.today()
        days = [today - timedelta(days=back) for back in reversed(range(DAYS))]

        def by_day(model, field, *domain):
            groups = self.env[model]._read_group(
                [("company_id", "in", (False, company.id)), (field, ">=", days[0]), *domain], [f"{field}:day"], ["__count"]
            )
            found = {moment.date() if hasattr(moment, "date") else moment: number for moment, number in groups}
            return [found.get(day, 0) for day in days]

        return chart.bars(
            [f"{day:%d.%m.}" for day in days],
            [
                (self.env._("Reviews asked for"), (113, 75, 103), by_day("gatehouse.hold", "placed_at", ("kind", "=", "review"))),
                (self.env._("Exceptions opened"), (214, 69, 65), by_day("gatehouse.exception", "create_date")),
            ],
        )
