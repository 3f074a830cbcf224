from odoo import api, fields, models


class GatehousePolicyBand(models.Model):
    _name = "gatehouse.policy.band"
    _inherit = "gatehouse.policy.part"
    _description = "Gatehouse policy band"
    _order = "policy_id, unbounded, up_to, id"

    up_to = fields.Float(help="Highest value of the band, inclusive. 0 means no bound: the last band.")
    unbounded = fields.Boolean(compute="_compute_unbounded", store=True)
    outcome = fields.Selection(
        [("pass", "Passes"), ("auto", "Approved by rule, sampled"), ("review", "Needs a review"), ("forbid", "Is forbidden")],
        required=True,
        default="pass",
    )
    role_id = fields.Many2one("res.groups", string="Reviewed by", ondelete="restrict")

    @api.depends("up_to")
    def _compute_unbounded(self):
        for band in self:
            band.unbounded = not band.up_to

    def _compiled(self):
        return [
            {"up_to": band.up_to or None, "outcome": band.outcome, "role_id": band.role_id.id or None}
            for band in self.sorted(lambda band: (not band.up_to, band.up_to))
        ]
