from odoo import models
from odoo.exceptions import UserError


class GatehouseDocument(models.Model):
    """A price list into the vendor's prices. A control of vendor prices, where there is one, makes a rise wait for its approval."""

    _inherit = "gatehouse.document"

    def _change_prices(self):
        lines = self.line_ids.filtered(lambda line: line.product_id and line.price)
        if not lines:
            raise UserError(self.env._("No line of %s names an item that is known here.", self.name))
        self.env["product.supplierinfo"].check_access("write")
        currency = self.currency_id or self.company_id.currency_id
        changed = waits = 0
        for line in lines:
            seller = line._seller()
            price = round(line._net_price(), 6)
            if not seller:
                seller = self.env["product.supplierinfo"].create(line._seller_values(price, currency))
            elif abs(seller.price - price) > 1e-6 or seller.currency_id != currency:
                seller.write({"price": price, "currency_id": currency.id})
            else:
                continue
            took = abs(seller.price - price) <= 1e-6
            changed, waits = changed + took, waits + (not took)
        left = len(self.line_ids) - len(lines)
        return self.env._("%(changed)s prices changed, %(waits)s wait for approval, %(left)s lines without a known item",
                          changed=changed, waits=waits, left=left)  # fmt: skip


class GatehouseDocumentLine(models.Model):
    _inherit = "gatehouse.document.line"

    def _seller(self):
        """The vendor's price list line this one replaces: the same item, the same minimum quantity, valid now."""
        vendor = self.document_id.partner_id.commercial_partner_id
        mine = self.product_id.seller_ids.filtered(
            lambda seller: seller.partner_id.commercial_partner_id == vendor
            and (not seller.product_id or seller.product_id == self.product_id)
            and (not seller.company_id or seller.company_id == self.document_id.company_id)
        )
        return (mine.filtered(lambda seller: seller.min_qty == self.quantity) if self.quantity else mine.sorted("min_qty"))[:1]

    def _seller_values(self, price, currency):
        vals = {
            "partner_id": self.document_id.partner_id.commercial_partner_id.id, "product_tmpl_id": self.product_id.product_tmpl_id.id,
            "price": price, "currency_id": currency.id, "min_qty": self.quantity, "company_id": self.document_id.company_id.id,
        }  # fmt: skip
        if self.item and self.item not in (self.product_id.default_code, self.product_id.barcode):
            vals["product_code"] = self.item
        if self._uom():
            vals["product_uom_id"] = self._uom().id
        return vals
