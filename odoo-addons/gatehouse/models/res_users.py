from odoo import api, models
from odoo.exceptions import ValidationError

from .gatehouse_authority import APART

#: groups whose people decide or shape decisions; the integration is none of them
DECIDE = ("approver", "operations_manager", "policy_author", "governance_board", "break_glass")


class ResUsers(models.Model):
    """Whose roles change, or who leaves: nobody decides for the integration, and nothing waits for nobody."""

    _inherit = "res.users"

    @api.constrains("group_ids")
    def _check_gatehouse_integration(self):
        """What measures must not decide: the integration's key would sign for people."""
        bot = self.env.ref("gatehouse.group_bot", raise_if_not_found=False)
        if not bot:
            return  # while the groups are being installed
        groups = {self.env.ref(f"gatehouse.group_{name}", raise_if_not_found=False) for name in DECIDE} - {None}
        for user in self.sudo():
            roles = [group for group in groups if group in user.all_group_ids] if bot in user.all_group_ids else []
            if roles:
                raise ValidationError(
                    self.env._(
                        "%(who)s is the integration and cannot have the role %(role)s: what measures does not decide.",
                        who=user.name, role=roles[0].full_name,
                    )
                )  # fmt: skip

    @api.constrains("group_ids")
    def _check_gatehouse_duties(self):
        """Duties that belong apart: who writes policies, or breaks the glass that they are, does not put them into force."""
        for user, pair in self._gatehouse_double_duties().items():
            raise ValidationError(
                self.env._(
                    "%(who)s cannot have both %(one)s and %(other)s: give one of them to somebody else.",
                    who=user.name, one=pair[0].full_name, other=pair[1].full_name,
                )
            )  # fmt: skip

    def _gatehouse_double_duties(self):
        """{user: the two groups of a pair that belongs apart}"""
        pairs = [[self.env.ref(name, raise_if_not_found=False) for name in pair] for pair in APART]
        return {
            user: pair
            for pair in pairs if all(pair)  # not while the groups are being installed
            for user in self.sudo() if user.id != 1 and all(group in user.all_group_ids for group in pair)
        }  # fmt: skip

    def write(self, vals):
        leaving = vals.get("active") is False or "group_ids" in vals
        roles = self.sudo().all_group_ids if leaving else None
        result = super().write(vals)
        if roles:
            self.env["gatehouse.approval.step"]._report_undecidable(roles)
            self.env["gatehouse.change"]._report_unsignable(roles)
        return result


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        if not {"user_ids", "implied_ids"} & vals.keys():
            return super().write(vals)
        # who had two duties before they were refused keeps nobody from an upgrade
        known = self.env["res.users"].concat(*self.sudo().all_user_ids._gatehouse_double_duties())
        result = super().write(vals)
        self.sudo().all_user_ids._check_gatehouse_integration()
        (self.sudo().all_user_ids - known)._check_gatehouse_duties()
        self.env["gatehouse.approval.step"]._report_undecidable(self)
        self.env["gatehouse.change"]._report_unsignable(self)
        return result
