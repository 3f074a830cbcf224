from fnmatch import fnmatchcase

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .gatehouse_policy import SCOPE_FIELDS

#: scope field -> whether an archived or deleted record there makes a policy void
ARCHIVABLE = ("company_id", "warehouse_id", "team_id")
#: Scope fields that say something of a partner's records, and of documents about goods.
PARTNER = ("partner_tag_id", "country_id")
GOODS = ("warehouse_id", "product_category_id", "partner_tag_id", "country_id")


class GatehousePolicy(models.Model):
    """What is wrong with a policy before anybody decides on it: each finding names the record and what to do."""

    _inherit = "gatehouse.policy"

    @property
    def _in_force(self):
        """Whether today is within its dates, and a local deviation has not expired."""
        today = fields.Date.today()
        ends = [day for day in (self.valid_to, self.deviation_expiry) if day]
        return not ((self.valid_from and self.valid_from > today) or any(day < today for day in ends))

    @api.constrains("company_id", "warehouse_id", "team_id")
    def _check_places(self):
        """A policy of one company says nothing about another's places."""
        for policy in self.filtered("company_id").sudo():
            for place in (policy.warehouse_id, policy.team_id):
                if place.company_id and place.company_id != policy.company_id:
                    raise ValidationError(
                        self.env._(
                            "%(policy)s is for %(company)s, and %(place)s belongs to %(other)s.",
                            policy=policy.name, company=policy.company_id.name, place=place.display_name,
                            other=place.company_id.name,
                        )
                    )  # fmt: skip

    @api.model
    def _narrowing(self):
        """{pattern of controls: names of the scope fields that say something of their records}; the first that fits counts.

        Company, business unit and dates go without saying. An area names its controls; with one that nobody names any field is believed.
        """
        return {}

    def _require_sound(self):
        for policy in self:
            found = policy._findings()
            if found:
                raise UserError("\n".join([self.env._("%s cannot be submitted:", policy.name), *found]))

    def _findings(self):
        """Texts, empty when it is sound."""
        self.ensure_one()
        return [
            *self._findings_of_bands(),
            *self._findings_of_roles(),
            *self._findings_of_scope(),
            *self._findings_of_narrowing(),
            *self._findings_of_version(),
            *self._findings_of_rivals(),
        ]

    def _findings_of_bands(self):
        bounds = [band.up_to for band in self.band_ids if band.up_to]
        found = []
        if self.band_ids and sum(1 for band in self.band_ids if not band.up_to) != 1:
            found.append(self.env._("Exactly one band must have no bound, or values above the highest one pass unseen."))
        for bound in sorted({bound for bound in bounds if bounds.count(bound) > 1}):
            found.append(self.env._("Two bands end at %s: only one of them would ever be used.", f"{bound:g}"))
        strict = {"pass": 0, "auto": 1, "review": 2, "forbid": 3}
        ordered = self.band_ids.sorted(lambda band: (not band.up_to, band.up_to))
        for lower, higher in zip(ordered, ordered[1:], strict=False):
            if strict[higher.outcome] < strict[lower.outcome]:
                found.append(
                    self.env._(
                        "The band above %s is milder than the one below it: a worse value would be easier to get through.",
                        f"{lower.up_to:g}",
                    )
                )
        if not self.band_ids and not self.check_ids:
            found.append(self.env._("It has neither bands nor checks, so it decides nothing."))
        return found

    def _findings_of_roles(self):
        found = []
        roles = self.sudo().band_ids.filtered(lambda band: band.outcome in ("review", "auto")).role_id | self.check_ids.role_id
        for role in roles | (self.sudo()._next_role() if self.separate_author else self.sudo().escalate_role_id):
            people = role.all_user_ids.filtered(lambda user: user.active and user.id != 1)
            if self.company_id:
                people = people.filtered(lambda user: self.company_id in user.company_ids)
            if people and self.separate_author and not people - self.author_ids:
                found.append(
                    self.env._(
                        "Only its authors (%(people)s) have the role %(role)s, and they do not sign by it.",
                        people=", ".join(people.mapped("name")), role=role.full_name,
                    )
                )  # fmt: skip
            if not people:
                where = self.company_id.name or self.env._("any company")
                found.append(
                    self.env._(
                        "Nobody has the role %(role)s in %(where)s: give it to a person first, or orders wait for nobody.",
                        role=role.full_name, where=where,
                    )
                )  # fmt: skip
        return found

    def _findings_of_scope(self):
        found = []
        for name in ARCHIVABLE:
            record = self.sudo()[name]
            if record and "active" in record._fields and not record.active:
                found.append(self.env._("%s is archived: no document will ever be there.", record.display_name))
        if self.business_unit and not self.env["gatehouse.gate.mixin"]._gatehouse_has_business_units:
            found.append(
                self.env._(
                    "No document says its business unit in this Odoo, so none would ever be of %s: use a team or a warehouse.",
                    self.business_unit,
                )
            )
        seen, parent = self, self.parent_id
        while parent:
            if parent in seen:
                found.append(self.env._("It deviates from itself by way of %s.", parent.name))
                break
            seen, parent = seen | parent, parent.parent_id
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            found.append(self.env._("It ends on %(end)s before it begins on %(begin)s.", end=self.valid_to, begin=self.valid_from))
        return found

    def _findings_of_narrowing(self):
        """A scope that no record of the control is ever in: the policy would apply to nothing, and nobody would see that."""
        said = next((names for pattern, names in self._narrowing().items() if fnmatchcase(self.control, pattern)), SCOPE_FIELDS)
        labels = self.fields_get(SCOPE_FIELDS, ["string"])
        control = self._control_text()
        return [
            self.env._(
                'What "%(control)s" judges has no %(field)s, so it would never apply to %(value)s: leave that field empty.',
                control=control, field=labels[name]["string"].lower(),
                value=self[name].display_name if self._fields[name].relational else self[name],
            )
            for name in SCOPE_FIELDS
            if self[name] and name not in ("company_id", "business_unit", *said)
        ]  # fmt: skip

    def _findings_of_version(self):
        """A version that is for something else than the one before: its activation would end that one unasked."""
        old = self.supersedes_id.filtered(lambda old: old.state == "active")
        if not old or all((self[name] or False) == (old[name] or False) for name in ("control", *SCOPE_FIELDS)):
            return []
        return [
            self.env._(
                'It would take the place of "%(old)s" (version %(version)s: %(control)s, %(scope)s), which is for something else. '
                "Make a policy of its own for that, and have the old one retired if it is to end.",
                old=old.name, version=old.version, control=old._control_text(), scope=old._scope_text(),
            )
        ]  # fmt: skip

    def _findings_of_rivals(self):
        """Another policy in force today for the same control and exactly the same scope: the newer one would win unseen."""
        domain = [("control", "=", self.control), ("state", "=", "active"), ("id", "not in", (self | self.supersedes_id).ids)]
        domain += [(name, "=", self[name].id if self._fields[name].type == "many2one" else self[name]) for name in SCOPE_FIELDS]
        rivals = self.sudo().search(domain).filtered(lambda rival: rival._in_force) if self._in_force else self.browse()
        return [
            self.env._(
                'The active policy "%s" is for the same scope: make a new version of it, or retire it first.', rival.name
            )
            for rival in rivals
        ]
