from odoo import api, models

from .res_partner_onboarding import plain_name
from .product_template import change_in_percent


class ProductProduct(models.Model):
    """The cost by hand changes by approval; and what an item lacks before it is bought or sold."""

    _name = "product.product"
    _inherit = ["product.product", "gatehouse.protected.mixin"]
    _gatehouse_moves = ("product_cost",)

    @api.model
    def _gatehouse_protected(self):
        return {"product_cost": ("standard_price",)}

    def _gatehouse_is_protected(self):
        """Valuation writes the cost as superuser, by rule; people write it as themselves."""
        return not self.env.su

    def _gatehouse_told_here(self):
        """With its template's price and its vendors' prices."""
        return [*super()._gatehouse_told_here(), self._origin.product_tmpl_id, self._origin.seller_ids]

    def _gatehouse_change_scope(self):
        return self.product_tmpl_id._gatehouse_change_scope()

    def _gatehouse_change_is_free(self, control, proposed):
        return not self.standard_price

    def _gatehouse_change_value(self, control, proposed, policy):
        self.ensure_one()
        after = float(proposed["standard_price"])
        return change_in_percent(self.standard_price, after), self.env._(
            "cost %(after)s instead of %(before)s", after=f"{after:.2f}", before=f"{self.standard_price:.2f}"
        )

    def _gatehouse_findings(self, required):
        """{product id: what is wrong with its master data, as texts}; products without a finding are left out.

        :param required: names of fields that must be filled
        """
        found = {}
        for product in self:
            missing = [name for name in required if not product[name]]
            if missing:
                labels = [self._fields[name].get_description(self.env)["string"] for name in missing]
                found.setdefault(product.id, []).append(self.env._("without %s", ", ".join(labels)))
        for product, twins in self._gatehouse_twins().items():
            text = self.env._("looks like %s", ", ".join(twins.mapped("display_name")[:3]))
            found.setdefault(product.id, []).append(text)
        return found

    def _gatehouse_twins(self):
        """{product: other products with the same internal reference or the same name}, two queries for all of them."""
        codes = [code for code in self.mapped("default_code") if code]
        names = [name for name in self.mapped("name") if name]
        others = self.sudo().search(["|", ("default_code", "in", codes), ("name", "in", names)])
        twins = {}
        for product in self:
            same = others.filtered(
                lambda other, product=product: other.product_tmpl_id != product.product_tmpl_id
                and (other.company_id == product.company_id or not other.company_id or not product.company_id)
                and (
                    (product.default_code and other.default_code == product.default_code)
                    or plain_name(other.name) == plain_name(product.name)
                )
            )
            if same:
                twins[product] = same
        return twins

    def _gatehouse_master_data_value(self, policy):
        """(number of items with findings, text) for an order's gate."""
        found = self._gatehouse_findings(policy.get("required_fields") or ())
        if not found:
            return 0.0, self.env._("every item's master data is complete")
        parts = [
            f"{product.display_name}: {', '.join(found[product.id])}" for product in self if product.id in found
        ]
        return float(len(found)), "; ".join(parts[:5])
