import datetime

from odoo import api, models

#: Days before a vendor is written to again about the same order.
AGAIN_AFTER = 7


class GatehouseMessageRule(models.Model):
    _inherit = "gatehouse.message.rule"

    @api.model
    def _occasions(self):
        return {
            **super()._occasions(),
            "supplier_late": (self.env._("A vendor will be late, by its own record"), "purchase.order"),
            "supplier_overdue": (self.env._("A vendor is overdue"), "purchase.order"),
        }


class PurchaseOrder(models.Model):
    """Vendors are asked for a date before they are late, and again when they are."""

    _inherit = "purchase.order"

    def _gatehouse_predicted_late(self, now):
        """{order: text} of confirmed orders that arrive after their date if the vendor takes as long as usual."""
        lines = (
            self.env["purchase.order.line"]
            .search(
                [("state", "=", "purchase"), ("date_planned", ">=", now), ("product_id.type", "=", "consu")], limit=5000
            )
            .filtered(lambda line: line.qty_received < line.product_qty and line.order_id.date_approve)
        )
        record, found = self._gatehouse_vendor_record(lines.order_id.partner_id), {}
        predicted = self._gatehouse_predicted_days(lines.order_id)
        for order, part in lines.grouped("order_id").items():
            lead = predicted.get(order.id) or record.get(order.partner_id.id, (0.0, 0.0))[1]
            expected = order.date_approve + datetime.timedelta(days=lead)
            promised = min(part.mapped("date_planned"))
            if lead and expected > promised + datetime.timedelta(days=1):
                values = {
                    "vendor": order.partner_id.name, "lead": lead, "expected": expected.date(), "promised": promised.date(),
                }
                found[order] = (
                    self.env._("%(vendor)s takes %(lead).0f days by the model's median: expected %(expected)s, promised %(promised)s.", **values)
                    if order.id in predicted
                    else self.env._("%(vendor)s usually takes %(lead).0f days: expected %(expected)s, promised %(promised)s.", **values)
                )  # fmt: skip
        return found

    def _gatehouse_predicted_days(self, orders):
        """{order id: median days} as the lead-time model said when the order was checked.

        Only a model's own answer: one that ships a baseline was no better than the vendor's record, which Odoo has itself.
        """
        checks = self.env["gatehouse.check"].search(
            [("res_model", "=", "purchase.order"), ("res_id", "in", orders.ids), ("code", "=", "late_probability"),
             ("available", "=", True), ("degraded", "=", False)], order="id",
        )  # fmt: skip
        own = checks.filtered(lambda check: "lead_days" in (check.measures or {}) and not self._gatehouse_days_of_a_rule(check))
        return {check.res_id: float(check.measures["lead_days"]["value"]) for check in own}

    def _gatehouse_days_of_a_rule(self, check):
        """Whether a one-line rule answered the days; the model's name tells of the probability, in older checks of both."""
        attributes = check.attributes or {}
        return "lead_days" in attributes["baselines"] if "baselines" in attributes else "(baseline)" in (check.model or "")

    def _gatehouse_chase(self, occasion, found):
        """Write to the vendors of these orders, at most once a week and order."""
        Rule = self.env["gatehouse.message.rule"]
        for order in found:
            if not Rule._told(order, occasion, days=AGAIN_AFTER):
                Rule._tell(order, occasion)
