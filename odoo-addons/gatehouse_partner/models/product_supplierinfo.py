from odoo import api, fields, models
from odoo.exceptions import UserError

from .product_template import change_in_percent


class ProductSupplierinfo(models.Model):
    """A vendor's price list line rises by approval; a further line for the same vendor and item is no way round it."""

    _name = "product.supplierinfo"
    _inherit = ["product.supplierinfo", "gatehouse.protected.mixin"]
    _gatehouse_moves = ("vendor_price_list",)

    @api.model
    def _gatehouse_protected(self):
        return {"vendor_price_list": ("price", "discount", "currency_id")}

    @api.model_create_multi
    def create(self, vals_list):
        """A further line begins with the price that is known and asks for its own; the first one is free."""
        if not self._gatehouse_change_policies():
            return super().create(vals_list)
        known = [self._gatehouse_known(vals) for vals in vals_list]
        begun = [
            {**vals, "price": line.price, "discount": line.discount, "currency_id": line.currency_id.id} if line else vals
            for vals, line in zip(vals_list, known, strict=True)
        ]
        records = super().create(begun)
        for record, vals, line in zip(records, vals_list, known, strict=True):
            wish = {name: vals[name] for name in ("price", "discount", "currency_id") if name in vals}
            if line and wish:
                record.write(wish)
        return records

    @api.model
    def _gatehouse_known(self, vals):
        """The vendor's cheapest line for the item at present; an empty set for its first one."""
        item = [("product_id", "=", vals["product_id"])] if vals.get("product_id") else []
        template = vals.get("product_tmpl_id") or self.env["product.product"].browse(vals.get("product_id")).product_tmpl_id.id
        domain = [("partner_id", "=", vals.get("partner_id")), ("product_tmpl_id", "=", template), ("price", ">", 0)]
        lines = self.sudo().search([*domain, *item]) or self.sudo().search(domain)
        return lines.sorted(lambda line: line._gatehouse_net({}))[:1]

    def _gatehouse_net(self, proposed):
        """The net price in company currency that a change leads to."""
        price = float(proposed.get("price", self.price))
        discount = float(proposed.get("discount", self.discount))
        company = self.company_id or self.env.company
        return self._gatehouse_currency(proposed)._convert(
            price * (1 - discount / 100), company.currency_id, company, fields.Date.today(), round=False
        )

    def _gatehouse_currency(self, proposed):
        return self.env["res.currency"].browse(proposed.get("currency_id")) or self.currency_id

    def _gatehouse_require_rates(self, proposed):
        """Raise where a price cannot be compared: Odoo would count one to one, and any rise would look like none."""
        company = self.company_id or self.env.company
        for currency in self.currency_id | self._gatehouse_currency(proposed):
            if not currency._gatehouse_has_rate(company):
                raise UserError(
                    self.env._(
                        "%(vendor)s's price of %(item)s is in %(currency)s, which has no exchange rate in %(company)s, so its policy "
                        "cannot judge it. Enter a rate, or take another currency.",
                        vendor=self.partner_id.name, item=self.product_tmpl_id.display_name, currency=currency.name, company=company.name,
                    )
                )  # fmt: skip

    def _gatehouse_change_scope(self):
        return {
            **super()._gatehouse_change_scope(),
            "categories": self.product_tmpl_id.categ_id._gatehouse_path(),
            "tags": self.partner_id._gatehouse_tags(),
            "country_id": self.partner_id.country_id.id or None,
        }

    def _gatehouse_change_is_free(self, control, proposed):
        """A first price, and one that is not higher. None at all is no lower one: the next would be a first price again."""
        self._gatehouse_require_rates(proposed)
        return not self.price or 0 < self._gatehouse_net(proposed) <= self._gatehouse_net({}) + 1e-9

    def _gatehouse_moved_thing(self):
        """The vendor's price of the item, whichever of its lines says it."""
        return f"{self._name}:{self.partner_id.commercial_partner_id.id}:{self.product_tmpl_id.id}"

    def _gatehouse_change_value(self, control, proposed, policy):
        self.ensure_one()
        before, after = self._gatehouse_net({}), self._gatehouse_net(proposed)
        return change_in_percent(before, after), self.env._(
            "%(vendor)s asks %(after)s instead of %(before)s for %(item)s",
            vendor=self.partner_id.name, after=f"{after:.2f}", before=f"{before:.2f}", item=self.product_tmpl_id.display_name,
        )  # fmt: skip
