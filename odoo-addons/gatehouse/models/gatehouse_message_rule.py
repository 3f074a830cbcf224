import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext
from odoo.tools.mail import email_split_and_format

from ..tools import settings


class GatehouseMessageRule(models.Model):
    """On which occasion a customer or vendor is written to, and by which template.

    Odoo writes the text, in the receiver's language; n8n sends it and reports back. Without n8n Odoo sends it.
    """

    _name = "gatehouse.message.rule"
    _description = "Message rule"
    _order = "occasion, company_id, id"
    _rec_name = "occasion"

    occasion = fields.Selection(selection="_selection_occasion", required=True)
    company_id = fields.Many2one("res.company", help="Empty: every company without a rule of its own.")
    template_id = fields.Many2one("mail.template", required=True, ondelete="restrict")
    active = fields.Boolean(default=False)

    _one_an_occasion = models.UniqueIndex(
        "(occasion, coalesce(company_id, 0)) WHERE active", "There is an active rule for this occasion and company already."
    )

    @api.model
    def _occasions(self):
        """{occasion: (label, model of its documents)}; areas add theirs."""
        return {}

    @api.model
    def _selection_occasion(self):
        return [(code, label) for code, (label, _model) in self._occasions().items()]

    @api.constrains("occasion", "template_id")
    def _check_model(self):
        for rule in self:
            wanted = self._occasions()[rule.occasion][1]
            if rule.template_id.sudo().model != wanted:
                raise ValidationError(
                    self.env._(
                        "%(template)s is written for %(is)s; %(occasion)s needs a template for %(wanted)s.",
                        template=rule.template_id.name, **{"is": rule.template_id.sudo().model}, occasion=rule.occasion,
                        wanted=wanted,
                    )
                )  # fmt: skip

    # -- writing -----------------------------------------------------------------------------------
    @api.model
    def _tell(self, record, occasion):
        """Write to whom the template names about a document; nothing without an active rule.

        :return: the event, empty when Odoo sends the mail itself or nobody is written to
        """
        nothing = self.env["gatehouse.event"]
        record.ensure_one()
        rule = self._for(record, occasion)
        if not rule:
            return nothing
        message = rule._render(record)
        if not message["to"]:
            self._report_nobody(record, rule)
            return nothing
        if not settings.events_url(self.env):
            rule.template_id.send_mail(record.id)
            return nothing
        return self.env["gatehouse.event"]._raise_event(
            record.sudo(), f"message.{occasion}.requested", {"occasion": occasion, "message": message}
        )

    @api.model
    def _for(self, record, occasion):
        company = record.company_id if "company_id" in record._fields else self.env.company
        return self.sudo().search(
            [("occasion", "=", occasion), ("company_id", "in", [False, company.id])], order="company_id NULLS LAST", limit=1
        )

    def _render(self, record):
        """{"to", "cc", "from", "reply_to", "subject", "html", "text"}; addresses separated by a comma."""
        fields_ = ["subject", "body_html", "email_from", "email_to", "email_cc", "partner_to", "reply_to"]
        made = self.template_id.sudo()._generate_template([record.id], fields_)[record.id]
        partners = self.env["res.partner"].sudo().browse(made.get("partner_ids") or [])
        to = [partner.email_formatted for partner in partners if partner.email]
        to += email_split_and_format(made.get("email_to") or "")
        body = str(made.get("body_html") or "")
        return {
            "to": ", ".join(dict.fromkeys(to)),
            "cc": made.get("email_cc") or "",
            "from": made.get("email_from") or self.env.company.sudo().email_formatted or "",
            "reply_to": made.get("reply_to") or "",
            "subject": made.get("subject") or "",
            "html": body,
            "text": html2plaintext(body),
        }

    @api.model
    def _report_nobody(self, record, rule):
        self.env["gatehouse.exception"]._open(
            f"nobody:{rule.occasion}:{record._name}:{record.id}", "effect",
            self.env._("Nobody could be told about %s", record.sudo().display_name),
            detail=self.env._(
                "The template %s names no e-mail address. Add one to the contact, then write to it from the document.",
                rule.template_id.sudo().name,
            ),
            res_model=record._name, res_id=record.id,
            company_id=record.company_id.id if "company_id" in record._fields else False,
        )  # fmt: skip

    @api.model
    def _told(self, record, occasion, days=None):
        """Whether a message of this occasion was asked for, for this document; ever, or within the last days."""
        domain = [
            ("res_model", "=", record._name),
            ("res_id", "=", record.id),
            ("type", "=", f"message.{occasion}.requested"),
        ]
        if days is not None:
            domain.append(("occurred_at", ">", fields.Datetime.subtract(fields.Datetime.now(), days=days)))
        return bool(self.env["gatehouse.event"].sudo().search_count(domain, limit=1))


class GatehouseEvent(models.Model):
    _inherit = "gatehouse.event"

    def _effect_summary(self):
        message = json.loads(self.payload or "{}").get("data", {}).get("message")
        if not message:
            return super()._effect_summary()
        return self.env._('Message "%(subject)s" to %(to)s', subject=message["subject"], to=message["to"])
