from odoo import Command
from odoo.tests import tagged

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestAuthorAsks(ApprovalCase):
    """Author, requester and approver are three people where the policy says so: also when the author is who asks."""

    def written_by(self, people, **values):
        self.policy._transition({"separate_author": True, "author_ids": [Command.set(people.ids)], **values})

    def roles(self, order):
        return [step.role_id for step in self.holds(order).approval_ids.step_ids]

    def test_the_next_role_signs_after_the_first_and_only_then_the_order_goes_on(self):
        self.written_by(self.seller)
        order = self.held()
        self.step(order).with_user(self.manager).approve("it fits")
        self.assertEqual(order.state, "draft")
        self.assertFalse(self.step(order).with_user(self.manager).can_decide)
        self.step(order).with_user(self.director).approve("his own rule, and it fits")
        self.assertEqual(order.state, "sale")

    def test_one_role_signs_for_others_and_where_the_policy_does_not_say_so_and_two_are_enough(self):
        manager_role = self.env.ref("sales_team.group_sale_manager")
        self.written_by(self.seller)
        self.assertEqual(self.roles(self.held(discount=30)), [manager_role, self.director_role])
        self.written_by(self.deputy)
        self.assertEqual(self.roles(self.held()), [manager_role])
        self.written_by(self.seller, separate_author=False)
        self.assertEqual(self.roles(self.held()), [manager_role])

    def test_asked_again_after_a_rejection_two_roles_sign_too(self):
        self.written_by(self.seller, escalate_role_id=self.env.ref("sales_team.group_sale_manager").id)
        order = self.held()
        self.step(order).with_user(self.manager).reject("too deep")
        self.holds(order).approval_ids.with_user(self.seller).request_again("the customer takes twice as much")
        self.assertEqual([len(approval.step_ids) for approval in self.holds(order).approval_ids], [2, 2])

    def test_nobody_left_for_the_second_signature_is_an_exception(self):
        self.written_by(self.seller | self.director)
        order = self.held()
        self.step(order).with_user(self.manager).approve("it fits")
        told = self.env["gatehouse.exception"].search([("category", "=", "approval"), ("res_id", "=", order.id)])
        self.assertEqual((order.state, told.title), ("draft", f"Nobody can decide {order.name}"))
