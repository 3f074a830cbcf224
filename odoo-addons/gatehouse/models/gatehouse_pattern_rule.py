from odoo import api, fields, models
from odoo.exceptions import ValidationError

PATTERNS = [
    ("discount", "Discount habit"),
    ("prices", "Creeping prices"),
    ("limit", "Kept below the limit"),
    ("repeats", "Repeated orders"),
    ("off_hours", "Out of hours"),
    ("round", "Round quantities"),
    ("volume", "Unusual volume"),
]
ROLES = [("salesperson", "Salesperson"), ("buyer", "Buyer"), ("customer", "Customer"), ("vendor", "Vendor")]
#: Weeks, with the newest, in which a habit is counted.
WINDOW = 4


class GatehousePatternRule(models.Model):
    """From when on a habit in somebody's weeks is a matter for a person, and for whom. The sidecar measures, this decides."""

    _name = "gatehouse.pattern.rule"
    _description = "Habit that is looked for"
    _order = "role, pattern, company_id"
    _rec_name = "pattern"

    active = fields.Boolean(default=True)
    pattern = fields.Selection(PATTERNS, "Habit", required=True)
    role = fields.Selection(ROLES, "Of whom", required=True)
    company_id = fields.Many2one("res.company", help="Empty: every company.")
    threshold = fields.Float(
        "From rarity on", digits=(6, 4), default=0.995, required=True,
        help="Share of ordinary weeks that show less of it. 0.995: one ordinary week in 200 looks like this or worse.")
    weeks = fields.Integer("Weeks of four", default=2, required=True, help="In so many of the last four weeks; 1 tells at once.")
    documents = fields.Integer(
        "Documents a week", default=3, required=True, help="A week with fewer documents of theirs does not count: one order is no habit.")
    history = fields.Integer(
        "Documents before", default=12, required=True, help="What a week is compared with; with fewer documents before it, it does not count.")
    role_id = fields.Many2one(
        "res.groups", "Owner", required=True, default=lambda self: self.env.ref("gatehouse.group_operations_manager"),
        help="Whose people look at it. Nobody looks at what is about himself.")
    next_step = fields.Text(required=True, translate=True, help="What the owner does next.")

    _one_each = models.UniqueIndex("(pattern, role, coalesce(company_id, 0))", "This habit of this role is looked for already.")

    @api.constrains("threshold", "weeks", "documents", "history")
    def _check_bounds(self):
        for rule in self:
            if not 0.99 <= rule.threshold < 1.0:
                raise ValidationError(self.env._(
                    "%s: the rarity must be from 0.99 to below 1; what is less rare is not measured.", rule.display_name))
            if not 1 <= rule.weeks <= WINDOW:
                raise ValidationError(self.env._("%(rule)s: 1 to %(most)s weeks.", rule=rule.display_name, most=WINDOW))
            if rule.documents < 1 or rule.history < 0:
                raise ValidationError(self.env._("%s: at least one document a week, and no negative number before.", rule.display_name))

    @api.depends("pattern", "role")
    def _compute_display_name(self):
        for rule in self:
            labels = [dict(rule._fields[name]._description_selection(self.env)).get(rule[name], "") for name in ("pattern", "role")]
            rule.display_name = self.env._("%(habit)s of a %(role)s", habit=labels[0], role=labels[1].lower())

    def _counts(self):
        """The domain of measures that count for this rule."""
        return [("pattern", "=", self.pattern), ("role", "=", self.role), ("rarity", ">=", self.threshold),
                ("documents", ">=", self.documents), ("documents_before", ">=", self.history)]  # fmt: skip

    @api.model
    def _of(self, company):
        """{(pattern, role): rule} of a company; its own goes before the one of every company."""
        rules = self.sudo().search([("company_id", "in", [False, company.id])])
        return {(rule.pattern, rule.role): rule for rule in rules.sorted(lambda rule: bool(rule.company_id))}
