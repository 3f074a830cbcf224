import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)
#: fields whose change makes another delegation of it
MATTER = {"state", "gatehouse_delegate_id", "request_date_from", "request_date_to", "date_from", "date_to", "employee_id"}


class HrLeave(models.Model):
    """Time off of somebody who approves: the person he names decides for him on these days."""

    _inherit = "hr.leave"

    gatehouse_delegate_id = fields.Many2one(
        "res.users", string="Approves meanwhile", copy=False, domain=[("share", "=", False)], groups="base.group_user",
        help="Decides for you what waits for your approval in Gatehouse, on the days of this time off.",
    )  # fmt: skip
    gatehouse_delegation_id = fields.Many2one(
        "gatehouse.delegation", string="Delegation", readonly=True, copy=False, groups="base.group_user"
    )

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves.filtered("gatehouse_delegate_id")._gatehouse_require_own()
        leaves.filtered(lambda leave: leave.state == "validate")._gatehouse_absence()
        return leaves

    def write(self, vals):
        if "gatehouse_delegation_id" in vals and not self.env.su:
            raise AccessError(self.env._("A delegation is made by validating the time off."))
        if vals.get("gatehouse_delegate_id"):
            self._gatehouse_require_own()
        result = super().write(vals)
        if MATTER & vals.keys():
            self._gatehouse_absence()
        return result

    def _gatehouse_require_own(self):
        """Nobody hands on another's authority, not even who manages his time off."""
        manager = self.env.user.has_group("gatehouse.group_operations_manager")
        for leave in self.sudo():
            if not manager and leave.employee_id.user_id != self.env.user:
                raise AccessError(
                    self.env._("Only %s or an operations manager names who decides meanwhile.", leave.employee_id.name)
                )

    def _gatehouse_absence(self):
        """Bring the delegation to what the time off says, and look at what waits for this person."""
        for leave in self.sudo():
            wanted = leave._gatehouse_wanted()
            have = leave.gatehouse_delegation_id
            if have and not have.revoked and (not wanted or any(have[name] != wanted[name] for name in wanted if name != "reason")):
                have.with_user(SUPERUSER_ID).action_revoke()
                leave.gatehouse_delegation_id = False
            if wanted and not leave.gatehouse_delegation_id:
                leave._gatehouse_delegate(wanted)
            if leave.state == "validate":
                self.env["gatehouse.approval.step"].sudo().search(
                    [("state", "=", "open"), ("escalated_role_id", "=", False)]
                )._escalate_absent()

    def _gatehouse_wanted(self):
        """The delegation that a validated time off asks for; None without one."""
        user, today = self.employee_id.user_id, fields.Date.today()
        if self.state != "validate" or not user or not self.gatehouse_delegate_id or self.request_date_to < today:
            return None
        return {
            "principal_id": user, "delegate_id": self.gatehouse_delegate_id,
            "date_from": self.request_date_from, "date_to": self.request_date_to,
            "reason": self.env._("Time off"),
        }  # fmt: skip

    def _gatehouse_delegate(self, wanted):
        """Make it; what stands against it keeps nobody from his holidays and is told to the operations manager."""
        values = {name: value.id if isinstance(value, models.BaseModel) else value for name, value in wanted.items()}
        try:
            with self.env.cr.savepoint():
                made = self.env["gatehouse.delegation"].with_user(SUPERUSER_ID).create(values)
        except UserError as error:
            _logger.info("No delegation for the time off of %s", self.employee_id.name, exc_info=True)
            self.env["gatehouse.exception"]._open(
                f"absence:{self.id}", "approval",
                self.env._("%s is away and nobody decides for him", self.employee_id.name),
                detail=str(error), res_model=self._name, res_id=self.id, company_id=self.employee_company_id.id,
            )  # fmt: skip
            return
        self.gatehouse_delegation_id = made.id
