from odoo import fields, models
from odoo.tools import float_is_zero

from odoo.addons.gatehouse.models.gatehouse_change_request import APPLYING

CONTROL = "stock_adjustment"


class StockQuant(models.Model):
    """An inventory adjustment that is worth much waits for its approval; the stock stays as it was until then."""

    _name = "stock.quant"
    _inherit = ["stock.quant", "gatehouse.protected.mixin"]
    _gatehouse_moves = (CONTROL,)

    gatehouse_waits = fields.Char("Approval", compute="_compute_gatehouse_waits", compute_sudo=True)

    def _compute_gatehouse_waits(self):
        """What the list of counts says beside one that was applied and waits."""
        waiting = self.env["gatehouse.change.request"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "=", "waiting")]
        )
        holds = self.env["gatehouse.hold"]._open_on(waiting._name, waiting.ids)
        roles = {hold.res_id: hold._step().sudo().role_id.full_name or hold.role_id.full_name for hold in holds}
        asked = {request.res_id: roles.get(request.id) for request in waiting}
        for quant in self:
            role = asked.get(quant._origin.id)
            quant.gatehouse_waits = self.env._("waits for %s", role) if role else False

    def action_gatehouse_explain(self):
        """The policies of a count: of the one that waits, or as it would be judged if it were applied now."""
        self.ensure_one()
        self.check_access("read")
        Request, explanation = self.env["gatehouse.change.request"], self.env["gatehouse.explanation"]
        waiting = Request.sudo().search([("res_model", "=", self._name), ("res_id", "=", self.id), ("state", "=", "waiting")], limit=1)
        counted = self.inventory_quantity if self.inventory_quantity_set else self.quantity
        rows = Request._explain(self, CONTROL, waiting.proposed or {"inventory_quantity": counted})
        return explanation._show(self.env._("Policies of the count of %s", self.product_id.display_name), explanation._html(rows))

    def _apply_inventory(self, date=None):
        """Every way of applying a count ends here: the button, all at once, the conflict's wizard, RPC."""
        if self.env.cr.precommit.data.get(APPLYING) or not self._gatehouse_change_policies():
            return super()._apply_inventory(date)
        waiting = self.browse()
        for quant in self:
            proposed = {"inventory_quantity": quant.inventory_quantity}
            if self.env["gatehouse.change.request"]._ask(quant, CONTROL, proposed):
                waiting |= quant
        rest = self - waiting
        return super(StockQuant, rest)._apply_inventory(date) if rest else None

    def _gatehouse_change_policies(self):
        active = [("control", "=", CONTROL), ("state", "=", "active"), ("mode", "!=", "off")]
        return bool(self.env["gatehouse.policy"].sudo().search_count(active, limit=1))

    def _gatehouse_change_applied(self, control):
        """The signed count becomes the stock."""
        self._apply_inventory()
        self.inventory_quantity_set = False

    def _gatehouse_plain(self, names):
        """With the quantity on hand: a count that was signed before goods moved is no count any more."""
        return {**super()._gatehouse_plain(names), "quantity": self.quantity}

    def _gatehouse_moved_thing(self):
        """The item, wherever and in whichever lot it was counted: an empty count is deleted, and the next one is another record."""
        return f"{self.product_id._name}:{self.product_id.id}"

    def _gatehouse_difference(self, proposed):
        return float(proposed["inventory_quantity"]) - self.quantity

    def _gatehouse_change_scope(self):
        path = self.product_id.categ_id.parent_path or ""
        return {
            **super()._gatehouse_change_scope(),
            "warehouse_id": self.location_id.warehouse_id.id or None,
            "categories": [int(part) for part in path.split("/") if part],
        }

    def _gatehouse_change_is_free(self, control, proposed):
        """A count that agrees."""
        return float_is_zero(self._gatehouse_difference(proposed), precision_rounding=self.product_uom_id.rounding)

    def _gatehouse_change_amount(self, control, proposed):
        cost = self.product_id.with_company(self.company_id or self.env.company).standard_price
        return abs(self._gatehouse_difference(proposed)) * cost

    def _gatehouse_change_value(self, control, proposed, policy):
        self.ensure_one()
        return round(self._gatehouse_change_amount(control, proposed), 2), self.env._(
            "%(item)s at %(place)s: counted %(counted)g, on hand %(hand)g, worth %(value)s",
            item=self.product_id.display_name, place=self.location_id.display_name,
            counted=float(proposed["inventory_quantity"]), hand=self.quantity,
            value=f"{self._gatehouse_change_amount(control, proposed):,.2f}",
        )  # fmt: skip
