from odoo import api, fields, models
from odoo.exceptions import ValidationError

CLASSES = [("order_issue", "Order issue"), ("delivery_delay", "Delivery delay"), ("return", "Return"),
           ("billing_dispute", "Billing dispute"), ("other", "Other")]


class GatehouseReplyRule(models.Model):
    """Which mail template a reply is drafted from, by class, kind of claim and language of the mail."""

    _name = "gatehouse.reply.rule"
    _description = "Reply template rule"
    _order = "mail_class, claim_type, language, id"

    mail_class = fields.Selection(CLASSES, "Class", required=True)
    claim_type = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket"]._fields["gatehouse_claim_type"]._description_selection(self.env),
        string="Claim", help="Empty: every claim without a rule of its own.")
    language = fields.Char(size=2, help="ISO 639-1, such as de. Empty: every language without a rule of its own.")
    company_id = fields.Many2one("res.company", help="Empty: every company without a rule of its own.")
    template_id = fields.Many2one(
        "mail.template", required=True, ondelete="restrict", domain=[("model", "=", "helpdesk.ticket")])
    active = fields.Boolean(default=True)

    @api.constrains("template_id")
    def _check_model(self):
        for rule in self:
            if rule.template_id.sudo().model != "helpdesk.ticket":
                raise ValidationError(self.env._("%s is not written for tickets.", rule.template_id.sudo().name))

    @api.model
    def _for(self, ticket, mail_class):
        """The most specific rule: company before claim before language."""
        rules = self.sudo().search([
            ("mail_class", "=", mail_class), ("company_id", "in", [False, ticket.company_id.id]),
            ("claim_type", "in", [False, ticket.gatehouse_claim_type]),
            ("language", "in", [False, "", ticket.gatehouse_language])])
        return rules.sorted(
            lambda rule: (bool(rule.company_id), bool(rule.claim_type), bool(rule.language), -rule.id), reverse=True)[:1]
