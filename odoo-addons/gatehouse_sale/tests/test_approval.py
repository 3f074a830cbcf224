import datetime
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SaleCase

COMMIT = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"


class ApprovalCase(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director_role = cls.env["res.groups"].create({"name": "Sales director"})
        cls.director = new_test_user(cls.env, "gatehouse_director", groups="sales_team.group_sale_salesman")
        cls.director.group_ids += cls.director_role
        cls.deputy = new_test_user(cls.env, "gatehouse_deputy", groups="sales_team.group_sale_salesman")
        cls.second_manager = new_test_user(cls.env, "gatehouse_manager2", groups="sales_team.group_sale_manager")
        policy = cls.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "active")])
        policy._transition({"state": "retired"})
        cls.policy = cls.env["gatehouse.policy"].create(
            {
                "name": "Discounts in two steps",
                "control": "sale_discount",
                "mode": "enforcing",
                "cumulative": True,
                "remind_hours": 4,
                "escalate_hours": 8,
                "escalate_role_id": cls.director_role.id,
                "band_ids": [
                    Command.create({"up_to": 10, "outcome": "pass"}),
                    Command.create(
                        {"up_to": 20, "outcome": "review", "role_id": cls.env.ref("sales_team.group_sale_manager").id}
                    ),
                    Command.create({"up_to": 40, "outcome": "review", "role_id": cls.director_role.id}),
                    Command.create({"outcome": "forbid"}),
                ],
            }
        )
        cls.policy._activate()

    def held(self, discount=15, **values):
        order = self.order(discount=discount, **values)
        order.action_confirm()
        return order

    def step(self, order, state="open"):
        approval = self.holds(order).approval_ids.sorted("id")[-1:] or self.env["gatehouse.approval"].search(
            [("res_id", "=", order.id), ("res_model", "=", "sale.order")], limit=1
        )
        return approval.step_ids.filtered(lambda step: step.state == state)

    def delegate(self, principal, delegate, **values):
        return (
            self.env["gatehouse.delegation"]
            .with_user(principal)
            .create({"delegate_id": delegate.id, "reason": "Holiday", **values})
        )

    def actions(self, order):
        rows = self.env["gatehouse.decision"].search([], limit=40)
        return [row.action for row in rows if row.content.get("target_id") == order.id]


