from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestAutoApproval(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        role = cls.env.ref("sales_team.group_sale_manager")
        current = cls.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "active")])
        current._transition({"state": "retired"})
        cls.policy = cls.env["gatehouse.policy"].create(
            {
                "name": "Discounts by rule",
                "control": "sale_discount",
                "mode": "enforcing",
                "auto_sample": 1,
                "auto_override_bound": 20,
                "band_ids": [
                    Command.create({"up_to": 5, "outcome": "pass"}),
                    Command.create({"up_to": 15, "outcome": "auto", "role_id": role.id}),
                    Command.create({"outcome": "review", "role_id": role.id}),
                ],
            }
        )
        cls.policy._activate()

    def rows(self, order):
        return self.env["gatehouse.auto.approval"].search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)])

    def test_the_rule_approves_keeps_its_reason_and_samples_it(self):
        order = self.confirmed(discount=10)
        row = self.rows(order)
        self.assertEqual((row.sampled, row.text), (True, "effective discount 10.00 %"))
        logged = self.env["gatehouse.decision"].search([("id", ">", 0)], limit=20).mapped("content")
        self.assertIn("auto_approved", [entry["action"] for entry in logged])
        self.assertFalse(self.rows(self.confirmed(discount=3)))

    def test_who_asked_for_it_does_not_look_at_it_and_nobody_without_the_role(self):
        order = self.confirmed(discount=10)
        order.sudo().user_id = self.manager
        row = self.rows(order)
        with self.assertRaises(AccessError):
            row.with_user(self.operations).judge("right", "fine")
        row.sudo().requester_ids = self.manager
        with self.assertRaises(AccessError):
            row.with_user(self.manager).judge("right", "my own")

    def test_who_wrote_the_rule_and_asks_himself_is_signed_by_two_people_where_authors_stand_apart(self):
        row = self.rows(self.confirmed(discount=10))
        self.policy._transition({"separate_author": True, "author_ids": [Command.set((self.seller | self.manager).ids)]})
        order = self.order(discount=10)
        order.action_confirm()
        self.assertEqual((order.state, self.rows(order).ids), ("draft", []))
        roles = self.env.ref("sales_team.group_sale_manager") | self.env.ref("gatehouse.group_operations_manager")
        self.assertEqual(self.holds(order).approval_ids.step_ids.role_id, roles)
        with self.assertRaisesRegex(AccessError, "wrote its policy"):
            row.with_user(self.manager).judge("right", "my own rule")

    def test_too_many_wrong_ones_suspend_it_and_a_person_approves_again(self):
        for number in range(10):
            row = self.rows(self.confirmed(discount=10))
            row.with_user(self.manager).judge("wrong" if number < 3 else "right", "looked at it")
        self.assertTrue(self.policy.auto_suspended)
        told = self.env["gatehouse.exception"].search([("key", "=", f"auto:{self.policy.id}:1")])
        self.assertIn("3 of 10 looked-at approvals were wrong", told.detail)
        order = self.order(discount=10)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(self.holds(order).role_id, self.env.ref("sales_team.group_sale_manager"))

    def test_few_samples_suspend_nothing_and_each_is_looked_at_once(self):
        row = self.rows(self.confirmed(discount=10))
        row.with_user(self.manager).judge("wrong", "should have asked")
        self.assertFalse(self.policy.auto_suspended)
        with self.assertRaisesRegex(UserError, "looked at already"):
            row.with_user(self.manager).judge("right", "again")

    def test_the_matrix_names_roles_people_and_conflicting_duties(self):
        both = person(self.env, "gatehouse_both", groups="gatehouse.group_policy_author,base.group_user")
        board = self.env.ref("gatehouse.group_governance_board")
        self.env.cr.execute("INSERT INTO res_groups_users_rel (gid, uid) VALUES (%s, %s)", [board.id, both.id])  # past Odoo's methods
        self.env.invalidate_all()
        matrix = self.env["report.gatehouse.authority"].with_user(self.operations).matrix()
        [policy] = [policy for policy in matrix["policies"] if policy["name"].startswith("Discounts by rule")]
        [row] = [row for row in policy["rows"] if row["up_to"] == 15]
        self.assertEqual((row["above"], row["outcome"], policy["where"]), (5, "Approved by rule, sampled", "everywhere"))
        self.assertEqual(row["channel"], "rule; looked at on screen")
        self.assertIn(self.manager.name, row["people"])
        self.assertIn("Approved by rule up to 15: one in", " · ".join(policy["terms"]))
        self.assertTrue([text for text in matrix["conflicts"] if "gatehouse_both" in text])
        with self.assertRaises(AccessError):
            self.env["report.gatehouse.authority"].with_user(self.seller).matrix()
        page, kind = self.env["ir.actions.report"].with_user(self.operations)._render_qweb_html("gatehouse.authority", [])
        self.assertEqual((kind, b"Discounts by rule" in page), ("html", True))

    def test_the_matrix_says_by_which_channel_up_to_which_caps_who_is_next_and_who_decides_for_whom(self):
        self.manager.email = False
        role = self.env.ref("sales_team.group_sale_manager")
        bands = [Command.create({"up_to": 5, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": role.id})]
        self.env["gatehouse.policy"].create(
            {
                "name": "Web discounts", "control": "sale_discount", "mode": "enforcing", "channel": "website", "band_ids": bands,
                "break_glass_cap": 2500, "remind_hours": 2, "escalate_hours": 6, "escalate_role_id": self.env.ref("account.group_account_manager").id,
            }
        )._activate()  # fmt: skip
        Delegation = self.env["gatehouse.delegation"].with_user(self.manager)
        Delegation.create({"delegate_id": self.operations.id, "role_id": role.id, "max_amount": 900, "reason": "surgery"})
        Delegation.create({"delegate_id": self.board.id, "reason": "over"}).action_revoke()
        matrix = self.env["report.gatehouse.authority"].with_user(self.operations).matrix()
        [policy] = [policy for policy in matrix["policies"] if policy["name"] == "Web discounts"]
        terms = " · ".join(policy["terms"])
        self.assertEqual(policy["where"], "channel website")
        self.assertIn(f"{self.manager.name} (screen only)", policy["rows"][1]["people"])
        self.assertIn(policy["rows"][1]["channel"], ("screen", "screen, mail link"))
        self.assertIn("Break-glass up to 2,500.00: ", terms)
        self.assertIn("Reminder after 2 business hours; after 6 also ", terms)
        [row] = [row for row in matrix["delegations"] if row["principal"] == self.manager.name]
        self.assertEqual((row["delegate"], row["scope"]), (self.operations.name, f"{role.full_name}, every company, up to 900.00 {self.env.company.currency_id.name}"))
        page, _kind = self.env["ir.actions.report"].with_user(self.operations)._render_qweb_html("gatehouse.authority", [])
        self.assertEqual((b"channel website" in page, b"up to 900.00" in page, b"surgery" in page), (True, True, False))


@tagged("post_install", "-at_install")
class TestSoundness(SaleCase):
    def draft(self, bands, **values):
        return self.env["gatehouse.policy"].with_user(self.author).create(
            {"name": "Unsound", "control": "sale_discount", "band_ids": [Command.create(band) for band in bands], **values}
        )

    def refused(self, text, bands, **values):
        policy = self.draft(bands, **values)
        with self.assertRaisesRegex(UserError, text):
            policy.action_submit()
        self.assertEqual(policy.state, "draft")

    def test_what_could_never_work_is_refused_with_its_reason(self):
        role = self.env.ref("sales_team.group_sale_manager").id
        nobody = self.env["res.groups"].create({"name": "Empty chair"}).id
        team = self.env["crm.team"].create({"name": "Gone", "active": False})
        review = {"outcome": "review", "role_id": role}
        self.refused("Two bands end at 5", [{"up_to": 5}, {"up_to": 5, **review}, {"outcome": "forbid"}], team_id=team.id)
        self.refused("no bound", [{"up_to": 5, "outcome": "pass"}])
        self.refused("milder", [{"up_to": 5, **review}, {"outcome": "pass"}])
        self.refused("Nobody has the role Empty chair", [{"outcome": "review", "role_id": nobody}])
        self.refused("Gone is archived", [{"outcome": "forbid"}], team_id=team.id)
        self.refused("neither bands nor checks", [])
        self.refused("before it begins", [{"outcome": "forbid"}], valid_from="2026-02-01", valid_to="2026-01-01")
        self.refused('The active policy "Discounts" is for the same scope', [{"outcome": "forbid"}])

    def test_a_policy_that_deviates_from_itself_is_refused(self):
        first = self.draft([{"outcome": "forbid"}])
        second = self.draft([{"outcome": "forbid"}], parent_id=first.id, deviation_reason="x", deviation_expiry="2030-01-01")
        first.write({"parent_id": second.id, "deviation_reason": "x", "deviation_expiry": "2030-01-01"})
        with self.assertRaisesRegex(UserError, "deviates from itself"):
            first.action_submit()

    def test_a_deviation_from_a_policy_of_another_control_is_refused_with_its_name(self):
        other = self.env["gatehouse.policy"].create({"name": "Dear orders", "control": "sale_amount"})
        why = {"parent_id": other.id, "deviation_reason": "x", "deviation_expiry": "2030-01-01"}
        with self.assertRaisesRegex(ValidationError, 'Unsound cannot deviate from "Dear orders".*Sales: order amount'):
            self.draft([{"outcome": "forbid"}], **why)

    def test_a_sound_one_is_submitted(self):
        team = self.env["crm.team"].create({"name": "Key accounts"})
        policy = self.draft([{"up_to": 5, "outcome": "pass"}, {"outcome": "forbid"}], team_id=team.id)
        policy.action_submit()
        self.assertEqual(policy.state, "in_review")
