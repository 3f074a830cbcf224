from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """What a drafted reply may say, and the drafts of a ticket."""

    _inherit = "helpdesk.ticket"

    gatehouse_reply_ids = fields.One2many("gatehouse.reply", "ticket_id", "Replies")
    gatehouse_draft_id = fields.Many2one(
        "gatehouse.reply", "Draft", compute="_compute_gatehouse_draft", search="_search_gatehouse_draft")
    gatehouse_draft_to = fields.Char(related="gatehouse_draft_id.to")
    gatehouse_draft_subject = fields.Char(related="gatehouse_draft_id.subject", readonly=False)
    gatehouse_draft_body = fields.Html(related="gatehouse_draft_id.body", readonly=False)

    @api.depends("gatehouse_reply_ids.state")
    def _compute_gatehouse_draft(self):
        for ticket in self:
            ticket.gatehouse_draft_id = ticket.gatehouse_reply_ids.filtered(lambda reply: reply.state == "draft")[:1]

    @api.model
    def _search_gatehouse_draft(self, operator, value):
        return [("gatehouse_reply_ids", "any", [("id", operator, value), ("state", "=", "draft")])]

    # -- what a template may use -----------------------------------------------------------------
    def _gatehouse_reply_order(self):
        """The order that a reply may tell about: the sender is a contact of its customer. To a stranger: none."""
        self.ensure_one()
        order, sender = self.gatehouse_order_id, self.partner_id.commercial_partner_id
        return order if sender and order.partner_id.commercial_partner_id == sender else order.browse()

    def gatehouse_reply_facts(self):
        """For templates: {"order", "state", "delivery_date", "tracking"}; empty texts where nothing may be told."""
        self.ensure_one()
        order = self._gatehouse_reply_order().sudo()
        if not order:
            return {"order": "", "state": "", "delivery_date": False, "tracking": ""}
        pickings = order.picking_ids if "picking_ids" in order._fields else self.env["res.partner"]
        pickings = pickings.filtered(lambda picking: picking.state != "cancel") if pickings else pickings
        planned = [picking.scheduled_date for picking in pickings if picking.state != "done" and picking.scheduled_date]
        tracking = [picking.carrier_tracking_ref for picking in pickings
                    if "carrier_tracking_ref" in picking._fields and picking.carrier_tracking_ref]
        return {
            "order": order.name, "state": order.state,
            "delivery_date": order.commitment_date or (max(planned) if planned else False),
            "tracking": ", ".join(dict.fromkeys(tracking)),
        }

    # -- drafting --------------------------------------------------------------------------------
    def _gatehouse_class_is_known(self):
        super()._gatehouse_class_is_known()
        for ticket in self:
            ticket._gatehouse_redraft()

    def _gatehouse_redraft(self):
        """A fresh draft in place of one that nobody touched; a template that fails holds up no mail."""
        draft = self.gatehouse_draft_id.sudo()
        if draft and (draft.subject != draft.drafted_subject or draft._plain(draft.body) != draft.drafted_text):
            return draft
        draft.write({"state": "discarded"})
        try:
            with self.env.cr.savepoint():
                return self.env["gatehouse.reply"]._draft(self)
        except Exception as error:  # noqa: BLE001  whatever a template of the company's own raises
            self.env["gatehouse.exception"]._open(
                f"reply:{self.id}", "effect", self.env._("No reply could be drafted for ticket %s", self.number),
                detail=self.env._("The mail template fails: %s\nMend it, then press Draft a reply.", error),
                res_model=self._name, res_id=self.id, company_id=self.company_id.id)
            return draft.browse()

    def action_gatehouse_draft(self):
        self.ensure_one()
        self.check_access("write")
        if self.gatehouse_draft_id:
            raise UserError(self.env._("There is a draft already."))
        if not self.sudo()._gatehouse_redraft():
            raise UserError(self.env._(
                "There is no template for this class of mails, or nobody to write to. See Gatehouse > Messages > Reply templates."))
        return True

    def action_gatehouse_approve(self):
        """One click on the ticket: the draft is approved as it stands."""
        self.ensure_one()
        if not self.gatehouse_draft_id:
            raise UserError(self.env._("There is no draft to approve."))
        return self.gatehouse_draft_id.action_approve()

    def action_gatehouse_discard(self):
        self.ensure_one()
        return self.gatehouse_draft_id.action_discard()
