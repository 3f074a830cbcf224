from collections import defaultdict

from odoo import api, models


class PriceRuleMixin(models.AbstractModel):
    """What list prices are found by. Discounts are measured by it, so a change of it is told: in the log, and to somebody else than who made it.

    Inherited before the model's own, so that all that a call changes lies within.
    """

    _name = "gatehouse.price.rule.mixin"
    _description = "What list prices are found by"

    #: fields that move a price, or say whose it is
    _gatehouse_price_fields = ()

    def _gatehouse_price_owner(self):
        """The record that a change is told about, such as a rule's price list."""
        return self

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._gatehouse_tell_prices({}, records._gatehouse_prices())
        return records

    def write(self, vals):
        if not set(self._gatehouse_price_fields) & vals.keys():
            return super().write(vals)
        before = self._gatehouse_prices()
        result = super().write(vals)
        self._gatehouse_tell_prices(before, self._gatehouse_prices())
        return result

    def unlink(self):
        self._gatehouse_tell_prices(self._gatehouse_prices(), {})
        return super().unlink()

    def _gatehouse_prices(self):
        """{id: {name of a field: its value as people read it}}; empty where no policy measures discounts."""
        if not self.env["gatehouse.policy"]._in_use(["sale_discount"]):
            return {}
        found = {}
        for rule in self.sudo():
            values = {name: rule[name] for name in self._gatehouse_price_fields}
            found[rule.id] = {
                name: ", ".join(value.mapped("display_name")) if isinstance(value, models.BaseModel) else str(value)
                for name, value in values.items() if value
            }  # fmt: skip
        return found

    def _gatehouse_tell_prices(self, before, after):
        """Tell what differs: one row of the log, and one exception of who did it, for each record that it is about."""
        told = defaultdict(list)
        for rule in self.sudo():
            old, new = before.get(rule.id, {}), after.get(rule.id, {})
            changed = {name: (old.get(name, "–"), new.get(name, "–")) for name in self._gatehouse_price_fields if old.get(name) != new.get(name)}
            if changed:
                told[rule._gatehouse_price_owner()].append((rule.display_name, changed))
        for owner, rows in told.items():
            self._gatehouse_tell_owner(owner, rows)

    def _gatehouse_tell_owner(self, owner, rows):
        lines = [
            f"{name}: " + ", ".join(f"{self._fields[field].string} {old} → {new}" for field, (old, new) in changed.items())
            for name, changed in rows[:50]
        ]
        self.env["gatehouse.decision"]._append("price_rules_changed", owner, changed=lines, count=len(rows))
        if self.env["gatehouse.data.owner"].sudo().search_count([("user_ids", "in", self.env.uid)], limit=1):
            return  # a system whose data it is
        advice = self.env._("Discounts are measured by it from now on. If nobody decided this, change it back; then say here what was done.")
        self.env["gatehouse.exception"]._open(
            f"prices:{owner._name}:{owner.id}:{self.env.uid}", "configuration",
            self.env._("%(who)s changed the prices of %(list)s", who=self.env.user.sudo().name, list=owner.display_name),
            detail="\n".join([*lines, *(["…"] if len(rows) > len(lines) else []), advice]),
            res_model=owner._name, res_id=owner.id, about_user_id=self.env.uid,
        )  # fmt: skip


class ProductPricelistItem(models.Model):
    _name = "product.pricelist.item"
    _inherit = ["gatehouse.price.rule.mixin", "product.pricelist.item"]
    _gatehouse_price_fields = (
        "pricelist_id", "applied_on", "categ_id", "product_tmpl_id", "product_id", "min_quantity", "date_start", "date_end",
        "compute_price", "fixed_price", "percent_price", "base", "base_pricelist_id", "price_discount", "price_markup", "price_surcharge",
        "price_round", "price_min_margin", "price_max_margin",
    )  # fmt: skip

    def _gatehouse_price_owner(self):
        return self.pricelist_id


class ProductPricelist(models.Model):
    _name = "product.pricelist"
    _inherit = ["gatehouse.price.rule.mixin", "product.pricelist"]
    _gatehouse_price_fields = ("active", "currency_id", "company_id", "sequence", "country_group_ids")


class ResCountryGroup(models.Model):
    """Which countries' customers have its price lists."""

    _name = "res.country.group"
    _inherit = ["gatehouse.price.rule.mixin", "res.country.group"]
    _gatehouse_price_fields = ("country_ids", "pricelist_ids")


class ResCountry(models.Model):
    _name = "res.country"
    _inherit = ["gatehouse.price.rule.mixin", "res.country"]
    _gatehouse_price_fields = ("country_group_ids",)
