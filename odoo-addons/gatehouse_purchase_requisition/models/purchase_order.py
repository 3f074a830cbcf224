from odoo import models


class PurchaseOrder(models.Model):
    """A running blanket order says whom an item is bought from, and at which price."""

    _inherit = "purchase.order"

    def _gatehouse_agreements(self, line):
        """(this vendor's, other vendors') lines of the blanket orders for an item that run at the order's date."""
        day = self._gatehouse_priced_at().date()
        running = line.product_id.gatehouse_agreement_line_ids.filtered(
            lambda agreed: agreed.requisition_id._gatehouse_runs(self.company_id, day)
        )
        vendor = self.partner_id.commercial_partner_id
        own = running.filtered(lambda agreed: agreed.requisition_id.vendor_id.commercial_partner_id == vendor)
        return own, running - own

    def _gatehouse_unapproved(self, line, exact, any_quantity):
        own, others = self._gatehouse_agreements(line)
        if own or not others:
            return super()._gatehouse_unapproved(line, exact, any_quantity)
        agreement = others[0].requisition_id
        return self.env._(
            "%(item)s (%(vendor)s has the blanket order %(agreement)s)",
            item=line.product_id.display_name, vendor=agreement.vendor_id.display_name, agreement=agreement.name,
        )  # fmt: skip

    def _gatehouse_agreed_prices(self, line, seller):
        own, _others = self._gatehouse_agreements(line)
        agreed = [
            (part.price_unit, part.requisition_id.currency_id, part.product_uom_id, self.env._("the price of %s", part.requisition_id.name))
            for part in own
        ]
        return [*agreed, *super()._gatehouse_agreed_prices(line, seller)]
