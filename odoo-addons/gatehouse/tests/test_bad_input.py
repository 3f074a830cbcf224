import re

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.gatehouse.models.gatehouse_authority import APART

from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestBadInput(GatehouseCase):
    """Policies, roles and people that cannot work: refused with the record's name, or somebody's task."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env["res.groups"].create({"name": "Rare role"})
        cls.signer = person(cls.env, "gh_signer", "base.group_user,gatehouse.group_approver")
        cls.signer.group_ids = [Command.link(cls.role.id)]
        cls.tag = cls.env["res.partner.category"].create({"name": "Fragile"})

    def policy(self, name="Rare", user=None, bands=None, **values):
        return self.env["gatehouse.policy"].with_user(user or self.author).create(
            {
                "name": name,
                "control": "manual",
                "mode": "enforcing",
                "band_ids": bands
                or [Command.create({"up_to": 10, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": self.role.id})],
                **values,
            }
        )

    def hold(self, **values):
        return self.env["gatehouse.hold"]._place(
            self.partner, "manual", "review", "ship", role_ids=[self.role.id], company_id=self.env.company.id, **values
        )

    def exceptions(self, text):
        return self.env["gatehouse.exception"].search([("title", "like", text), ("state", "=", "open")])

    # -- policies --------------------------------------------------------------------------------
    def test_bands_that_leave_a_gap_are_refused(self):
        policy = self.policy(bands=[Command.create({"up_to": 10, "outcome": "pass"})])
        with self.assertRaisesRegex(UserError, "Rare cannot be submitted(.|\n)*no bound"):
            policy.action_submit()
        with self.assertRaisesRegex(UserError, "Rare"):
            policy._activate()

    def test_a_worse_value_that_passes_more_easily_is_refused(self):
        policy = self.policy(
            bands=[Command.create({"up_to": 10, "outcome": "review", "role_id": self.role.id}), Command.create({"outcome": "pass"})]
        )
        with self.assertRaisesRegex(UserError, "milder"):
            policy.action_submit()

    def test_a_second_policy_for_the_same_scope_is_refused_with_the_first_ones_name(self):
        self.policy("The first", partner_tag_id=self.tag.id)._activate()
        with self.assertRaisesRegex(UserError, "The first"):
            self.policy("The second", partner_tag_id=self.tag.id).action_submit()

    def test_contradicting_policies_that_meet_are_told_to_the_operations_manager(self):
        self.policy("By tag", partner_tag_id=self.tag.id)._activate()
        other = {"bands": [Command.create({"outcome": "forbid"})], "country_id": self.env.ref("base.de").id}
        self.policy("By country", **other)._activate()
        told = self.exceptions("contradict")
        self.assertIn("By tag", told.title)
        self.assertIn("Fragile", told.detail)
        self.assertIn("By country wins because it is newer", told.detail)

    def test_policies_that_agree_or_never_meet_are_not_told(self):
        self.policy("In Germany", country_id=self.env.ref("base.de").id)._activate()
        strict = [Command.create({"outcome": "forbid"})]
        self.policy("In France", country_id=self.env.ref("base.fr").id, bands=strict)._activate()
        self.policy("The same by tag", partner_tag_id=self.tag.id)._activate()
        self.assertFalse(self.exceptions("contradict").filtered(lambda row: "In Germany" in row.title))

    def test_policies_that_deviate_in_a_circle_are_refused(self):
        first = self.policy("One")
        why = {"deviation_reason": "local", "deviation_expiry": "2099-01-01"}
        second = self.policy("Two", parent_id=first.id, partner_tag_id=self.tag.id, **why)
        first.write({"parent_id": second.id, **why})
        with self.assertRaisesRegex(UserError, "deviates from itself by way of Two"):
            second.action_submit()

    def test_a_role_nobody_holds_is_refused(self):
        self.signer.active = False
        with self.assertRaisesRegex(UserError, "Nobody has the role Rare role"):
            self.policy().action_submit()

    def test_a_role_that_only_another_companys_people_hold_is_refused(self):
        other = self.env["res.company"].create({"name": "Sister"})
        with self.assertRaisesRegex(UserError, "Nobody has the role Rare role in Sister"):
            self.policy(company_id=other.id, user=self.env.user)._require_sound()

    def test_another_companys_place_is_refused(self):
        other = self.env["res.company"].create({"name": "Sister"})
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        with self.assertRaisesRegex(ValidationError, "belongs to Sister"):
            self.policy(company_id=self.env.company.id, warehouse_id=place.id, user=self.env.user)

    # -- deleted records -------------------------------------------------------------------------
    def test_a_scope_that_a_policy_names_is_not_deleted(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC2"})
        category = self.env["product.category"].create({"name": "Rare goods"})
        team = self.env["crm.team"].create({"name": "Gatehouse team"})
        country = self.env["res.country"].create({"name": "Ruritania", "code": "R1"})
        company = self.env["res.company"].create({"name": "Sister"})
        for name, record in (
            ("partner_tag_id", self.tag), ("warehouse_id", warehouse), ("product_category_id", category), ("team_id", team),
            ("country_id", country), ("company_id", company),
        ):  # fmt: skip
            self.policy(f"About {name}", user=self.env.user, **{name: record.id})
            with self.assertRaisesRegex(UserError, f"About {name}"), self.env.cr.savepoint():
                record.unlink()
        self.policy("Next role", escalate_role_id=self.env["res.groups"].create({"name": "Next"}).id)
        with self.assertRaisesRegex(UserError, "Next role"), self.env.cr.savepoint():
            self.env["res.groups"].search([("name", "=", "Next")]).unlink()

    def test_a_role_that_decides_is_not_deleted(self):
        self.policy()
        with self.assertRaisesRegex(UserError, "Rare role decides under the policy"), self.env.cr.savepoint():
            self.role.unlink()

    def test_a_scope_that_no_policy_names_is_deleted(self):
        self.tag.unlink()
        self.assertFalse(self.tag.exists())

    # -- people ----------------------------------------------------------------------------------
    def test_the_only_approver_leaves_and_somebody_is_told_at_once(self):
        hold = self.hold(res_name="Waiting 1")
        self.assertTrue(hold._step()._deciders())
        self.signer.active = False
        told = self.exceptions("Nobody can decide")
        self.assertIn("Rare role", told.filtered(lambda row: row.res_id == self.partner.id).detail)
        self.operations.group_ids = [Command.link(self.role.id)]
        hold.with_user(self.operations).release("I have the role now")
        self.assertEqual(hold.state, "released")

    def test_the_only_approver_loses_his_role_and_somebody_is_told(self):
        self.hold()
        self.signer.group_ids = [Command.unlink(self.role.id)]
        self.assertTrue(self.exceptions("Nobody can decide").filtered(lambda row: row.res_id == self.partner.id))

    def test_the_integration_decides_nothing(self):
        for name in ("approver", "operations_manager", "policy_author", "governance_board", "break_glass"):
            group = self.env.ref(f"gatehouse.group_{name}")
            with self.assertRaisesRegex(ValidationError, "is the integration"), self.env.cr.savepoint():
                self.bot.group_ids = [Command.link(group.id)]
            with self.assertRaisesRegex(ValidationError, "is the integration"), self.env.cr.savepoint():
                group.user_ids = [Command.link(self.bot.id)]
        self.env.invalidate_all()

    def test_duties_that_belong_apart_are_refused_to_one_person_with_his_name_and_both_roles(self):
        for first, second in APART:
            one, other = self.env.ref(first), self.env.ref(second)
            who = person(self.env, f"gh_{one.id}", f"base.group_user,{first}")
            said = f"{re.escape(who.name)} cannot have both {one.full_name} and {other.full_name}"
            for give in (lambda who=who, other=other: who.write({"group_ids": [Command.link(other.id)]}),
                         lambda who=who, other=other: other.write({"user_ids": [Command.link(who.id)]})):  # fmt: skip
                with self.assertRaisesRegex(ValidationError, said), self.env.cr.savepoint():
                    give()
                self.env.invalidate_all()

    def test_who_had_both_duties_before_keeps_nobody_else_from_his_role(self):
        board = self.env.ref("gatehouse.group_governance_board")
        self.env.cr.execute("INSERT INTO res_groups_users_rel (gid, uid) VALUES (%s, %s)", [board.id, self.author.id])
        self.env.invalidate_all()
        board.user_ids = [Command.link(self.signer.id)]
        self.assertIn(board, self.signer.group_ids)
        with self.assertRaisesRegex(ValidationError, "cannot have both"):
            self.author.group_ids = [Command.link(self.role.id)]

    def test_an_author_does_not_sign_where_the_policy_says_so(self):
        self.author.group_ids = [Command.link(self.role.id)]
        policy = self.policy(separate_author=True)
        policy._activate()
        hold = self.hold(policy_id=policy.id)
        mine = [("can_decide", "=", True), ("approval_id.hold_id", "=", hold.id)]
        self.assertFalse(self.env["gatehouse.approval.step"].with_user(self.author).search(mine), "it is not in his queue")
        self.assertTrue(self.env["gatehouse.approval.step"].with_user(self.signer).search(mine))
        with self.assertRaisesRegex(AccessError, "You wrote the policy"):
            hold.with_user(self.author).release("my own rule")
        hold.with_user(self.signer).release("looked at it")
        self.assertEqual(hold.state, "released")

    def test_a_policy_that_only_its_authors_could_sign_is_refused(self):
        self.author.group_ids = [Command.link(self.role.id)]
        self.signer.active = False
        with self.assertRaisesRegex(UserError, "they do not sign by it"):
            self.policy(separate_author=True).action_submit()

    def test_a_business_unit_that_no_document_has_is_refused_until_an_addon_says_it(self):
        policy = self.policy(business_unit="Wholesale")
        with self.assertRaisesRegex(UserError, "none would ever be of Wholesale"):
            policy.action_submit()
        self.patch(type(self.env["gatehouse.gate.mixin"]), "_gatehouse_has_business_units", True)
        policy.action_submit()
        self.assertEqual(policy.state, "in_review")

    def test_the_matrix_lists_duties_that_belong_apart(self):
        self.author.group_ids = [Command.link(self.role.id)]
        self.policy("Own rule")._activate()
        found = self.env["report.gatehouse.authority"].with_user(self.board).matrix()["conflicts"]
        self.assertIn('gatehouse_author wrote "Own rule" and may approve by it', " ".join(found).replace(self.author.name, "gatehouse_author"))
        self.author.group_ids = [Command.unlink(self.role.id)]
        found = self.env["report.gatehouse.authority"].with_user(self.board).matrix()["conflicts"]
        self.assertTrue([text for text in found if text.startswith(self.signer.name) and "is the only" in text])
