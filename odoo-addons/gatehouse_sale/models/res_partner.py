from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _gatehouse_price_list(self):
        """The customer's own price list in the company of the environment, or the one of his country; empty without price lists.

        Odoo's `property_product_pricelist`, but no country that a caller's context names counts.
        """
        lists = self.env["product.pricelist"]
        if not self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist"):
            return lists
        return self._gatehouse_own_price_list() or lists._gatehouse_of_country(self.country_id)

    def _gatehouse_own_price_list(self):
        """The price list that somebody chose for him."""
        return self.specific_property_product_pricelist._get_partner_pricelist_multi_filter_hook()
