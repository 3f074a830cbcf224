from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _gatehouse_controls(self):
        return [*super()._gatehouse_controls(), "sale_express"]

    def _gatehouse_value(self, control, policy):
        if control != "sale_express":
            return super()._gatehouse_value(control, policy)
        if not self.commitment_date:
            return 0.0, self.env._("no date was promised")
        days = (self.commitment_date - fields.Datetime.now()).days
        short = max(0, (policy.get("packing_days") or 0) - days)
        return float(short), self.env._("promised %(short)s days sooner than it can be packed", short=short)

    def _gatehouse_material(self):
        return {**super()._gatehouse_material(), "promised": str(self.commitment_date or "")}

    def _gatehouse_event_data(self):
        promised = self.commitment_date.isoformat() if self.commitment_date else None
        return {**super()._gatehouse_event_data(), "promised_date": promised}