@tagged("post_install", "-at_install")
class TestApproval(ApprovalCase):
    def test_a_higher_band_is_signed_by_every_role_below_it_in_order(self):
        order = self.held(discount=30)
        steps = self.holds(order).approval_ids.step_ids
        self.assertEqual(steps.mapped("state"), ["open", "waiting"])
        with self.assertRaises(AccessError):
            steps[0].with_user(self.director).approve("too early")
        steps[0].with_user(self.manager).approve("fits the campaign")
        self.assertEqual((order.state, steps.mapped("state")), ("draft", ["approved", "open"]))
        steps[1].with_user(self.director).approve("once")
        self.assertEqual((order.state, steps.approval_id.state), ("sale", "approved"))
        self.assertEqual(self.holds(order, "released").release_reason, "once")

    def test_releasing_the_hold_signs_the_open_step_only(self):
        order = self.held(discount=30)
        hold = self.holds(order)
        hold.with_user(self.manager).release("first signature")
        self.assertEqual((hold.state, order.state), ("open", "draft"))
        with self.assertRaises(AccessError):
            hold.with_user(self.manager).release("second one too")
        hold.with_user(self.director).release("second signature")
        self.assertEqual((hold.state, order.state), ("released", "sale"))

    def test_one_person_with_both_roles_signs_once(self):
        self.manager.group_ids += self.director_role
        order = self.held(discount=30)
        self.step(order).with_user(self.manager).approve("as manager")
        with self.assertRaisesRegex(AccessError, "signed"):
            self.step(order).with_user(self.manager).approve("as director")

    def test_a_rejected_order_stays_and_can_be_asked_for_again_with_a_reason(self):
        order = self.held()
        self.step(order).with_user(self.manager).reject("the margin is gone")
        self.assertEqual((order.state, self.holds(order).state), ("draft", "open"))
        with self.assertRaisesRegex(UserError, "rejected it: the margin is gone"):
            self.holds(order).with_user(self.manager).release("changed my mind")
        order.action_confirm()
        self.assertEqual(len(self.holds(order)), 1, "confirming again asks nobody again")
        approval = self.holds(order).approval_ids
        with self.assertRaises(AccessError):
            approval.with_user(self.deputy).request_again("me")
        approval.with_user(self.seller).request_again("the supplier pays half of it")
        self.step(order).with_user(self.manager).approve("then yes")
        self.assertEqual(order.state, "sale")

    def test_an_edited_order_voids_what_was_signed(self):
        order = self.held(discount=30)
        self.step(order).with_user(self.manager).approve("fine")
        steps = self.holds(order).approval_ids.step_ids
        order.order_line.discount = 35
        self.assertEqual((steps.approval_id.state, steps.mapped("state")), ("voided", ["approved", "voided"]))
        order.action_confirm()
        self.assertEqual(self.step(order).role_id, self.env.ref("sales_team.group_sale_manager"))

    def test_a_harmless_edit_keeps_what_was_signed(self):
        order = self.held(discount=30)
        self.step(order).with_user(self.manager).approve("fine")
        order.client_order_ref = "PO 4711"
        self.step(order).with_user(self.director).approve("fine too")
        self.assertEqual(order.state, "sale")

    def test_a_copy_inherits_no_signature(self):
        order = self.held()
        self.step(order).with_user(self.manager).approve("once")
        copy = order.with_user(self.seller).copy()
        copy.action_confirm()
        self.assertEqual((copy.state, self.step(copy).state), ("draft", "open"))

    def test_nobody_writes_creates_or_deletes_approvals(self):
        order = self.held()
        step = self.step(order)
        for user in (self.seller, self.manager, self.operations, self.bot, self.env.ref("base.user_admin")):
            for record in (step, step.approval_id):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(record.with_user(user).has_access(operation), (user.login, operation))
        with self.assertRaises(AccessError):
            step.with_user(self.manager).write({"state": "approved"})
        with self.assertRaises(AccessError):
            step.with_user(self.env.ref("base.user_root")).approve("superuser")

    def test_the_second_of_two_approvers_finds_it_decided(self):
        order = self.held()
        step = self.step(order)
        step.with_user(self.manager).approve("yes")
        with self.assertRaisesRegex(UserError, "not waiting"):
            step.with_user(self.second_manager).reject("no")

    def test_an_approver_who_left_decides_nothing_and_an_empty_role_is_reported(self):
        self.director.active = False
        order = self.held(discount=30)
        self.step(order).with_user(self.manager).approve("fine")
        with self.assertRaises(AccessError):
            self.step(order).with_user(self.director).approve("I am gone")
        stuck = self.env["gatehouse.exception"].search([("category", "=", "approval"), ("res_id", "=", order.id)])
        self.assertIn("Sales director", stuck.detail)

    def test_the_log_tells_who_decided_what_on_which_evidence(self):
        order = self.held()
        self.step(order).with_user(self.manager).approve("fits")
        row = self.env["gatehouse.decision"].search([]).filtered(lambda row: row.action == "step_approved")[:1]
        content = row.content
        self.assertEqual((content["by"], content["reason"]), (self.manager.id, "fits"))
        self.assertEqual(content["policy_version"], self.policy.version)
        self.assertTrue(content["material_hash"])
        self.assertIn("15.00 %", content["evidence"]["reasons"])

    def test_a_question_goes_to_who_asked_and_decides_nothing(self):
        order = self.held()
        step = self.step(order)
        with self.assertRaises(AccessError):
            step.with_user(self.deputy).ask("why?")
        step.with_user(self.manager).ask("Which campaign?")
        note = self.env["mail.message"].search([("res_id", "=", order.id), ("body", "like", "Which campaign")])
        self.assertIn(self.seller.partner_id, note.partner_ids)
        self.assertEqual(step.state, "open")

    def test_the_queue_shows_what_one_can_decide_oldest_and_dearest_first(self):
        small, large = self.held(quantity=1), self.held(quantity=100)
        foreign = self.held(discount=15)
        foreign.sudo().user_id = self.manager
        own = self.order(discount=15)
        own.sudo().user_id = self.manager
        own.with_user(self.seller).action_confirm()
        Step = self.env["gatehouse.approval.step"].with_user(self.manager)
        due = self.step(small).due_at
        (self.step(small) | self.step(large)).sudo().due_at = due
        names = Step.search([("can_decide", "=", True)]).mapped("res_name")
        self.assertLess(names.index(large.name), names.index(small.name))
        self.step(small).sudo().due_at = due - datetime.timedelta(minutes=1)
        older = Step.search([("can_decide", "=", True)]).mapped("res_name")
        self.assertLess(older.index(small.name), older.index(large.name))
        self.assertNotIn(own.name, names)
        self.assertFalse(
            self.env["gatehouse.approval.step"].with_user(self.seller).search([("can_decide", "=", True)])
        )


