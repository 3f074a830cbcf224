from odoo import api, models

from ..tools import documents

#: of an exception's priority, as the ranking knows it
URGENCY = {"0": "normal", "1": "high", "2": "urgent"}


class GatehouseException(models.Model):
    """Exceptions in the order of what their waiting costs."""

    _name = "gatehouse.exception"
    _inherit = ["gatehouse.exception", "gatehouse.priority.mixin"]
    _order = "state, gatehouse_rank, priority desc, deadline, id desc"

    @api.model
    def _gatehouse_open_work(self):
        return [("state", "=", "open"), ("snoozed", "=", False)]

    def _gatehouse_work_deadline(self):
        return self.deadline

    def _gatehouse_work_facts(self):
        """The value and the tier are those of the document, where it has them."""
        about, facts = documents.of(self.sudo()), {}
        for record in self:
            document = about[record]
            facts[record.id] = {
                "value": _money(document._gatehouse_amount()) if document and hasattr(document, "_gatehouse_amount") else None,
                "tier": (document._gatehouse_customer_tier() or "")[:200] if document and hasattr(document, "_gatehouse_customer_tier") else "",
                "urgency": URGENCY[record.priority or "0"],
                "queue": f"role:{record.role_id.id}",
            }
        return facts


def _money(amount):
    return f"{max(0.0, amount):.2f}"
