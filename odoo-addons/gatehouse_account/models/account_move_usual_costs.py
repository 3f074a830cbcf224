from odoo import models


class AccountMove(models.Model):
    """Costs that come off a payment as a rule, such as what a card acquirer keeps: no debt is given up by them.

    A policy names their accounts and their share, so that a fee passes and a debt that is called a fee does not.
    """

    _inherit = "account.move"

    def _gatehouse_counted_amount(self, policy):
        """Company currency written off without usual costs."""
        if self.move_type != "entry":
            return super()._gatehouse_counted_amount(policy)
        return max(0.0, round(self._gatehouse_written_off() - self._gatehouse_usual_costs(policy), 2))

    def _gatehouse_usual_costs(self, policy):
        """What was booked to the policy's accounts; nothing where it is more than their share of the entry."""
        self.ensure_one()
        codes, percent = policy.get("usual_cost_accounts"), policy.get("usual_cost_percent")
        if not codes or not percent:
            return 0.0
        lines = self.line_ids.filtered(lambda line: line.account_id.with_company(self.company_id).code in codes)
        costs, whole = max(0.0, sum(lines.mapped("balance"))), sum(self.line_ids.mapped("debit"))
        return costs if self.company_id.currency_id.compare_amounts(costs, whole * percent / 100) <= 0 else 0.0
