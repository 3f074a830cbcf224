from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class GatehouseDelegation(models.Model):
    """A person lets another decide for him, for some days and within a scope. It may be passed on, not in a circle."""

    _name = "gatehouse.delegation"
    _description = "Gatehouse delegation"
    _order = "date_from desc, id desc"

    principal_id = fields.Many2one(
        "res.users", string="For", required=True, default=lambda self: self.env.uid, index=True
    )
    delegate_id = fields.Many2one("res.users", string="Decides", required=True, index=True)
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="Until", required=True, default=fields.Date.context_today)
    role_id = fields.Many2one(
        "res.groups", string="Role", help="Only what this role decides; empty: every role."
    )
    company_id = fields.Many2one("res.company", help="Only documents of this company; empty: every company.")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    max_amount = fields.Monetary(
        string="Up to",
        help="Only documents up to this amount in their company's currency; 0: any amount."
    )
    step_id = fields.Many2one("gatehouse.approval.step", string="Only this decision", ondelete="cascade")
    reason = fields.Char(required=True)
    revoked = fields.Boolean(readonly=True, copy=False)

    _dates = models.Constraint(
        "CHECK (date_from <= date_to)", "A delegation ends on or after the day it begins."
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for delegation in self:
            delegation.currency_id = (delegation.company_id or self.env.company).currency_id

    @api.depends("principal_id", "delegate_id")
    def _compute_display_name(self):
        for delegation in self:
            if delegation.delegate_id:
                delegation.display_name = f"{delegation.principal_id.name} → {delegation.delegate_id.name}"
            else:
                delegation.display_name = self.env._("New delegation")

    # -- making and ending ---------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        for delegation in delegations:
            delegation._require_right()
            delegation._require_sound()
            self.env["gatehouse.decision"]._append("delegation_made", delegation, **delegation._scope())
        return delegations

    def write(self, vals):
        raise UserError(self.env._("A delegation is not edited. Revoke it and make a new one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A delegation is not deleted. Revoke it."))

    def action_begin(self):
        """Save a new one: Odoo's form offers that by itself only to those who may also edit, which nobody may."""
        return True

    def action_revoke(self):
        """End it at once; what was decided under it stays decided."""
        self.check_access("read")
        for delegation in self:
            delegation._require_right()
            super(GatehouseDelegation, delegation.sudo()).write({"revoked": True})
            self.env["gatehouse.decision"]._append("delegation_revoked", delegation, **delegation._scope())
        return True

    def _require_right(self):
        """One's own authority, or anybody's for the operations manager (somebody fell ill)."""
        if self.env.su and self.env.uid == 1:
            return
        manager = self.env.user.has_group("gatehouse.group_operations_manager")
        if self.principal_id != self.env.user and not manager:
            raise AccessError(
                self.env._("Only %s or an operations manager may do this.", self.principal_id.name)
            )

    def _require_sound(self):
        if self.delegate_id == self.principal_id:
            raise ValidationError(self.env._("%s cannot delegate to himself.", self.principal_id.name))
        if self.delegate_id.share or not self.delegate_id.active:
            raise ValidationError(self.env._("%s is no active internal user.", self.delegate_id.name))
        if self.delegate_id.has_group("gatehouse.group_bot"):
            raise ValidationError(
                self.env._("%s is the integration: what measures does not decide, for nobody.", self.delegate_id.name)
            )
        path = self._path(self.delegate_id, self.principal_id)
        if path:
            raise ValidationError(
                self.env._(
                    "This would go in a circle: %s. Revoke one of them first.",
                    " → ".join([self.principal_id.name, *[user.name for user in path]]),
                )
            )

    def _path(self, start, goal):
        """The people from `start` to `goal` over delegations that overlap this one in time; empty: there is no way."""
        overlapping = self.sudo().search(
            [
                ("revoked", "=", False),
                ("id", "!=", self.id),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
            ]
        )
        ways = {start: [start]}
        queue = [start]
        while queue:
            user = queue.pop(0)
            for edge in overlapping.filtered(lambda edge, user=user: edge.principal_id == user):
                if edge.delegate_id not in ways:
                    ways[edge.delegate_id] = [*ways[user], edge.delegate_id]
                    queue.append(edge.delegate_id)
        return ways.get(goal, [])

    def _scope(self):
        return {
            "principal": self.principal_id.login,
            "delegate": self.delegate_id.login,
            "from": str(self.date_from),
            "to": str(self.date_to),
            "role": self.role_id.full_name or None,
            "company": self.company_id.name or None,
            "max_amount": self.max_amount or None,
            "step": self.step_id.id or None,
            "reason": self.reason,
        }

    # -- resolving -----------------------------------------------------------------------------
    @api.model
    def _today(self):
        """Delegations that hold today, whatever their scope: read once where many steps are looked at."""
        today = fields.Date.today()
        return self.sudo().search(
            [
                ("revoked", "=", False),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
                ("principal_id.active", "=", True),
            ]
        )

    def _in_force(self, step):
        """Of these delegations those for this step's role, company and amount, whose principal may be in it at all.

        A chain does not go through a person whom four eyes bar, or who has no business in the step's company.
        """
        roles, barred = step._roles(), step._barred()
        return self.filtered(
            lambda edge: (
                edge.principal_id not in barred
                and step.company_id in edge.principal_id.company_ids
                and (not edge.role_id or edge.role_id in roles)
                and (not edge.company_id or edge.company_id == step.company_id)
                and (not edge.max_amount or step.amount <= edge.max_amount)
                and (not edge.step_id or edge.step_id == step)
            )
        )

    def _principals(self, user, step):
        """Those for whom a user may decide this step, nearest first, through every link of the chain."""
        return self._in_force(step)._reach(user, "delegate_id", "principal_id")

    def _delegates(self, users, step):
        """Those who may decide this step for one of `users`."""
        return self._in_force(step)._reach(users, "principal_id", "delegate_id")

    def _reach(self, users, near, far):
        """The people at the far ends of these delegations, link by link."""
        seen, front = users, users
        while front:
            front = self.filtered(lambda edge, front=front: edge[near] in front)[far] - seen
            seen |= front
        return seen - users
