from odoo import fields, models

FALLBACKS = [
    ("release", "Go on, marked degraded"),
    ("hold", "Hold for review"),
    ("triage", "Hold and open an exception"),
]


class GatehousePolicyCheck(models.Model):
    _name = "gatehouse.policy.check"
    _inherit = "gatehouse.policy.part"
    _description = "Expected check of a Gatehouse policy"
    _order = "policy_id, sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char("Check", required=True, help="Name of the check, such as finance_exposure.")
    measure = fields.Char(required=True, help="The measure that is compared, such as headroom.")
    operator = fields.Selection([("<=", "at most"), (">=", "at least")], required=True, default="<=")
    threshold = fields.Float(digits=(16, 6), help="Money is compared in the company's currency.")
    use_alert_budget = fields.Boolean(
        help="Cut the percentile so that about as many documents a day fail as the policy's alert budget allows. "
        "The threshold stays the lowest cut."
    )
    role_id = fields.Many2one("res.groups", string="Reviewed by", required=True, ondelete="restrict")
    fallback = fields.Selection(FALLBACKS, required=True, default="hold")
    deadline_minutes = fields.Integer(help="0 takes the policy's deadline.")

    def _compiled(self):
        return [
            {
                "check": check.code,
                "measure": check.measure,
                "operator": check.operator,
                "threshold": check.threshold,
                "use_alert_budget": check.use_alert_budget,
                "role_id": check.role_id.id,
                "fallback": check.fallback,
                "deadline_minutes": check.deadline_minutes or check.policy_id.deadline_minutes or 10,
            }
            for check in self
        ]
