from odoo import api, fields, models
from odoo.exceptions import UserError

from .product_template import change_in_percent

PRICE_FIELDS = ("price", "discount", "currency_id")
#: what the log calls a line that was deleted
REMOVED = "vendor_price_removed"


class ProductSupplierinfo(models.Model):
    """A vendor's price list line rises by approval; a further line for the same vendor and item is no way round it."""

    _name = "product.supplierinfo"
    _inherit = ["product.supplierinfo", "gatehouse.protected.mixin"]
    _gatehouse_moves = ("vendor_price_list",)

    @api.model
    def _gatehouse_protected(self):
        return {"vendor_price_list": PRICE_FIELDS}

    @api.model_create_multi
    def create(self, vals_list):
        """A further line begins with the price that is known and asks for its own; the first one is free."""
        if not self._gatehouse_change_policies():
            return super().create(vals_list)
        begins = [self._gatehouse_begins(vals) for vals in vals_list]
        records = super().create([{**vals, **begin} for vals, begin in zip(vals_list, begins, strict=True)])
        for record, vals, begin in zip(records, vals_list, begins, strict=True):
            wish = {name: vals[name] for name in PRICE_FIELDS if name in vals}
            if begin and wish:
                record.write(wish)
        return records

    def unlink(self):
        """The price that a line leaves behind is where the vendor's next one for the item begins."""
        if self._gatehouse_change_policies():
            self.env["gatehouse.decision"]._append_many([
                (REMOVED, line, {
                    "control": "vendor_price_list", "before": line._gatehouse_plain(PRICE_FIELDS),
                    "moved": {"what": line._gatehouse_moved_thing(), "by": str(self.env.uid), "by_how_much": 0.0, "signed": False},
                })
                for line in self.sudo() if line.price > 0
            ])  # fmt: skip
        return super().unlink()

    @api.model
    def _gatehouse_begins(self, vals):
        """Price, discount and currency that a new line begins with; nothing where it is the vendor's first one for the item."""
        line = self._gatehouse_known(vals)
        if line:
            return line._gatehouse_plain(PRICE_FIELDS)
        self.env.cr.execute(
            """SELECT content->'before' FROM gatehouse_decision
                WHERE content->'moved'->>'what' = %s AND content->>'action' = %s ORDER BY id DESC LIMIT 1""",
            [self.sudo().new(vals)._gatehouse_moved_thing(), REMOVED],
        )
        row = self.env.cr.fetchone()
        return row[0] if row else {}

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
        vendor, item = self.partner_id.commercial_partner_id, self.product_tmpl_id or self.product_id.product_tmpl_id
        return f"{self._name}:{vendor._origin.id}:{item._origin.id}"

    def _gatehouse_change_value(self, control, proposed, policy):
        self.ensure_one()
        before, after = self._gatehouse_net({}), self._gatehouse_net(proposed)
        return change_in_percent(before, after), self.env._(
            "%(vendor)s asks %(after)s instead of %(before)s for %(item)s",
            vendor=self.partner_id.name, after=f"{after:.2f}", before=f"{before:.2f}", item=self.product_tmpl_id.display_name,
        )  # fmt: skip
