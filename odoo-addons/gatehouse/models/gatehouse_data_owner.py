from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .gatehouse_change_request import APPLYING


class GatehouseDataOwner(models.Model):
    """Which system says what a field is. Another system's differing value is a conflict that a person looks at."""

    _name = "gatehouse.data.owner"
    _description = "Data owner"
    _rec_name = "field_id"
    _order = "model_id, field_id"

    model_id = fields.Many2one("ir.model", required=True, ondelete="cascade")
    model = fields.Char(related="model_id.model", store=True)
    field_id = fields.Many2one(
        "ir.model.fields", required=True, ondelete="cascade", domain="[('model_id', '=', model_id), ('store', '=', True)]"
    )
    system = fields.Char("Owned by", required=True, help="The system that is right about it, such as the finance system.")
    user_ids = fields.Many2many(
        "res.users", string="Written by", required=True, help="The accounts that this system writes with."
    )
    mode = fields.Selection(
        [("observing", "Observing"), ("enforcing", "Enforcing")],
        default="observing",
        required=True,
        help="Enforcing keeps the owner's value; observing takes the new one. Both report.",
    )
    active = fields.Boolean(default=True)

    _once = models.UniqueIndex("(field_id) WHERE active", "This field has an owner already.")

    @api.constrains("model_id", "field_id")
    def _check_guarded(self):
        for owner in self:
            if owner.field_id.model_id != owner.model_id:
                raise ValidationError(self.env._("%s is no field of it.", owner.field_id.name))
            if "gatehouse_change_banner" not in self.env[owner.model]._fields:
                raise ValidationError(
                    self.env._("Nothing watches %s: its Odoo model has to inherit gatehouse.protected.mixin.", owner.model_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("model")
    def _owned(self, model):
        """{field: (system, ids of its users, mode)} of an Odoo model."""
        rows = self.sudo().search([("model", "=", model)])
        return {row.field_id.name: (row.system, tuple(row.user_ids.ids), row.mode) for row in rows}


class GatehouseProtectedMixin(models.AbstractModel):
    _inherit = "gatehouse.protected.mixin"

    def write(self, vals):
        """A field that another system owns keeps its value, where that is enforced; both values are reported."""
        owned = self.env["gatehouse.data.owner"]._owned(self._name)
        foreign = [name for name in owned if name in vals and self.env.uid not in owned[name][1]]
        if not foreign or self.env.cr.precommit.data.get(APPLYING):
            return super().write(vals)
        for record in self:
            wish = dict(vals)
            for name in foreign:
                if record._gatehouse_differs(name, vals[name]) and record._gatehouse_conflict(name, vals[name], owned[name]):
                    del wish[name]
            if wish:
                super(GatehouseProtectedMixin, record).write(wish)
        return True

    def _gatehouse_conflict(self, name, value, owner):
        """Report two systems that disagree; True when the owner's value stays."""
        system, _users, mode = owner
        label = self._fields[name].get_description(self.env)["string"]
        kept = mode == "enforcing"
        self.env["gatehouse.exception"]._open(
            f"owner:{self._name}:{self.id}:{name}",
            "reconciliation",
            self.env._("%(label)s of %(record)s: two systems disagree", label=label, record=self.display_name),
            detail=self.env._(
                "%(system)s owns it and says %(old)s; %(who)s wrote %(new)s. %(outcome)s",
                system=system,
                old=self._gatehouse_shown(name, self[name]),
                who=self.env.user.name,
                new=self._gatehouse_shown(name, value),
                outcome=self.env._("The owner's value stays.") if kept else self.env._("The new value was taken."),
            ),
            res_model=self._name,
            res_id=self.id,
        )
        self.env["gatehouse.decision"]._append(
            "data_conflict", self, field=name, owner=system, kept=kept,
            before=str(self._gatehouse_plain([name])[name]), written=str(value),
        )  # fmt: skip
        return kept
