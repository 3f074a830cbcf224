
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import GatehouseCase, person

#: a Monday to a Friday
LEAVE = ("2027-03-08", "2027-03-12")


@tagged("post_install", "-at_install")
class TestAbsence(GatehouseCase):
    """An approver's time off: who he named decides, else the next role at once; on his return it ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env["res.groups"].create({"name": "Rare role", "implied_ids": [(4, cls.env.ref("gatehouse.group_approver").id)]})
        cls.chief = person(cls.env, "gh_chief", "base.group_user,hr.group_hr_user")
        cls.chief.group_ids = [(4, cls.role.id)]
        cls.deputy = person(cls.env, "gh_deputy", "base.group_user,gatehouse.group_approver")
        cls.officer = person(cls.env, "gh_officer", "base.group_user,hr_holidays.group_hr_holidays_manager")
        cls.employee = cls.env["hr.employee"].create({"name": "Chief", "user_id": cls.chief.id, "company_id": cls.env.company.id})
        cls.kind = cls.env["hr.leave.type"].create(
            {"name": "Days off", "requires_allocation": False, "leave_validation_type": "hr", "request_unit": "day",
             "time_type": "leave", "company_id": cls.env.company.id}
        )  # fmt: skip

    def leave(self, delegate=None, user=None):
        return self.env["hr.leave"].with_user(user or self.chief).create(
            {
                "employee_id": self.employee.id, "holiday_status_id": self.kind.id,
                "request_date_from": LEAVE[0], "request_date_to": LEAVE[1],
                **({"gatehouse_delegate_id": delegate.id} if delegate else {}),
            }
        )  # fmt: skip

    def validated(self, **values):
        leave = self.leave(**values)
        leave.with_user(self.officer).action_approve()
        self.env.invalidate_all()
        self.assertEqual(leave.state, "validate")
        return leave.sudo()

    def waiting(self):
        """The open step of a review that only the chief may sign."""
        hold = self.env["gatehouse.hold"]._place(
            self.partner, "manual", "review", "ship", role_ids=[self.role.id], company_id=self.env.company.id,
            reasons=[{"code": "manual", "text": "Look at it"}],
        )  # fmt: skip
        return hold._step().sudo()

    @freeze_time("2027-03-01 09:00:00")
    def test_validated_leave_delegates_to_whom_he_named_for_its_days_only(self):
        leave = self.validated(delegate=self.deputy)
        delegation = leave.gatehouse_delegation_id
        self.assertEqual((str(delegation.date_from), str(delegation.date_to)), LEAVE)
        self.assertEqual((delegation.principal_id, delegation.delegate_id), (self.chief, self.deputy))
        step = self.waiting()
        self.assertFalse(step._authority(self.deputy))
        with freeze_time("2027-03-10 09:00:00"):
            self.assertEqual(step._authority(self.deputy), self.chief)
            step._escalate_absent()
            self.assertFalse(step.escalated_role_id)
        with freeze_time("2027-03-13 09:00:00"):
            self.assertFalse(step._authority(self.deputy))

    @freeze_time("2027-03-01 09:00:00")
    def test_request_that_nobody_validated_delegates_nothing(self):
        self.assertFalse(self.leave(delegate=self.deputy).sudo().gatehouse_delegation_id)

    @freeze_time("2027-03-01 09:00:00")
    def test_refused_afterwards_ends_the_delegation(self):
        leave = self.validated(delegate=self.deputy)
        delegation = leave.gatehouse_delegation_id
        leave.with_user(self.officer).action_refuse()
        self.assertTrue(delegation.revoked)

    @freeze_time("2027-03-01 09:00:00")
    def test_another_name_takes_over(self):
        leave = self.validated(delegate=self.deputy)
        first = leave.gatehouse_delegation_id
        leave.with_user(self.operations).sudo().gatehouse_delegate_id = self.board
        self.assertTrue(first.revoked)
        self.assertEqual(leave.gatehouse_delegation_id.delegate_id, self.board)

    @freeze_time("2027-03-10 09:00:00")
    def test_without_a_name_what_waits_goes_to_the_next_role_at_once(self):
        step = self.waiting()
        self.assertFalse(step.escalated_role_id)
        with freeze_time("2027-03-05 09:00:00"):
            self.validated()
        self.env["gatehouse.approval.step"]._cron_absence()
        self.assertEqual(step.escalated_role_id, self.env.ref("gatehouse.group_operations_manager"))
        self.assertEqual(step._authority(self.operations), self.operations)

    @freeze_time("2027-03-05 09:00:00")
    def test_what_is_asked_in_his_absence_is_escalated_when_it_is_asked(self):
        self.validated()
        self.assertFalse(self.waiting().escalated_role_id)
        with freeze_time("2027-03-10 09:00:00"):
            self.assertTrue(self.waiting().escalated_role_id)

    @freeze_time("2027-03-05 09:00:00")
    def test_a_colleague_of_the_role_who_is_here_keeps_it(self):
        self.deputy.group_ids = [(4, self.role.id)]
        self.validated()
        with freeze_time("2027-03-10 09:00:00"):
            self.assertFalse(self.waiting().escalated_role_id)

    @freeze_time("2027-03-01 09:00:00")
    def test_nobody_else_hands_on_his_authority(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.leave(delegate=self.officer, user=self.officer)
        leave = self.leave()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            leave.with_user(self.officer).gatehouse_delegate_id = self.officer

    @freeze_time("2027-03-01 09:00:00")
    def test_a_circle_keeps_nobody_from_his_holidays_and_is_told(self):
        self.env["gatehouse.delegation"].with_user(self.deputy).create(
            {"delegate_id": self.chief.id, "date_from": LEAVE[0], "date_to": LEAVE[1], "reason": "Also away"}
        )
        leave = self.validated(delegate=self.deputy)
        self.assertFalse(leave.gatehouse_delegation_id)
        told = self.env["gatehouse.exception"].search([("key", "=", f"absence:{leave.id}")])
        self.assertIn("circle", told.detail)
