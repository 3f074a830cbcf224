from odoo import api, models
from odoo.exceptions import UserError

from .gatehouse_policy import SCOPE_FIELDS


class GatehouseScopeMixin(models.AbstractModel):
    """Records that policies name. Deleted, a policy for one place would become a policy for every place."""

    _name = "gatehouse.scope.mixin"
    _description = "Record in the scope of Gatehouse policies"

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_in_a_policy(self):
        Policy = self.env["gatehouse.policy"].sudo()
        names = [name for name in Policy._gatehouse_named_by() if Policy._fields[name].comodel_name == self._name]
        for record in self:
            for name in names:
                policy = Policy.search([(name, "=", record.id)], limit=1)
                if policy:
                    raise UserError(
                        self.env._(
                            '%(record)s is named by the policy "%(policy)s" (version %(version)s). Archive it, or give '
                            "the policy another scope first.",
                            record=record.display_name, policy=policy.name, version=policy.version,
                        )
                    )  # fmt: skip


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    @api.model
    def _gatehouse_named_by(self):
        """Fields of a policy that name a record of its scope or the next role."""
        named = (*SCOPE_FIELDS, *self._named_fields())
        return [name for name in dict.fromkeys(named) if self._fields[name].type == "many2one" and name != "owner_id"]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "gatehouse.scope.mixin"]


class StockWarehouse(models.Model):
    _name = "stock.warehouse"
    _inherit = ["stock.warehouse", "gatehouse.scope.mixin"]


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "gatehouse.scope.mixin"]


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category", "gatehouse.scope.mixin"]


class ResPartnerCategory(models.Model):
    _name = "res.partner.category"
    _inherit = ["res.partner.category", "gatehouse.scope.mixin"]


class ResCountry(models.Model):
    _name = "res.country"
    _inherit = ["res.country", "gatehouse.scope.mixin"]


class ResGroups(models.Model):
    """Roles: in bands and checks, and the next one in an escalation."""

    _name = "res.groups"
    _inherit = ["res.groups", "gatehouse.scope.mixin"]

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_it_decides(self):
        for model in ("gatehouse.policy.band", "gatehouse.policy.check"):
            row = self.env[model].sudo().search([("role_id", "in", self.ids)], limit=1)
            if row:
                raise UserError(
                    self.env._(
                        'The role %(role)s decides under the policy "%(policy)s" (version %(version)s).',
                        role=row.role_id.full_name, policy=row.policy_id.name, version=row.policy_id.version,
                    )
                )  # fmt: skip