@tagged("post_install", "-at_install")
class TestDelegation(ApprovalCase):
    def test_the_delegate_acts_as_himself_for_the_principal(self):
        order = self.held()
        self.delegate(self.manager, self.deputy)
        step = self.step(order)
        step.with_user(self.deputy).approve("as agreed with her")
        self.assertEqual((step.decided_by, step.on_behalf_of), (self.deputy, self.manager))
        self.assertEqual(order.state, "sale")

    def test_it_holds_in_its_dates_role_amount_and_until_revoked(self):
        order = self.held(quantity=5)
        step = self.step(order).with_user(self.deputy)
        today = fields.Date.today()
        for values in (
            {"date_from": today + datetime.timedelta(days=1), "date_to": today + datetime.timedelta(days=3)},
            {"date_from": today - datetime.timedelta(days=3), "date_to": today - datetime.timedelta(days=1)},
            {"role_id": self.director_role.id},
            {"max_amount": 100},
        ):
            self.delegate(self.manager, self.deputy, **values)
        with self.assertRaises(AccessError):
            step.approve("none of these covers it")
        good = self.delegate(self.manager, self.deputy, max_amount=1000)
        self.assertTrue(step.can_decide)
        good.with_user(self.manager).action_revoke()
        with self.assertRaises(AccessError):
            step.approve("revoked")

    def test_it_may_be_passed_on_but_not_in_a_circle(self):
        self.delegate(self.manager, self.deputy)
        self.delegate(self.deputy, self.director)
        order = self.held()
        self.assertTrue(self.step(order).with_user(self.director).can_decide)
        with self.assertRaisesRegex(ValidationError, "circle: .*gatehouse_director"):
            self.delegate(self.director, self.manager)

    def test_four_eyes_holds_through_a_delegation(self):
        order = self.held()
        self.delegate(self.manager, self.seller)
        with self.assertRaisesRegex(AccessError, "yourself"):
            self.step(order).with_user(self.seller).approve("my own order, her authority")
        own = self.order(discount=15)
        own.sudo().user_id = self.manager
        own.action_confirm()
        self.delegate(self.manager, self.deputy)
        with self.assertRaises(AccessError):
            self.step(own).with_user(self.deputy).approve("her order, her authority, my hand")

    def test_nobody_gives_away_anothers_authority(self):
        with self.assertRaises(AccessError):
            self.delegate(self.seller, self.seller, principal_id=self.manager.id, delegate_id=self.deputy.id)
        made = self.delegate(self.operations, self.deputy, principal_id=self.manager.id)
        self.assertEqual(made.principal_id, self.manager)
        for operation in (lambda: made.write({"date_to": "2099-01-01"}), made.unlink):
            with self.assertRaises(UserError):
                operation()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            self.delegate(self.manager, self.deputy, date_to="2000-01-01")

    def test_one_decision_alone_may_be_handed_over(self):
        first, second = self.held(), self.held()
        self.delegate(self.manager, self.deputy, step_id=self.step(first).id)
        self.assertTrue(self.step(first).with_user(self.deputy).can_decide)
        self.assertFalse(self.step(second).with_user(self.deputy).can_decide)


