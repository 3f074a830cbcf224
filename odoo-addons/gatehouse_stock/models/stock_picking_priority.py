from odoo import api, models
from odoo.tools import SQL

OPEN = ("confirmed", "waiting", "assigned")

#: value and lines of what a transfer still has to move, in company currency, by the order's price
VALUES = """
    SELECT m.picking_id, count(*) AS lines,
           sum(m.product_uom_qty * coalesce(
               sl.price_subtotal / nullif(sl.product_uom_qty, 0) / nullif(so.currency_rate, 0),
               pl.price_subtotal / nullif(pl.product_qty, 0) / nullif(po.currency_rate, 0))) AS value
      FROM stock_move m
      LEFT JOIN sale_order_line sl ON sl.id = m.sale_line_id LEFT JOIN sale_order so ON so.id = sl.order_id
      LEFT JOIN purchase_order_line pl ON pl.id = m.purchase_line_id LEFT JOIN purchase_order po ON po.id = pl.order_id
     WHERE m.picking_id = ANY(%(ids)s) AND m.state NOT IN ('done', 'cancel', 'draft')
     GROUP BY m.picking_id
"""

#: demand of deliveries that waits for goods which a receipt or an internal transfer brings to the same warehouse
BLOCKED = """
    WITH incoming AS (
        SELECT m.picking_id, m.product_id, t.warehouse_id, sum(m.product_qty) AS quantity
          FROM stock_move m JOIN stock_picking_type t ON t.id = m.picking_type_id
         WHERE m.picking_id = ANY(%(ids)s) AND t.code IN ('incoming', 'internal') AND m.state NOT IN ('done', 'cancel', 'draft')
         GROUP BY 1, 2, 3),
    demand AS (
        SELECT m.product_id, t.warehouse_id, sum(m.product_qty) AS quantity, count(DISTINCT sl.order_id) AS orders,
               sum(m.product_uom_qty * sl.price_subtotal / nullif(sl.product_uom_qty, 0) / nullif(so.currency_rate, 0)) AS value
          FROM stock_move m JOIN stock_picking_type t ON t.id = m.picking_type_id
          JOIN sale_order_line sl ON sl.id = m.sale_line_id JOIN sale_order so ON so.id = sl.order_id
         WHERE t.code = 'outgoing' AND m.state IN ('waiting', 'confirmed', 'partially_available')
           AND m.product_id IN (SELECT product_id FROM incoming)
         GROUP BY 1, 2)
    SELECT i.picking_id, sum(d.value * least(1, i.quantity / nullif(d.quantity, 0))) AS value, max(d.orders) AS orders
      FROM incoming i JOIN demand d USING (product_id, warehouse_id)
     GROUP BY i.picking_id
"""


class GatehousePriority(models.Model):
    _inherit = "gatehouse.priority"

    @api.model
    def _kinds(self):
        return [*super()._kinds(), "stock.picking"]


class StockPicking(models.Model):
    """Open transfers in the order of what their waiting costs; a person's star comes before it."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "gatehouse.priority.mixin"]
    _order = "priority desc, gatehouse_rank, scheduled_date asc, id desc"

    @api.model
    def _gatehouse_open_work(self):
        return [("state", "in", OPEN)]

    def _gatehouse_work_deadline(self):
        return self.date_deadline or self.scheduled_date

    def _gatehouse_work_facts(self):
        self.env.flush_all()
        values, blocked = self._gatehouse_rows(VALUES), self._gatehouse_rows(BLOCKED)
        facts = {}
        for picking in self:
            mine, waits = values.get(picking.id, {}), blocked.get(picking.id, {})
            order = picking.sale_id
            facts[picking.id] = {
                "value": f"{mine['value']:.2f}" if (mine.get("value") or 0) > 0 else None,
                "lines": float(mine.get("lines") or 1),
                "tier": (order._gatehouse_customer_tier() or "")[:200] if hasattr(order, "_gatehouse_customer_tier") and order else "",
                "blocked_value": f"{max(0, waits.get('value') or 0):.2f}",
                "blocked_orders": int(waits.get("orders") or 0),
                "urgency": "high" if picking.priority == "1" else "normal",
                "queue": f"operation:{picking.picking_type_id.id}",
            }
        return facts

    def _gatehouse_rows(self, query):
        self.env.cr.execute(SQL(query, ids=self.ids))
        return {row["picking_id"]: row for row in self.env.cr.dictfetchall()}
