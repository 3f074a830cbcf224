from odoo import fields, models


class HelpdeskTicket(models.Model):
    """The delivery that a mail names, by its own name or by the carrier's number for it."""

    _inherit = "helpdesk.ticket"

    gatehouse_shipment_id = fields.Many2one(
        "stock.picking", "Shipment", readonly=True, copy=False, index="btree_not_null", ondelete="set null")

    def _gatehouse_shipment(self, references, partner):
        """Only one that exists, and rather one of the sender's own; a stranger's is for the agent alone, as with orders."""
        names = [reference["value"].strip().upper() for reference in references or [] if reference["kind"] == "shipment"]
        if not names:
            return self.env["stock.picking"]
        known_by = [name for name in ("name", "carrier_tracking_ref") if name in self.env["stock.picking"]._fields]
        domain = [(known_by[-1], "in", names)] if len(known_by) == 1 else ["|", *((name, "in", names) for name in known_by)]
        shipments = self.env["stock.picking"].search(
            [*domain, ("company_id", "in", self._gatehouse_companies())], order="id desc", limit=80)
        sender = partner.commercial_partner_id
        return shipments.sorted(lambda row: not sender or row.partner_id.commercial_partner_id != sender)[:1]

    def _gatehouse_order_of(self, shipment):
        """The order that a shipment delivers, where sales deliver from stock at all."""
        return shipment.sale_id if "sale_id" in shipment._fields else self.env["sale.order"]
