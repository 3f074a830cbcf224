from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.gatehouse.models.gatehouse_policy_soundness import PARTNER

WRITE_OFF = "write_off"
CONTROLS = ("bill_match", "bill_duplicate", "bill_abnormal", "credit_note", WRITE_OFF)


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("bill_match", "Bills: value beyond order and receipt"),
            ("bill_duplicate", "Bills: others that look the same"),
            ("bill_abnormal", "Bills: unusual amount"),
            ("credit_note", "Credit notes: amount"),
            ("write_off", "Write-offs: amount"),
        ],
        ondelete=dict.fromkeys(CONTROLS, "cascade"),
    )
    usual_cost_accounts = fields.Char(
        "Usual costs", help="Codes of expense accounts for what comes off a payment as a rule, such as what a card acquirer keeps."
    )
    usual_cost_percent = fields.Float(
        "Usual costs up to (%)", help="Share of the whole entry up to which these costs are no write-off; beyond it all of them are."
    )

    @api.model
    def _narrowing(self):
        return {**super()._narrowing(), "bill_*": PARTNER, "credit_note": PARTNER, "write_off": PARTNER}

    @api.constrains("usual_cost_accounts", "usual_cost_percent", "company_id")
    def _check_usual_costs(self):
        for policy in self:
            if not 0 <= policy.usual_cost_percent <= 100:
                raise ValidationError(self.env._("%s: usual costs are from 0 to 100 %% of an entry.", policy.name))
            accounts = self.env["account.account"].sudo().with_company(policy.company_id or self.env.company)
            for code in policy._usual_cost_codes():
                found = accounts.search([("code", "=", code)], limit=1)
                if found.internal_group != "expense":
                    raise ValidationError(self.env._("%(policy)s: %(code)s is no expense account.", policy=policy.name, code=code))

    def _usual_cost_codes(self):
        return [code.strip() for code in (self.usual_cost_accounts or "").split(",") if code.strip()]

    def _compile(self):
        return {
            **super()._compile(), "usual_cost_accounts": self._usual_cost_codes(), "usual_cost_percent": self.usual_cost_percent,
        }  # fmt: skip

    @api.model
    def _plain_fields(self):
        return (*super()._plain_fields(), "usual_cost_accounts", "usual_cost_percent")
