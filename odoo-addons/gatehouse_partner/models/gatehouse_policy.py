from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.gatehouse.models.gatehouse_policy_soundness import PARTNER

from .gatehouse_vendor_document import KINDS


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("vendor_onboarding", "Vendor: failed checks on approval"),
            ("partner_terms", "Partner: days of payment terms given away"),
            ("partner_credit", "Partner: new credit limit"),
            ("partner_price_list", "Partner: change of the price list"),
            ("partner_tax_id", "Partner: change of the tax id"),
            ("partner_bank", "Partner: bank account to pay to"),
            ("product_price", "Product: % change of the sales price"),
            ("product_cost", "Product: % change of the cost by hand"),
            ("product_category", "Product: change of the category"),
            ("vendor_price_list", "Vendor price list: % a price rises"),
            ("sale_master_data", "Sales: items with incomplete master data"),
            ("purchase_master_data", "Purchase: items with incomplete master data"),
        ],
        ondelete=dict.fromkeys(
            (
                "vendor_onboarding", "partner_terms", "partner_credit", "partner_price_list", "partner_tax_id", "partner_bank",
                "product_price", "product_cost", "product_category", "vendor_price_list", "sale_master_data", "purchase_master_data",
            ),
            "cascade",
        ),
    )  # fmt: skip
    required_fields = fields.Char(help="Technical names of product fields that must be filled, such as barcode,weight.")
    required_documents = fields.Char(help="Documents a vendor must have, such as registration,bank_letter.")

    @api.model
    def _narrowing(self):
        return {
            **super()._narrowing(), "vendor_onboarding": PARTNER, "partner_*": PARTNER, "product_*": ("product_category_id",),
            "vendor_price_list": ("product_category_id", *PARTNER),
        }  # fmt: skip

    @api.constrains("required_fields", "required_documents")
    def _check_required(self):
        for policy in self:
            fields_there, kinds = self.env["product.product"]._fields, dict(KINDS)
            for name in policy._words(policy.required_fields):
                if name not in fields_there:
                    raise ValidationError(self.env._("%s is no field of a product.", name))
            for kind in policy._words(policy.required_documents):
                if kind not in kinds:
                    raise ValidationError(
                        self.env._("%(kind)s is no kind of document; there are: %(kinds)s", kind=kind, kinds=", ".join(kinds))
                    )

    @api.model
    def _words(self, text):
        return [word.strip() for word in (text or "").split(",") if word.strip()]

    def _compile(self):
        return {
            **super()._compile(),
            "required_fields": self._words(self.required_fields),
            "required_documents": self._words(self.required_documents),
        }

    @api.model
    def _plain_fields(self):
        return (*super()._plain_fields(), "required_fields", "required_documents")
