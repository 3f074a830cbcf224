from odoo import api, models


def change_in_percent(before, after):
    """How far a price moved, either way; a first price is no change."""
    return round(abs(after - before) / abs(before) * 100, 2) if before else 0.0


class ProductTemplate(models.Model):
    """The sales price changes by approval where it moves far, and so does the category, by which policies apply."""

    _name = "product.template"
    _inherit = ["product.template", "gatehouse.protected.mixin"]
    _gatehouse_moves = ("product_price",)

    @api.model
    def _gatehouse_protected(self):
        return {"product_price": ("list_price",), "product_category": ("categ_id",)}

    def _gatehouse_change_scope(self):
        return {**super()._gatehouse_change_scope(), "categories": self.categ_id._gatehouse_path()}

    def _gatehouse_change_scopes(self, proposed):
        """With the category that it goes to: nothing is moved out of a strict one, or into it, by the other's policy alone."""
        scopes = super()._gatehouse_change_scopes(proposed)
        if "categ_id" in proposed:
            there = self.env["product.category"].browse(proposed["categ_id"] or [])
            scopes.append({**scopes[0], "categories": there._gatehouse_path()})
        return scopes

    def _gatehouse_change_is_free(self, control, proposed):
        return not (self.categ_id if control == "product_category" else self.list_price)

    def _gatehouse_change_value(self, control, proposed, policy):
        self.ensure_one()
        if control == "product_category":
            return self.categ_id._gatehouse_move_value(proposed["categ_id"])
        after = float(proposed["list_price"])
        return change_in_percent(self.list_price, after), self.env._(
            "sales price %(after)s instead of %(before)s", after=f"{after:.2f}", before=f"{self.list_price:.2f}"
        )

    def _gatehouse_told_here(self):
        """With the costs of its variants and its vendors' prices."""
        return [*super()._gatehouse_told_here(), self._origin.product_variant_ids, self._origin.seller_ids]
