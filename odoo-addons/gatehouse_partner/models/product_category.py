from odoo import api, models


class ProductCategory(models.Model):
    """A category moves by approval, as an item from one to another does: by categories policies apply."""

    _name = "product.category"
    _inherit = ["product.category", "gatehouse.protected.mixin"]

    @api.model
    def _gatehouse_protected(self):
        return {"product_category": ("parent_id",)}

    def _gatehouse_path(self):
        """Ids of the category and of those above it."""
        return [int(part) for part in (self.parent_path or "").split("/") if part]

    def _gatehouse_change_scope(self):
        return {**super()._gatehouse_change_scope(), "categories": self._gatehouse_path()}

    def _gatehouse_change_scopes(self, proposed):
        """With the categories that it comes under."""
        scopes = super()._gatehouse_change_scopes(proposed)
        above = self.browse(proposed.get("parent_id") or [])
        return [*scopes, {**scopes[0], "categories": [*above._gatehouse_path(), self.id]}]

    def _gatehouse_change_value(self, control, proposed, policy):
        return self.parent_id._gatehouse_move_value(proposed["parent_id"])

    def _gatehouse_move_value(self, after):
        """(value, text) of a move from this category to the one of that id."""
        after = self.browse(after or [])
        return 1.0, self.env._(
            "category %(after)s instead of %(before)s", after=after.display_name or "–", before=self.display_name or "–"
        )
