import datetime

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from .gatehouse_pattern_rule import PATTERNS, ROLES, WINDOW

#: What a party of each role is in Odoo.
MODELS = {"salesperson": "res.users", "buyer": "res.users", "customer": "res.partner", "vendor": "res.partner"}
PARTIES = {"res.users": "user", "res.partner": "partner"}
#: Who deals with a partner, and is told of instead where both show a habit through the same documents.
PERSONS = {"customer": "salesperson", "vendor": "buyer"}
#: Measures of weeks longer ago are deleted.
KEPT_WEEKS = 60


class GatehousePattern(models.Model):
    """What the sidecar measured of one habit in one week of somebody: a measure, never a verdict."""

    _name = "gatehouse.pattern"
    _description = "Habit measured in a week"
    _order = "week desc, rarity desc, id desc"
    _rec_name = "text"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    pattern = fields.Selection(PATTERNS, "Habit", required=True, readonly=True)
    role = fields.Selection(ROLES, required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    subject = fields.Char("Who", compute="_compute_subject", compute_sudo=True)
    week = fields.Date("Week of", required=True, readonly=True, help="Its Monday.")
    rarity = fields.Float(digits=(8, 6), readonly=True, aggregator="max", help="Share of ordinary weeks that show less of it.")
    text = fields.Char("What", readonly=True)
    documents = fields.Integer(readonly=True)
    value = fields.Monetary(currency_field="currency_id", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    discount = fields.Float("Discount %", digits=(6, 2), readonly=True, aggregator="avg")
    before = fields.Integer("Weeks before", readonly=True, aggregator=None, help="Of the same party, that it was compared with.")
    documents_before = fields.Integer(readonly=True, aggregator=None, help="Documents of those weeks.")
    others = fields.Json(readonly=True, help="How many of the week's documents were with whom on the other side.")
    model = fields.Char(readonly=True)
    exception_id = fields.Many2one("gatehouse.exception", readonly=True, ondelete="set null")

    _of_week = models.UniqueIndex("(company_id, pattern, role, res_model, res_id, week)")

    @api.depends("res_model", "res_id")
    def _compute_subject(self):
        for name in MODELS.values():
            mine = self.filtered(lambda row: row.res_model == name)
            known = self.env[name].with_context(active_test=False).browse(mine.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in known}
            for row in mine:
                row.subject = names.get(row.res_id, self.env._("deleted"))

    # -- keeping -------------------------------------------------------------------------------
    @api.model
    def _keep(self, company, entries, version):
        """Store the habits of entries that are not there yet, each once. Returns how many.

        :param entries: as `gatehouse.pattern.run` checked them, with `res_id` and `week` as a date
        """
        weeks = sorted({entry["week"] for entry in entries})
        rows = self.sudo().search([("company_id", "=", company.id), ("week", "in", weeks)])
        known = {(row.pattern, row.role, row.res_id, row.week) for row in rows}
        values = [
            {
                "company_id": company.id, "pattern": habit["pattern"], "role": entry["role"], "res_model": MODELS[entry["role"]],
                "res_id": entry["res_id"], "week": entry["week"], "rarity": habit["rarity"], "text": habit["text"],
                "model": version, "others": entry["others"],
                **{name: entry[name] for name in ("documents", "value", "discount", "before", "documents_before")},
            }
            for entry in entries
            for habit in entry["habits"]
            if (habit["pattern"], entry["role"], entry["res_id"], entry["week"]) not in known
        ]  # fmt: skip
        self.sudo().create(values)
        return len(values)

    @api.model
    def _forget(self):
        """Delete the measures of weeks longer ago than KEPT_WEEKS."""
        oldest = fields.Date.today() - datetime.timedelta(weeks=KEPT_WEEKS)
        self.sudo().search([("week", "<", oldest)]).unlink()

    # -- deciding ------------------------------------------------------------------------------
    @api.model
    def _decide(self, company, week, looked):
        """Open and close the exceptions of a company by its week and those before. Returns (opened or gone on, closed).

        :param looked: {(role, id)} of everybody who had documents in that week
        """
        rules = self.env["gatehouse.pattern.rule"]._of(company)
        rows = self.sudo().search([("company_id", "=", company.id), ("week", "=", week)])
        above = {
            (row.pattern, row.role, row.res_id): row
            for rule in rules.values() for row in rows.filtered_domain(rule._counts())
        }  # fmt: skip
        opened = closed = 0
        same = {row: row._same_documents(above) for row in above.values()}
        for row in sorted(same, key=lambda row: row.role in PERSONS):  # people first, so that a partner finds who is told of
            if same[row].exception_id:
                closed += row._told_with(same[row])
            else:
                with_it = self.browse([other.id for other, person in same.items() if person == row])
                opened += row._go_on(rules[row.pattern, row.role], with_it)
        Queue = self.env["gatehouse.exception"].sudo()
        open_ones = Queue.search([("company_id", "=", company.id), ("category", "=", "pattern"), ("state", "=", "open"),
                                  ("key", "=like", f"pattern:{company.id}:%")])  # fmt: skip
        for exception in open_ones:
            _word, _company, pattern, role, number = exception.key.split(":")
            key = (pattern, role, int(number))
            ended = None if key in above else self._ended(company, key, week, looked, rules)
            if ended:
                exception._close(ended)
                closed += 1
        return opened, closed

    def _same_documents(self, above):
        """The person in whose week the same habit shows through at least half of this partner's documents, or nobody.

        :param above: {(pattern, role, id): row} of the habits of the week that count
        """
        for party, count in (self.others or {}).items():
            key = (self.pattern, PERSONS.get(self.role), int(party.partition(":")[2] or 0))
            if 2 * count >= self.documents and key in above:
                return above[key]
        return self.browse()

    def _told_with(self, person):
        """Leave a partner's habit to the exception of the person with the same documents. 1 when one of its own closed, else 0."""
        self.exception_id = person.exception_id
        own = self.env["gatehouse.exception"].sudo().search([("key", "=", self._key()), ("state", "=", "open")])
        if own:
            own._close(self.env._("Told of in another exception through the same documents: %s.", person.exception_id.title))
        return len(own)

    def _key(self):
        return f"pattern:{self.company_id.id}:{self.pattern}:{self.role}:{self.res_id}"

    def _go_on(self, rule, with_it):
        """Open the exception of a habit, or add the week to it, when enough of the last weeks show it. 1 or 0.

        :param with_it: partners who show it through the same documents
        """
        since = self.week - datetime.timedelta(weeks=WINDOW - 1)
        mine = self.search([
            ("company_id", "=", self.company_id.id), ("res_id", "=", self.res_id), ("week", ">=", since), ("week", "<=", self.week),
            *rule._counts(),
        ], order="week")  # fmt: skip
        if len(mine) < rule.weeks or self.exception_id:
            return 0
        exception, _created = self.env["gatehouse.exception"]._open(
            self._key(), "pattern", rule.display_name, detail=mine._detail(rule, with_it), company_id=self.company_id.id, role_id=rule.role_id.id,
            res_model=self.res_model, res_id=self.res_id,
            about_user_id=self.res_id if self.res_model == "res.users" else False,
        )  # fmt: skip
        if not exception:  # opened by another transaction meanwhile: run again, Odoo finds it
            raise ConcurrencyError(f"{self._key()} was opened at the same moment")
        mine.exception_id = exception
        return 1

    def _detail(self, rule, with_it):
        """Who, what, which weeks, with figures, and what to do next."""
        lines = [f"{self[-1].subject}: {rule.display_name}", ""]
        for row in self:
            lines.append(self.env._(
                "Week of %(week)s: %(text)s. %(rarity)s. %(documents)s documents, %(value)s.",
                week=row.week, text=row.text, rarity=self._in_words(row.rarity), documents=row.documents,
                value=row.currency_id.format(row.value)))  # fmt: skip
        lines += [
            self.env._(
                "Through the same documents also: %(who)s, %(text)s (%(count)s of %(documents)s documents).", who=other.subject, text=other.text,
                count=other.others[f"user:{self[-1].res_id}"], documents=other.documents)
            for other in with_it
        ]  # fmt: skip
        lines += ["", self.env._(
            "Looked for in %(weeks)s of the last %(window)s weeks, from where %(threshold)s. Measured by %(model)s: a measure, not a "
            "verdict.", threshold=self._in_words(rule.threshold).lower(), weeks=rule.weeks, window=WINDOW, model=self[-1].model)]  # fmt: skip
        return "\n".join([*lines, "", self.env._("Next step: %s", rule.next_step)])

    @api.model
    def _in_words(self, rarity):
        """A rarity as people count."""
        weeks = round(1.0 / max(1.0 - rarity, 1e-9))
        if weeks > 10_000:
            return self.env._("Less than one ordinary week in 10,000 shows as much")
        return self.env._("One ordinary week in %s shows as much", f"{weeks:,}")

    @api.model
    def _ended(self, company, key, week, looked, rules):
        """Why the exception of (pattern, role, id) is over; None while it is not."""
        pattern, role, number = key
        if (pattern, role) not in rules:
            return self.env._("This habit is not looked for any more.")
        if (role, number) in looked:
            return self.env._("In the week of %s the habit is not there any more.", week)
        newest = self.sudo().search([
            ("company_id", "=", company.id), ("pattern", "=", pattern), ("role", "=", role), ("res_id", "=", number)
        ], limit=1)  # fmt: skip
        if not newest or newest.week <= week - datetime.timedelta(weeks=WINDOW):
            return self.env._("No documents in %s weeks.", WINDOW)
        return None
