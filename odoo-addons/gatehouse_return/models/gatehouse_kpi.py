from odoo import api, models

from odoo.addons.gatehouse.models.gatehouse_kpi import Metric

MAILS = (
    Metric(
        "override_rate", "AI findings overruled", "%", "mean", "less",
        """SELECT gatehouse_reviewed_at::date, company_id, NULL::int,
                  100.0 * avg((gatehouse_final_class <> gatehouse_class)::int), count(*)
             FROM helpdesk_ticket WHERE gatehouse_reviewed_at >= %(since)s AND gatehouse_class IS NOT NULL GROUP BY 1, 2""",
    ),
    Metric(
        "mail_classes_corrected", "Mail classes corrected", "%", "mean", "less",
        """SELECT gatehouse_reviewed_at::date, company_id, NULL::int,
                  100.0 * avg((gatehouse_final_class <> gatehouse_class)::int), count(*)
             FROM helpdesk_ticket WHERE gatehouse_reviewed_at >= %(since)s AND gatehouse_class IS NOT NULL GROUP BY 1, 2""",
    ),
    Metric(
        "drafts_unchanged", "Replies sent as drafted", "%", "mean", "more",
        """SELECT approved_at::date, company_id, NULL::int, 100.0 * avg(unchanged::int), count(*)
             FROM gatehouse_reply WHERE approved_at >= %(since)s GROUP BY 1, 2""",
    ),
)


class GatehouseKpi(models.Model):
    _inherit = "gatehouse.kpi"

    @api.model
    def _metrics(self):
        return [*super()._metrics(), *MAILS]
