from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext
from odoo.tools.mail import email_normalize

from odoo.addons.gatehouse.tools import settings

EDITABLE = {"subject", "body"}
OCCASION = "ticket_reply"


class GatehouseReply(models.Model):
    """A reply to a customer's mail, drafted from a template: sent once, and only after a person approved it.

    The text may be changed while it is a draft; after that nothing changes it, whoever asks.
    """

    _name = "gatehouse.reply"
    _description = "Reply to a mail"
    _rec_name = "subject"
    _order = "id desc"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved, being sent"), ("sent", "Sent"), ("stuck", "Not sent"),
         ("discarded", "Discarded")],
        default="draft", required=True, readonly=True, index=True)
    to = fields.Char("To", required=True, readonly=True)
    sender = fields.Char("From", readonly=True)
    subject = fields.Char(required=True)
    body = fields.Html(required=True, sanitize_style=True)
    template_id = fields.Many2one("mail.template", readonly=True, ondelete="set null")
    drafted_subject = fields.Char(readonly=True)
    drafted_text = fields.Text(readonly=True)
    unchanged = fields.Boolean("Sent as drafted", readonly=True)
    approved_by = fields.Many2one("res.users", readonly=True)
    approved_at = fields.Datetime(readonly=True)

    _one_draft = models.UniqueIndex("(ticket_id) WHERE state = 'draft'", "The ticket has a draft already.")

    # -- the guard -------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Replies are drafted by Odoo: press Draft a reply on the ticket."))
        return super().create([{**vals, "state": "draft"} for vals in vals_list])

    def write(self, vals):
        if EDITABLE & set(vals) and any(reply.state != "draft" for reply in self):
            raise UserError(self.env._("A reply that was approved or discarded is not changed any more."))
        if not self.env.su:
            if set(vals) - EDITABLE:
                raise AccessError(self.env._("Only subject and text of a draft may be changed."))
            self.ticket_id.check_access("write")
        return super().write(vals)

    def unlink(self):
        if any(reply.state not in ("draft", "discarded") for reply in self):
            raise UserError(self.env._("A reply that was approved stays on record."))
        return super().unlink()

    # -- drafting --------------------------------------------------------------------------------
    @api.model
    def _draft(self, ticket):
        """A draft for a ticket, by the rule for its class; empty where there is no rule or nobody to write to."""
        rule = self.env["gatehouse.reply.rule"]._for(ticket, ticket._gatehouse_effective_class())
        to = email_normalize(ticket.partner_email or "")
        if not rule or not to or to.split("@")[0].lower() in NOBODY:
            return self
        made = rule.template_id.sudo()._generate_template([ticket.id], ["subject", "body_html", "email_from"])[ticket.id]
        return self.sudo().create({
            "ticket_id": ticket.id, "to": to, "template_id": rule.template_id.id,
            "sender": made.get("email_from") or ticket.company_id.email_formatted or "",
            "subject": made["subject"], "body": made["body_html"],
            "drafted_subject": made["subject"], "drafted_text": self._plain(made["body_html"]),
        })

    @api.model
    def _plain(self, body):
        return " ".join(html2plaintext(body or "").split())

    # -- people ----------------------------------------------------------------------------------
    def action_approve(self):
        """A person stands for the text: it is frozen and handed to n8n, once."""
        self.ensure_one()
        self._require_agent()
        self.env.cr.execute("SELECT id FROM gatehouse_reply WHERE id = %s FOR UPDATE", [self.id])
        self.invalidate_recordset()
        if self.state != "draft":
            raise UserError(self.env._("This reply is not a draft any more."))
        if not self._plain(self.body) or not (self.subject or "").strip():
            raise UserError(self.env._("A reply needs a subject and a text."))
        unchanged = self.subject == self.drafted_subject and self._plain(self.body) == self.drafted_text
        reply = self.sudo()
        reply.write({"state": "approved", "unchanged": unchanged, "approved_by": self.env.uid,
                     "approved_at": fields.Datetime.now()})
        self.env["gatehouse.decision"]._append("reply_approved", reply, ticket=reply.ticket_id.number, unchanged=unchanged)
        reply._send()
        return True

    def action_discard(self):
        self._require_agent()
        for reply in self:
            if reply.state != "draft":
                raise UserError(self.env._("This reply is not a draft any more."))
        self.sudo().write({"state": "discarded"})
        return True

    def _require_agent(self):
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only people of the help desk approve replies."))
        self.ticket_id.check_access("write")

    # -- sending ---------------------------------------------------------------------------------
    def _send(self):
        if settings.events_url(self.env):
            self.env["gatehouse.event"]._raise_event(
                self, f"message.{OCCASION}.requested", {"occasion": OCCASION, "message": self._message()})
            return
        message = self._message()
        self.env["mail.mail"].create({
            "email_to": message["to"], "email_from": message["from"], "subject": message["subject"],
            "body_html": message["html"]})
        self._is_sent("")

    def _message(self):
        body = str(self.body or "")
        return {"to": self.to, "cc": "", "from": self.sender or self.company_id.email_formatted or "", "reply_to": "",
                "subject": self.subject, "html": body, "text": html2plaintext(body)}

    def _gatehouse_effect_ended(self, effect, attributes):
        """Called when n8n says what came of it."""
        if effect.state == "done":
            self._is_sent(effect.reference)
        elif effect.state in ("refused", "unknown"):
            self.write({"state": "stuck"})

    def _is_sent(self, reference):
        self.write({"state": "sent"})
        self.ticket_id.message_post(
            body=self.body, subject=self.subject, message_type="comment", subtype_xmlid="mail.mt_note",
            author_id=self.approved_by.partner_id.id)


#: Nobody reads what is sent to these.
NOBODY = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces"}


class GatehouseEffect(models.Model):
    _inherit = "gatehouse.effect"

    def _begin_one(self, event, entry):
        """n8n sends a reply only while it is approved; whoever made the event."""
        if event.res_model == "gatehouse.reply":
            reply = event._gatehouse_document()
            if reply and not (reply.approved_by and reply.approved_at and reply.state in ("approved", "stuck")):
                return {"go": False, "status": "refused", "key": None, "detail": self.env._("the reply is not approved")}
        return super()._begin_one(event, entry)
