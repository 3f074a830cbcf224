from odoo import api, models
from odoo.tools import ormcache


class PriceListSource(models.AbstractModel):
    """What says which price list a country's customers have: a change of that makes the lists be looked up anew."""

    _name = "gatehouse.price.list.source"
    _description = "Source of a country's price list"

    #: its fields that say so
    _gatehouse_source_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        if self._gatehouse_source_fields & vals.keys():  # everything remembered goes with it
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result


class ProductPricelist(models.Model):
    _name = "product.pricelist"
    _inherit = ["product.pricelist", "gatehouse.price.list.source"]
    #: those of websites too, where Odoo's shop is installed
    _gatehouse_source_fields = frozenset(("active", "company_id", "sequence", "country_group_ids", "website_id", "selectable", "code"))

    @api.model
    def _gatehouse_of_country(self, country):
        """The price list of customers of a country who have none of their own, remembered: Odoo searches for it each time."""
        where = str(self._get_partner_pricelist_multi_search_domain_hook(self.env.company.id))
        return self.browse(self._gatehouse_country_list(self.env.company.id, country.id, where))

    @api.model
    @ormcache("company_id", "country_id", "where")
    def _gatehouse_country_list(self, company_id, country_id, where):
        """Its id; `where` is the domain that Odoo and its addons search in, such as that of a website."""
        lists = self.with_context(country_code=None)
        return lists._get_country_pricelist_multi([country_id] if country_id else [])[country_id].id


class ResCountryGroup(models.Model):
    _name = "res.country.group"
    _inherit = ["res.country.group", "gatehouse.price.list.source"]
    _gatehouse_source_fields = frozenset(("country_ids", "pricelist_ids"))


class ResCountry(models.Model):
    _name = "res.country"
    _inherit = ["res.country", "gatehouse.price.list.source"]
    _gatehouse_source_fields = frozenset(("country_group_ids",))
