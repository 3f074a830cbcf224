from odoo import fields, models


class PurchaseRequisition(models.Model):
    _inherit = "purchase.requisition"

    def _gatehouse_runs(self, company, day):
        """Whether it is a confirmed blanket order for a company, or for one above it, within its dates.

        What was ordered by it already does not end it: to Odoo its quantity is no bound either.
        """
        return (
            self.active
            and self.requisition_type == "blanket_order"
            and self.state == "confirmed"
            and bool(self.vendor_id)
            and self.company_id in company.parent_ids
            and (not self.date_start or self.date_start <= day)
            and (not self.date_end or self.date_end >= day)
        )


class PurchaseRequisitionLine(models.Model):
    _inherit = "purchase.requisition.line"

    product_id = fields.Many2one(index=True)


class ProductProduct(models.Model):
    _inherit = "product.product"

    #: read for the items of all lines together
    gatehouse_agreement_line_ids = fields.One2many("purchase.requisition.line", "product_id", string="Purchase agreements")
