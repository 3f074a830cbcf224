import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, ValidationError
from odoo.tools import mute_logger, plaintext2html
from odoo.tools.mail import email_normalize, email_split_tuples

from odoo.addons.gatehouse.tools.validation import BadField

from ..tools import message as mail


#: of the ticket, by the mail's urgency
PRIORITIES = {"low": "0", "normal": "1", "high": "2"}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    gatehouse_message_id = fields.Char("Message-ID", readonly=True, copy=False)
    gatehouse_received_at = fields.Datetime("Received", readonly=True, copy=False)
    gatehouse_class = fields.Selection(
        [("order_issue", "Order issue"), ("delivery_delay", "Delivery delay"), ("return", "Return"),
         ("billing_dispute", "Billing dispute"), ("other", "Other")],
        string="Class", readonly=True, copy=False, help="What the classifier took the mail for.",
    )
    gatehouse_confidence = fields.Float("Confidence", readonly=True, copy=False, digits=(16, 4), aggregator="avg")
    gatehouse_abstained = fields.Boolean(
        "Left to a person", readonly=True, copy=False, help="The classifier was not sure, or did not answer.")
    gatehouse_degraded = fields.Boolean(
        "Degraded", readonly=True, copy=False, help="Rules answered in place of the model, or nothing did.")
    gatehouse_model = fields.Char("Model version", readonly=True, copy=False)
    gatehouse_language = fields.Char("Language", readonly=True, copy=False, help="ISO 639-1 code, or other.")
    gatehouse_intents = fields.Char("Also about", readonly=True, copy=False)
    gatehouse_claim_type = fields.Selection(
        [("damaged", "Damaged"), ("defective", "Defective"), ("missing", "Missing"), ("wrong_item", "Wrong item"),
         ("quality", "Quality"), ("late", "Late"), ("unwanted", "Not wanted any more")],
        string="Claim", readonly=True, copy=False)
    gatehouse_dispute_reason = fields.Selection(
        [("price", "Price"), ("quantity", "Quantity"), ("duplicate", "Charged twice"), ("tax", "Tax"),
         ("already_paid", "Paid already"), ("discount", "Discount or credit"), ("freight", "Freight"),
         ("not_received", "Not received"), ("address", "Address")],
        string="Disputed", readonly=True, copy=False)
    gatehouse_references = fields.Json("References", readonly=True, copy=False)
    gatehouse_reference_text = fields.Char("Mentions", compute="_compute_gatehouse_reference_text")
    gatehouse_attachments = fields.Json("Files of the mail", readonly=True, copy=False)
    gatehouse_left_behind = fields.Char("Left in the mailbox", compute="_compute_gatehouse_left_behind")
    gatehouse_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, copy=False, index="btree_not_null", ondelete="set null")

    _gatehouse_message_unique = models.UniqueIndex(
        "(gatehouse_message_id) WHERE gatehouse_message_id IS NOT NULL", "This mail has its ticket already.")

    @api.depends("gatehouse_references")
    def _compute_gatehouse_reference_text(self):
        for ticket in self:
            ticket.gatehouse_reference_text = ", ".join(
                f"{reference['kind']} {reference['value']}" for reference in ticket.gatehouse_references or [])

    @api.depends("gatehouse_attachments")
    def _compute_gatehouse_left_behind(self):
        for ticket in self:
            ticket.gatehouse_left_behind = ", ".join(
                f"{entry['name']} ({entry['size'] / 1e6:.1f} MB)"
                for entry in ticket.gatehouse_attachments or [] if not entry["stored"])

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def gatehouse_ingest_email(self, message):
        """Keep a mail as a ticket; idempotent on its Message-ID.

        The bot needs no right on tickets or orders: what it may do is this method.
        """
        if not self.env.user.has_group("gatehouse.group_bot"):
            raise AccessError(self.env._("Only the integration may hand in mails."))
        try:
            clean = mail.message(message)
        except BadField as error:
            raise ValidationError(str(error)) from error
        if not email_normalize(clean["sender"], strict=False):
            raise ValidationError(self.env._("message.sender: has no e-mail address"))
        ticket = self._gatehouse_ticket_of(clean["message_id"])
        if ticket:
            return {"ticket_id": ticket.id, "created": False}
        values = self.sudo()._gatehouse_ticket_values(clean)
        try:
            # muted: the database's complaint would put the customer's text into the log
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                ticket = self.sudo().with_context(mail_create_nosubscribe=True).create(values)
                ticket.flush_recordset()
                ticket._gatehouse_keep_files(clean["attachments"])
                ticket._gatehouse_class_is_known()
                ticket._gatehouse_tell_unreadable(clean["classification"]["problem"])
        except psycopg2.errors.UniqueViolation as error:
            # The same mail came in twice at once. This transaction cannot see the other's ticket;
            # Odoo runs the whole call again, which then finds it.
            raise ConcurrencyError("the mail is being stored by another call") from error
        return {"ticket_id": ticket.id, "created": True}

    def _gatehouse_tell_unreadable(self, problem):
        """The classifier answered, and its answer cannot be read: an exception beside the tickets that people sort meanwhile."""
        if not problem:
            return
        self.env["gatehouse.exception"]._tell_contract(
            f"contract:email_class:{self.company_id.id}", self.env._("Classes of mails: answers are outside the contract"), self.env._(
                "%(problem)s\nSeen last on ticket %(number)s. Until the scoring service answers by its contract, mails are tickets that people sort. Compare "
                "its answer in n8n's execution with its page `/docs`; mend it, then resolve this.", problem=problem, number=self.number),
            res_model=self._name, res_id=self.id, company_id=self.company_id.id,
        )

    @api.model
    def _gatehouse_ticket_of(self, message_id):
        """The ticket of a mail, archived ones included: deleting one by archiving must not bring it back."""
        return self.sudo().with_context(active_test=False).search([("gatehouse_message_id", "=", message_id)], limit=1)

    def _gatehouse_keep_files(self, files):
        """Small files hang on the ticket; of large ones it says that they are in the mailbox."""
        self.env["ir.attachment"].create([
            {"name": entry["name"], "raw": entry["content"], "mimetype": entry["content_type"] or False,
             "res_model": self._name, "res_id": self.id}
            for entry in files if entry["content"] is not None])

    # -- what the ticket says ------------------------------------------------------------------
    def _gatehouse_ticket_values(self, clean):
        said = clean["classification"]
        [(name, address), *_others] = email_split_tuples(clean["sender"])
        partner = self._gatehouse_sender(address)
        shipment = self._gatehouse_shipment(said["references"], partner)
        order = self._gatehouse_order(said["references"], partner) or self._gatehouse_order_of(shipment)
        values = {
            "name": clean["subject"] or self.env._("(no subject)"),
            "description": plaintext2html(clean["text"].strip() or self.env._("(no text)")),
            "partner_id": partner.id,
            "partner_name": partner.name or name or address,
            "partner_email": address,
            "company_id": (order.company_id or self.env.user.company_id).id,
            "channel_id": self._gatehouse_ref("helpdesk_mgmt.helpdesk_ticket_channel_email"),
            "team_id": self._gatehouse_ref("gatehouse_return.team_inbox"),
            "user_id": False,
            "gatehouse_message_id": clean["message_id"],
            "gatehouse_received_at": clean["received_at"],
            "gatehouse_class": said["class"],
            "gatehouse_confidence": said["confidence"],
            "gatehouse_abstained": said["abstained"],
            "gatehouse_degraded": said["degraded"],
            "gatehouse_model": said["model"],
            "gatehouse_language": said["language"],
            "gatehouse_intents": self._gatehouse_also_about(said),
            "gatehouse_claim_type": said["claim_type"],
            "gatehouse_dispute_reason": said["dispute_reason"],
            "priority": PRIORITIES[said["urgency"]],
            "gatehouse_references": said["references"],
            "gatehouse_order_id": order.id,
            "gatehouse_shipment_id": shipment.id,
            "gatehouse_invoice_id": self._gatehouse_invoice(said["references"], partner).id,
            "gatehouse_attachments": [
                {"name": entry["name"], "size": entry["size"], "sha256": entry["sha256"],
                 "stored": entry["content"] is not None}
                for entry in clean["attachments"]],
        }
        if said["abstained"]:
            triage = self._gatehouse_ref("gatehouse_return.tag_triage")
            values["tag_ids"] = [(4, triage)] if triage else []
        else:
            values["category_id"] = self._gatehouse_ref(f"gatehouse_return.category_{said['class']}")
        return values

    def _gatehouse_also_about(self, said):
        """The further classes of the mail in words."""
        labels = dict(self._fields["gatehouse_class"]._description_selection(self.env))
        return ", ".join(labels[name] for name in said["intents"] if name != said["class"])

    def _gatehouse_ref(self, name):
        """Id of a record that the addon ships; False once somebody deleted it."""
        record = self.env.ref(name, raise_if_not_found=False)
        return record.id if record else False

    def _gatehouse_companies(self):
        return self.env.user.sudo().company_ids.ids

    def _gatehouse_sender(self, address):
        normalized = email_normalize(address)
        if not normalized:
            return self.env["res.partner"]
        return self.env["res.partner"].search(
            [("email_normalized", "=", normalized), ("company_id", "in", [False, *self._gatehouse_companies()])],
            order="is_company desc, id", limit=1,
        )

    def _gatehouse_order(self, references, partner):
        """The order that the mail names: only one that exists, and rather one of the sender's own."""
        names = [reference["value"].strip().upper() for reference in references if reference["kind"] == "order"]
        orders = self.env["sale.order"].search(
            [("name", "in", names), ("company_id", "in", self._gatehouse_companies())]) if names else self.env["sale.order"]
        sender = partner.commercial_partner_id
        return orders.sorted(lambda order: (
            not sender or order.partner_id.commercial_partner_id != sender, names.index(order.name)))[:1]
