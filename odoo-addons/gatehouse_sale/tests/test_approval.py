import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .approval_case import ApprovalCase


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

    def test_a_signature_counts_for_the_content_it_was_given_for(self):
        order = self.held()
        self.step(order).with_user(self.manager).approve("agreed by phone")
        self.assertEqual(order.state, "sale")
        order.sudo()._action_cancel()
        order.sudo().action_draft()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        order.sudo()._action_cancel()
        order.sudo().action_draft()
        order.order_line.discount = 16
        order.action_confirm()
        self.assertEqual((order.state, len(self.step(order))), ("draft", 1))

    def test_no_reason_no_signature(self):
        step = self.step(self.held()).with_user(self.manager)
        for reason in ("  ", "", None):
            for decide in (step.approve, step.reject):
                with self.assertRaisesRegex(ValidationError, "needs a reason"):
                    decide(reason)
        self.assertEqual(step.state, "open")

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

    def test_a_manager_of_another_company_is_neither_asked_nor_decides(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        stranger = new_test_user(
            self.env, "gatehouse_sister", groups="sales_team.group_sale_manager", company_id=sister.id, company_ids=[(6, 0, sister.ids)]
        )
        step = self.step(self.held())
        self.delegate(self.manager, stranger)  # nor for somebody of this one
        self.assertNotIn(stranger, step._deciders())
        self.assertFalse(step.with_user(stranger).sudo()._authority(stranger))
        with self.assertRaises(AccessError):
            step.with_user(stranger).approve("not mine")

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

    def test_cancelling_restarting_archiving_and_deleting_keep_what_was_decided(self):
        order = self.held()
        self.step(order).with_user(self.manager).approve("agreed by phone")
        self.assertEqual(order.state, "sale")
        hold, number = self.holds(order, "released"), order.id
        kept = self.actions(order)
        self.assertIn("step_approved", kept)
        order = order.sudo()
        for act in (order._action_cancel, order.action_draft, self.partner.action_archive, order.unlink):
            act()
            self.env.flush_all()
            rows = self.env["gatehouse.decision"].search([], limit=60)
            self.assertLessEqual(set(kept), {row.action for row in rows if row.content.get("target_id") == number})
            signed = hold.approval_ids.step_ids
            self.assertEqual((signed.state, signed.decided_by, signed.reason), ("approved", self.manager, "agreed by phone"))

    def test_a_question_goes_to_who_asked_and_decides_nothing(self):
        order = self.held()
        step = self.step(order)
        with self.assertRaises(AccessError):
            step.with_user(self.deputy).ask("why?")
        step.with_user(self.manager).ask("Which campaign?")
        note = self.env["mail.message"].search([("res_id", "=", order.id), ("body", "like", "Which campaign")])
        self.assertIn(self.seller.partner_id, note.partner_ids)
        self.assertEqual(step.state, "open")

    def test_the_queue_says_what_the_sidecar_measured_of_each_document_by_which_model_and_how_surely(self):
        orders = self.confirmed() | self.confirmed()
        for order, value in zip(orders, (0.91, 0.99), strict=True):
            strange = self.check("discount_anomaly", "sidecar", anomaly=value, anomaly_percentile={"value": value, "unit": "quantile"})
            self.record(order, [strange | {"model": "discounts 2026.11.23", "score": value, "confidence": 0.8}, *self.good_checks()[1:3], self.check("account_data", active=0)])
        steps = self.env["gatehouse.approval.step"].search([("approval_id.res_id", "in", orders.ids), ("state", "=", "open")])
        told = {step.res_name: step.measured for step in steps.with_user(self.manager)}
        self.assertEqual([told[order.name] for order in orders], [f"score {value}, discounts 2026.11.23, 80 % sure" for value in (0.91, 0.99)])
        for view in ("list", "kanban"):
            arch = self.env["gatehouse.approval.step"].get_view(self.env.ref(f"gatehouse.gatehouse_approval_step_{view}").id)["arch"]
            self.assertIn('name="measured"', arch)

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
