from odoo import fields, models

from .gatehouse_document_compare import DELAY, VALUE


class PurchaseOrder(models.Model):
    """An order that a vendor's confirmation changes: what a change request asks and shows."""

    _inherit = "purchase.order"

    gatehouse_document_ids = fields.One2many("gatehouse.document", "order_id", "Supplier documents")
    gatehouse_document_count = fields.Integer(compute="_compute_gatehouse_document_count", compute_sudo=True)

    def _compute_gatehouse_document_count(self):
        counts = dict(self.env["gatehouse.document"]._read_group([("order_id", "in", self.ids)], ["order_id"], ["__count"]))
        for order in self:
            order.gatehouse_document_count = counts.get(order._origin, 0)

    def action_gatehouse_documents(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "name": self.env._("Documents of %s", self.name), "res_model": "gatehouse.document",
            "view_mode": "list,kanban,form", "domain": [("order_id", "=", self.id)],
        }  # fmt: skip

    # -- what a change request asks ------------------------------------------------------------
    def _gatehouse_change_scopes(self, proposed):
        return [self._gatehouse_scope()]

    def _gatehouse_change_is_free(self, control, proposed):
        return False

    def _gatehouse_changes(self, proposed):
        """[(line, values)] of the proposed commands; lines that are gone are left out."""
        lines = {line.id: line for line in self.order_line}
        return [(lines[number], vals) for _code, number, vals in proposed.get("order_line", []) if number in lines]

    def _gatehouse_change_value(self, control, proposed, policy):
        """(% of the line that differs most, or days of the line that is latest, text)"""
        self.ensure_one()
        worst, texts = 0.0, []
        for line, vals in self._gatehouse_changes(proposed):
            for value, text in self._gatehouse_deviations(control, line, vals):
                worst = max(worst, value)
                texts.append(f"{line.product_id.default_code or line.product_id.name}: {text}")
        return worst, self.env._("the vendor confirms %s", "; ".join(texts[:10]) or self.env._("as ordered"))

    def _gatehouse_deviations(self, control, line, vals):
        if control == DELAY:
            before, after = fields.Date.to_date(line.date_planned), fields.Date.to_date(vals["date_planned"])
            days = (after - before).days if before else 0
            yield float(max(0, days)), self.env._("%(after)s instead of %(before)s", after=after, before=before)
        if control == VALUE:
            for name, shown in (("product_qty", "%g"), ("price_unit", "%.2f")):
                if name in vals:
                    before, after = line[name], vals[name]
                    yield abs(after - before) / abs(before) * 100 if before else 1000.0, self.env._(
                        "%(after)s instead of %(before)s", after=shown % after, before=shown % before)

    def _gatehouse_change_amount(self, control, proposed):
        total = 0.0
        for line, vals in self._gatehouse_changes(proposed):
            after = vals.get("product_qty", line.product_qty) * vals.get("price_unit", line.price_unit)
            total += after - line.product_qty * line.price_unit
        return self.currency_id._convert(abs(total), self.company_id.currency_id, self.company_id, fields.Date.today())

    def _gatehouse_change_applied(self, control):
        holds = self.env["gatehouse.hold"]._open_on(self._name, self.ids, "receive")
        holds.filtered(lambda hold: hold.control == control)._close("voided", self.env._("The change was approved"))

    # -- what it shows -------------------------------------------------------------------------
    def _gatehouse_plain(self, proposed):
        """What the proposed commands would replace, to notice that somebody changed it meanwhile."""
        self.ensure_one()
        return {"order_line": [[1, line.id, self._gatehouse_now(line, vals)] for line, vals in self._gatehouse_changes(proposed)]}

    def _gatehouse_now(self, line, names):
        return {name: str(line[name]) if name == "date_planned" else line[name] for name in names}

    def _gatehouse_shown(self, name, value):
        if name != "order_line":
            return str(value)
        if isinstance(value, models.BaseModel):
            names = ("product_qty", "price_unit", "date_planned")
            value = [[1, line.id, self._gatehouse_now(line, names)] for line in value if not line.display_type]
        labels = {"product_qty": self.env._("quantity"), "price_unit": self.env._("price"), "date_planned": self.env._("date")}
        return "; ".join(
            "%s: %s" % (
                line.product_id.default_code or line.product_id.name,
                ", ".join(f"{labels[key]} {vals[key][:10] if key == 'date_planned' else f'{vals[key]:g}'}" for key in labels if key in vals),
            )
            for line, vals in self._gatehouse_changes({"order_line": value})[:20]
        )  # fmt: skip
