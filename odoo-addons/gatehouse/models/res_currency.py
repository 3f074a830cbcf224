from odoo import models
from odoo.exceptions import UserError


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _gatehouse_has_rate(self, company):
        """Whether amounts can be compared in the company's currency. Odoo itself counts one to one without a rate."""
        self.ensure_one()
        if self == company.currency_id:
            return True
        return bool(self.sudo().rate_ids.filtered(lambda rate: not rate.company_id or rate.company_id == company.root_id))


class GatehouseGateMixin(models.AbstractModel):
    _inherit = "gatehouse.gate.mixin"

    def _gatehouse_refuse_forbidden(self, decided):
        """Two million of a currency without a rate are no two million of ours, and nobody could judge them."""
        if decided["policies"] and "currency_id" in self._fields and "company_id" in self._fields:
            company = self.company_id or self.env.company
            if self.currency_id and not self.currency_id._gatehouse_has_rate(company):
                raise UserError(
                    self.env._(
                        "%(document)s is in %(currency)s, which has no exchange rate in %(company)s, so its policies cannot "
                        "judge it. Enter a rate, or take another currency.",
                        document=self.display_name, currency=self.currency_id.name, company=company.name,
                    )
                )  # fmt: skip
        return super()._gatehouse_refuse_forbidden(decided)
