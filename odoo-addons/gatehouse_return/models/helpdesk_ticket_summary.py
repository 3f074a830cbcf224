from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.gatehouse.models.gatehouse_summary import utc

#: of the customer's words, and of the newest messages
MOST_TEXT, MOST_MESSAGES = 1000, 10


class GatehouseSummary(models.Model):
    _inherit = "gatehouse.summary"

    @api.model
    def _kinds(self):
        return [*super()._kinds(), "helpdesk.ticket"]


class HelpdeskTicket(models.Model):
    """The history of a claim at a glance: the mail, its order, what was shipped, what was answered."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "gatehouse.summary.mixin"]

    @api.model
    def _gatehouse_waiting_documents(self):
        return self.search([("gatehouse_message_id", "!=", False), ("closed", "=", False)])

    def _gatehouse_shows_summary(self):
        return bool(self.gatehouse_message_id)

    def _gatehouse_summary_cases(self):
        return {ticket.id: ticket._summary_case() for ticket in self}

    def _summary_case(self):
        order = self.gatehouse_order_id
        facts = self._summary_history() + (self._summary_order(order) if order else [])
        text = html2plaintext(self.description or "").strip()
        if text:
            facts.append({"kind": "said", "label": "Customer wrote", "text": text[:MOST_TEXT]})
        sure = not self.gatehouse_abstained
        names = {self.partner_name, self.partner_id.display_name, order.partner_id.display_name, *self.message_ids.author_id.mapped("name")}
        return {
            "subject": "ticket", "name": self.number or self.name, "party": self.partner_name or "", "state": self.stage_id.name or "",
            "topic": self.gatehouse_class or "" if sure else "", "claim": self.gatehouse_claim_type or "" if sure else "",
            "dispute": self.gatehouse_dispute_reason or "" if sure else "",
            "names": sorted(filter(None, names)), "facts": facts,
        }  # fmt: skip

    def _summary_history(self):
        """The mail, then who answered when; what was written stays in the messages."""
        facts = [{"kind": "history", "text": "Mail received", "at": utc(self.gatehouse_received_at or self.create_date)}]
        spoken = self.message_ids.filtered(lambda message: message.message_type in ("comment", "email", "email_outgoing"))
        facts += [
            {"kind": "history", "text": "Message", "who": message.author_id.name or message.email_from or "", "at": utc(message.date)}
            for message in spoken.sorted("id")[-MOST_MESSAGES:]
        ]  # fmt: skip
        return facts

    def _summary_order(self, order):
        facts = [
            {"kind": "history", "text": f"Order {order.name} confirmed" if order.state == "sale" else f"Order {order.name}: {order.state}",
             "at": utc(order.date_order)},
            {"kind": "amount", "label": f"Order {order.name}", "value": f"{order.amount_total:,.2f}", "unit": order.currency_id.name},
        ]  # fmt: skip
        for picking in (order.picking_ids if "picking_ids" in order._fields else []):
            at, state = picking.date_done or picking.scheduled_date, dict(picking._fields["state"]._description_selection(self.env))[picking.state]
            facts.append({"kind": "history", "text": f"{picking.name}: {state}{' (planned)' if not picking.date_done else ''}", "at": utc(at)})
        for hold in self.env["gatehouse.hold"]._open_on("sale.order", order.ids).sorted("id"):
            facts += hold._summary_facts()
        return facts
