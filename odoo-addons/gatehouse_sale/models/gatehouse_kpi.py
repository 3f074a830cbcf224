from odoo import api, models

from odoo.addons.gatehouse.models.gatehouse_kpi import Metric

#: From an order's creation to its confirmation: by chatter tracking, by its date where nothing was tracked.
HOURS = """
    SELECT done.at::date, o.company_id, o.warehouse_id,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM done.at - o.create_date)) / 3600),
           count(*)
      FROM sale_order o
      CROSS JOIN LATERAL (
           SELECT coalesce(
                  (SELECT min(m.date) FROM mail_message m
                     JOIN mail_tracking_value t ON t.mail_message_id = m.id
                     JOIN ir_model_fields f ON f.id = t.field_id AND f.name = 'state'
                    WHERE m.model = 'sale.order' AND m.res_id = o.id AND t.new_value_char = ANY(%(labels)s)),
                  o.date_order) AS at) done
     WHERE o.state = 'sale' AND o.date_order >= %(since)s AND done.at {side} coalesce(
           (SELECT min(content->>'at')::timestamp FROM gatehouse_decision
             WHERE content->>'action' = 'confirmed' AND content->>'res_model' = 'sale.order'), 'infinity')
     GROUP BY 1, 2, 3"""


class GatehouseKpi(models.Model):
    _inherit = "gatehouse.kpi"

    @api.model
    def _metrics(self):
        return [
            *super()._metrics(),
            Metric("order_hours", "Hours from quotation to order", "h", "mean", "less", HOURS.format(side=">=")),
            Metric(
                "order_hours", "Hours from quotation to order", "h", "mean", "less", HOURS.format(side="<"), "before"
            ),
        ]

    @api.model
    def _metric_parameters(self):
        labels = {
            dict(self.env["sale.order"].with_context(lang=code).fields_get(["state"])["state"]["selection"])["sale"]
            for code, _name in self.env["res.lang"].get_installed()
        }
        return {**super()._metric_parameters(), "labels": sorted(labels)}
