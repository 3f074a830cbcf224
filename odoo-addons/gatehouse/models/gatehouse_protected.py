from contextlib import nullcontext

from markupsafe import Markup

from odoo import api, fields, models

from .gatehouse_change_request import APPLYING, applying


class GatehouseProtectedMixin(models.AbstractModel):
    """A record with fields that change by approval only, whoever writes them, where a policy enforces it.

    A model names its fields by control and says what the bands of that control judge.
    """

    _name = "gatehouse.protected.mixin"
    _description = "Record with protected fields"

    gatehouse_change_banner = fields.Html(
        compute="_compute_gatehouse_change_banner", compute_sudo=True, sanitize=False
    )

    #: controls whose value is how far something moves, so that several small moves are a large one
    _gatehouse_moves = ()

    # -- hooks ---------------------------------------------------------------------------------
    @api.model
    def _gatehouse_protected(self):
        """{control: names of the fields it guards}"""
        return {}

    @api.model
    def _gatehouse_protected_new(self):
        """Names of guarded fields that a new record does not get without approval either."""
        return ()

    def _gatehouse_is_protected(self):
        """False for records whose guarded fields mean nothing of their own."""
        return True

    def _gatehouse_change_is_free(self, control, proposed):
        """True for a change that nobody needs to look at, such as a lower limit."""
        return False

    def _gatehouse_change_value(self, control, proposed, policy):
        """(value, text for people) that the bands of a control judge; higher is worse."""
        raise NotImplementedError

    def _gatehouse_moved_thing(self):
        """What moves, as a text: the same thing whose record was deleted and made anew is still the same."""
        self.ensure_one()
        return f"{self._name}:{self.id}"

    def _gatehouse_change_amount(self, control, proposed):
        """What it may cost, in company currency."""
        return 0.0

    def _gatehouse_change_scope(self):
        """Scope values for the policy match."""
        company = self.company_id if "company_id" in self._fields and self.company_id else self.env.company
        return {
            "company_id": company.id, "business_unit": None, "warehouse_id": None, "team_id": None, "channel": None,
            "categories": [], "tags": [], "country_id": None,
        }  # fmt: skip

    def _gatehouse_change_scopes(self, proposed):
        """Scopes in which a change is judged: where the record is, and where the change takes it if that is elsewhere."""
        return [self._gatehouse_change_scope()]

    # -- the gate ------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """A new record begins without what needs approval; that is asked for at once."""
        guarded = set(self._gatehouse_protected_new())
        if not guarded or self.env.cr.precommit.data.get(APPLYING):
            return super().create(vals_list)
        asked = [{name: vals[name] for name in guarded & vals.keys() if vals[name]} for vals in vals_list]
        policies = any(asked) and self._gatehouse_change_policies()
        if not policies:
            return super().create(vals_list)
        plain = [
            {name: value for name, value in vals.items() if name not in wish}
            for vals, wish in zip(vals_list, asked, strict=True)
        ]
        records = super().create(plain)
        for record, wish in zip(records, asked, strict=True):
            if wish:
                record.write(wish)
        return records

    def write(self, vals):
        """What needs approval is asked for; the rest is written."""
        guarded = {name for names in self._gatehouse_protected().values() for name in names} & vals.keys()
        if not guarded or self.env.cr.precommit.data.get(APPLYING) or not self._gatehouse_change_policies():
            return super().write(vals)
        self.check_access("write")  # who may not change a record does not ask for its change either
        for record in self:
            wish = dict(vals)
            if record._gatehouse_is_protected():
                for control, names in self._gatehouse_protected().items():
                    proposed = {name: vals[name] for name in names if name in vals and record._gatehouse_differs(name, vals[name])}
                    if proposed and self.env["gatehouse.change.request"]._ask(record, control, proposed):
                        wish = {name: value for name, value in wish.items() if name not in proposed}
            rest = {name: value for name, value in wish.items() if name not in guarded}
            passed = {name: value for name, value in wish.items() if name in guarded}
            if rest:
                super(GatehouseProtectedMixin, record).write(rest)
            if passed:
                # copies of these values in other records are decided with them; nobody decided what a contact takes to its company
                with applying(self.env) if record._gatehouse_is_protected() else nullcontext():
                    super(GatehouseProtectedMixin, record).write(passed)
        return True

    def unlink(self):
        """What was asked for a deleted record waits for nobody."""
        waiting = self.env["gatehouse.change.request"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "=", "waiting")]
        )  # fmt: skip
        result = super().unlink()
        waiting._void(self.env._("The record was deleted"))
        return result

    def _gatehouse_change_policies(self):
        """Whether any active policy guards this model at all: one indexed query, so that most writes pay no more."""
        controls = list(self._gatehouse_protected())
        active = [("control", "in", controls), ("state", "=", "active"), ("mode", "!=", "off")]
        return bool(self.env["gatehouse.policy"].sudo().search_count(active, limit=1))

    def _gatehouse_plain(self, names):
        """{field: stored value as `write` takes it}"""
        self.ensure_one()
        return {name: self._fields[name].convert_to_write(self[name], self) for name in names}

    def _gatehouse_differs(self, name, value):
        field = self._fields[name]
        new = field.convert_to_record(field.convert_to_cache(value, self), self)
        if field.type in ("many2many", "one2many"):
            return set(new._ids) != set(self[name]._ids)
        return field.convert_to_write(new, self) != self._gatehouse_plain([name])[name]

    def _gatehouse_shown(self, name, value):
        """A value as people read it."""
        field = self._fields[name]
        if field.type == "many2one" and isinstance(value, int):
            value = self.env[field.comodel_name].browse(value).exists()
        if field.type in ("many2many", "one2many"):
            value = field.convert_to_record(field.convert_to_cache(value, self), self)
        if isinstance(value, models.BaseModel):
            return ", ".join(filter(None, value.mapped("display_name"))) or "–"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "–")
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return str(value) if value not in (False, None) else "–"

    def _gatehouse_told_here(self):
        """[records] whose waiting changes this record's form tells, its own first; areas add what belongs to it."""
        return [self._origin]

    def _compute_gatehouse_change_banner(self):
        told = {record: record._gatehouse_told_here() for record in self}
        targets = {(part._name, number) for parts in told.values() for part in parts for number in part.ids}
        waiting = self.env["gatehouse.change.request"].search(
            [("res_model", "in", [name for name, _id in targets]), ("res_id", "in", [number for _name, number in targets]),
             ("state", "=", "waiting")]
        )  # fmt: skip
        holds = self.env["gatehouse.hold"]._open_on("gatehouse.change.request", waiting.ids)
        for record in self:
            here = {(part._name, number) for part in told[record] for number in part.ids}
            mine = waiting.filtered(lambda request, here=here: (request.res_model, request.res_id) in here)
            parts = [hold._banner_item() for hold in holds.filtered(lambda hold, mine=mine: hold.res_id in mine.ids)]
            record.gatehouse_change_banner = Markup("").join(parts) or False