@tagged("post_install", "-at_install")
class TestEscalation(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Branch in Berlin",
                "tz": "Europe/Berlin",
                "attendance_ids": [
                    Command.create({"name": day, "dayofweek": str(day), "hour_from": 8, "hour_to": 16, "day_period": "morning"})
                    for day in range(5)
                ],
            }
        )

    def tick(self):
        with patch(COMMIT, lambda self, *args, **kwargs: 10.0):
            self.env["gatehouse.approval.step"]._cron_escalate()

    def test_hours_are_business_hours_of_the_companys_calendar_with_its_leaves(self):
        calendar = self.env.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {"name": "Holiday", "calendar_id": calendar.id, "company_id": self.env.company.id,
             "date_from": "2026-11-29 23:00:00", "date_to": "2026-11-30 22:59:59"}
        )  # fmt: skip
        after = self.env["gatehouse.approval.step"]._after
        friday = datetime.datetime(2026, 11, 27, 13, 0)  # 14:00 in Berlin
        self.assertEqual(after(self.env.company, friday, 1), datetime.datetime(2026, 11, 27, 14, 0))
        self.assertEqual(after(self.env.company, friday, 4), datetime.datetime(2026, 12, 1, 9, 0))

    def test_a_reminder_then_the_next_role_then_an_exception(self):
        with freeze_time("2026-11-24 08:00:00"):  # Tuesday, 9:00 in Berlin
            order = self.held()
            step = self.step(order)
            self.assertEqual(step.remind_at, datetime.datetime(2026, 11, 24, 12, 0))
            self.assertEqual(step.due_at, datetime.datetime(2026, 11, 25, 8, 0))
            self.tick()
            self.assertFalse(step.reminded)
        with freeze_time("2026-11-24 12:01:00"):
            self.tick()
            self.assertTrue(step.reminded)
            self.assertFalse(step.with_user(self.director).can_decide)
        with freeze_time("2026-11-25 08:01:00"):
            self.tick()
            self.assertEqual(step.escalated_role_id, self.director_role)
            self.assertTrue(step.with_user(self.director).can_decide)
        with freeze_time("2026-11-26 09:00:00"):
            self.tick()
            self.tick()
        overdue = self.env["gatehouse.exception"].search([("key", "=", f"overdue:{step.id}")])
        self.assertEqual((overdue.occurrences, step.overdue, step.state), (1, True, "open"))
        self.assertEqual(
            self.actions(order)[:4],
            ["approval_overdue", "approval_escalated", "approval_reminded", "approval_requested"],
        )

    def test_decided_rejected_and_cancelled_documents_leave_nobody_nagged(self):
        with freeze_time("2026-11-24 08:00:00"):
            approved, rejected, cancelled = self.held(), self.held(), self.held()
            self.step(approved).with_user(self.manager).approve("yes")
            self.step(rejected).with_user(self.manager).reject("no")
            cancelled.sudo()._action_cancel()
        before = self.env["mail.message"].search_count([])
        with freeze_time("2026-12-24 08:00:00"):
            self.tick()
        self.assertEqual(self.env["mail.message"].search_count([]), before)

    def test_a_calendar_without_hours_is_reported_and_time_still_passes(self):
        self.env.company.resource_calendar_id.attendance_ids.unlink()
        with freeze_time("2026-11-28 08:00:00"):
            order = self.held()
            self.assertEqual(self.step(order).due_at, datetime.datetime(2026, 11, 28, 16, 0))
        problem = self.env["gatehouse.exception"].search([("key", "=", f"calendar:{self.env.company.id}")])
        self.assertIn("no working hours", problem.title)


@tagged("post_install", "-at_install")
class TestDecisionLink(ApprovalCase, HttpCase):
    def test_reading_the_link_decides_nothing_and_only_the_approvers_post_decides(self):
        order = self.held()
        step = self.step(order)
        url = f"/gatehouse/decision/{step.id}"
        self.assertIn("/web/login", self.url_open(url).url)
        self.authenticate("gatehouse_manager", "gatehouse_manager")
        page = self.url_open(url)
        self.assertIn(order.name, page.text)
        self.assertEqual(step.state, "open")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url, data={"verb": "approve", "reason": "x"}).status_code, 400)
        answer = self.url_open(url, data={"verb": "approve", "reason": "by mail", "csrf_token": token})
        step.invalidate_recordset()
        self.assertEqual((step.state, step.decided_by, step.reason), ("approved", self.manager, "by mail"))
        self.assertIn("Approved", answer.text)
        again = self.url_open(url, data={"verb": "reject", "reason": "again", "csrf_token": token})
        self.assertIn("not waiting", again.text)

    def test_without_a_reason_or_the_role_the_page_says_so(self):
        order = self.held()
        step = self.step(order)
        url = f"/gatehouse/decision/{step.id}"
        self.authenticate("gatehouse_deputy", "gatehouse_deputy")
        page = self.url_open(url)
        self.assertNotIn("csrf_token\" value", page.text.replace("&quot;", '"').split("<main")[-1])
        self.assertIn("decides this", page.text)
        self.authenticate("gatehouse_manager", "gatehouse_manager")
        token = self.url_open(url).text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open(url, data={"verb": "approve", "reason": " ", "csrf_token": token})
        self.assertIn("needs a reason", answer.text)
        self.assertEqual(step.state, "open")
