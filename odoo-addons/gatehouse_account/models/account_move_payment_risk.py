from odoo import api, fields, models

#: (days overdue up to, key, name); keys sort as the buckets do
AGEING = [
    (0, "0", "Not due yet"),
    (30, "1", "1 to 30 days overdue"),
    (60, "2", "31 to 60 days overdue"),
    (90, "3", "61 to 90 days overdue"),
    (float("inf"), "4", "Over 90 days overdue"),
]


class GatehouseScore(models.AbstractModel):
    _inherit = "gatehouse.score"

    @api.model
    def _subjects(self):
        return {**super()._subjects(), "payments": "account.move"}


class AccountMove(models.Model):
    """Open customer invoices with how likely they are paid late: it puts in order whom to chase first, and decides nothing.

    The ageing bucket comes before it: what is long overdue is chased whatever a model says.
    """

    _name = "account.move"
    _inherit = ["account.move", "gatehouse.score.mixin"]

    _gatehouse_score_hours = 24  # buckets move from day to day

    gatehouse_score = fields.Float("Risk of late payment")
    gatehouse_score_source = fields.Selection(selection_add=[("ageing", "Ageing")])
    gatehouse_ageing = fields.Selection([(key, name) for _days, key, name in AGEING], "Ageing", readonly=True, copy=False)

    # looked for every minute, among all entries of all years
    _gatehouse_open = models.Index(
        "(company_id, gatehouse_scored_at) WHERE move_type = 'out_invoice' AND state = 'posted' AND payment_state IN ('not_paid', 'partial')"
    )

    @api.model
    def _gatehouse_to_score(self):
        return [
            ("move_type", "=", "out_invoice"), ("state", "=", "posted"), ("payment_state", "in", ("not_paid", "partial")),
            ("invoice_date", ">=", "1901-01-01"), ("invoice_date_due", "<", "2099-01-01"),  # what the sidecar takes for a day
        ]  # fmt: skip

    def _gatehouse_score_facts(self):
        return {
            "customer": f"partner:{self.commercial_partner_id.id}",
            "amount": f"{self.amount_total_signed:.2f}",
            "date": self.invoice_date.isoformat(),
            "due": self.invoice_date_due.isoformat(),
        }

    def _gatehouse_days_overdue(self):
        return (fields.Date.context_today(self) - self.invoice_date_due).days

    def _gatehouse_bucket(self):
        return next((key, name) for days, key, name in AGEING if self._gatehouse_days_overdue() <= days)

    def _gatehouse_score_fallback(self):
        """The ageing bucket, called by its name."""
        return "ageing", self.env._("By ageing: %s", self._gatehouse_bucket()[1].lower())

    def _gatehouse_score_besides(self):
        return {"gatehouse_ageing": self._gatehouse_bucket()[0]}
