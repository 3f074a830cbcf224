import datetime
import re

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.gatehouse.tests.common import person

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestDelegation(ApprovalCase):
    def test_the_delegate_acts_as_himself_for_the_principal(self):
        order = self.held()
        self.delegate(self.manager, self.deputy)
        step = self.step(order)
        step.with_user(self.deputy).approve("as agreed with her")
        self.assertEqual((step.decided_by, step.on_behalf_of), (self.deputy, self.manager))
        self.assertEqual(order.state, "sale")

    def test_it_holds_in_its_dates_role_company_amount_and_until_revoked(self):
        order = self.held(quantity=5)
        step = self.step(order).with_user(self.deputy)
        today = fields.Date.today()
        for values in (
            {"date_from": today + datetime.timedelta(days=1), "date_to": today + datetime.timedelta(days=3)},
            {"date_from": today - datetime.timedelta(days=3), "date_to": today - datetime.timedelta(days=1)},
            {"role_id": self.director_role.id},
            {"max_amount": 100},
            {"company_id": self.env["res.company"].create({"name": "Sister"}).id},
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

    def test_who_was_signed_for_does_not_sign_the_next_step_himself(self):
        self.manager.group_ids += self.director_role
        order = self.held(discount=30)
        self.delegate(self.manager, self.deputy)
        self.step(order).with_user(self.deputy).approve("for him")
        self.assertEqual(self.step(order, "approved").on_behalf_of, self.manager)
        self.assertFalse(self.step(order).with_user(self.manager).can_decide)
        with self.assertRaises(AccessError):
            self.step(order).with_user(self.manager).approve("and now I myself")
        self.step(order).with_user(self.director).approve("a second person")
        self.assertEqual(order.state, "sale")

    def test_nobody_gives_away_anothers_authority(self):
        for taker in (self.seller, self.deputy):  # the deputy would take it for himself
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.delegate(taker, self.deputy, principal_id=self.manager.id)
        made = self.delegate(self.operations, self.deputy, principal_id=self.manager.id)
        self.assertEqual(made.principal_id, self.manager)
        for operation in (lambda: made.write({"date_to": "2099-01-01"}), made.unlink):
            with self.assertRaises(UserError):
                operation()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            self.delegate(self.manager, self.deputy, date_to="2000-01-01")

    def test_whose_authority_is_in_another_company_gives_none_of_it_here(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        stranger = person(
            self.env, "gatehouse_sister", groups="sales_team.group_sale_manager", company_id=sister.id, company_ids=[(6, 0, sister.ids)]
        )
        self.delegate(stranger, self.deputy)
        step = self.step(self.held())
        self.assertNotIn(self.deputy, step._deciders())
        self.assertFalse(step.with_user(self.deputy).can_decide)
        with self.assertRaises(AccessError):
            step.with_user(self.deputy).approve("for a manager of the sister company")

    def test_a_chain_does_not_go_through_who_asked_for_the_document(self):
        self.delegate(self.manager, self.seller)
        self.delegate(self.seller, self.deputy)
        step = self.step(self.held())
        self.assertNotIn(self.deputy, step._deciders())
        self.assertFalse(step.with_user(self.deputy).search([("can_decide", "=", True), ("id", "=", step.id)]))
        with self.assertRaises(AccessError):
            step.with_user(self.deputy).approve("my friend asked for it and passed it on to me")

    def test_the_integration_is_no_delegate(self):
        with self.assertRaisesRegex(ValidationError, f"{re.escape(self.bot.name)} is the integration"):
            self.delegate(self.manager, self.bot)

    def test_one_decision_alone_may_be_handed_over(self):
        first, second = self.held(), self.held()
        self.delegate(self.manager, self.deputy, step_id=self.step(first).id)
        self.assertTrue(self.step(first).with_user(self.deputy).can_decide)
        self.assertFalse(self.step(second).with_user(self.deputy).can_decide)
