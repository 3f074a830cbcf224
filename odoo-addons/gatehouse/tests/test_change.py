from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestChange(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,gatehouse.group_approver"
        cls.it, cls.finance = cls.env["res.groups"].create([{"name": "IT"}, {"name": "Finance"}])
        cls.ann = person(cls.env, "gatehouse_ann", groups=groups)
        cls.bob = person(cls.env, "gatehouse_bob", groups=groups)
        cls.ann.group_ids += cls.it + cls.finance
        cls.bob.group_ids += cls.finance
        cls.env["gatehouse.change.signoff"].search([]).unlink()

    def want(self, kind="workflow"):
        self.env["gatehouse.change.signoff"].create([{"kind": kind, "role_id": role.id} for role in self.it + self.finance])

    def ask(self, mark="m1"):
        return self.env["gatehouse.change"].with_user(self.bot).request("workflow", "10-check", mark, "one node")

    def applied(self, mark="m1"):
        return self.env["gatehouse.change"].with_user(self.bot).applied("workflow", mark)

    def change(self, mark="m1"):
        return self.env["gatehouse.change"].search([("mark", "=", mark)], limit=1)

    def actions(self, change):
        rows = self.env["gatehouse.decision"].search([], limit=50)
        return [row.content["action"] for row in rows if row.content.get("change") == change.name]

    def test_without_sign_offs_a_change_is_recorded_and_goes_on(self):
        self.assertEqual(self.ask()["state"], "approved")
        self.applied()
        self.assertEqual(self.actions(self.change()), ["change_applied", "change_requested"])

    def test_a_change_waits_for_every_role_by_different_people(self):
        self.want()
        self.assertEqual((self.ask()["state"], self.ask()["waiting_for"]), ("open", "IT, Finance"))
        with self.assertRaisesRegex(UserError, "No signed-off change"):
            self.applied()
        change = self.change()
        change.with_user(self.ann).sign("reviewed")
        with self.assertRaisesRegex(AccessError, "signed it already"):
            change.with_user(self.ann).sign("me again")
        change.with_user(self.bob).sign("costs nothing")
        self.assertEqual(self.ask()["state"], "approved")
        self.assertEqual(self.applied()["state"], "applied")

    def test_another_content_needs_its_own_sign_offs(self):
        self.want()
        self.ask("m1")
        self.change("m1").with_user(self.ann).sign("ok")
        self.change("m1").with_user(self.bob).sign("ok")
        self.assertEqual(self.ask("m2")["state"], "open")

    def test_a_rejected_content_stays_rejected(self):
        self.want()
        self.ask()
        self.change().with_user(self.bob).reject("not before the stock count")
        self.assertEqual(self.ask()["state"], "rejected")
        with self.assertRaises(UserError):
            self.applied()

    def test_nobody_signs_without_the_role_or_a_reason_or_writes_it_down_himself(self):
        self.want()
        self.ask()
        with self.assertRaises(AccessError):
            self.change().with_user(self.operations).sign("ok")
        with self.assertRaises(ValidationError):
            self.change().with_user(self.ann).sign(" ")
        for user in (self.ann, self.board, self.bot):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.change().with_user(user).write({"state": "approved"})
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.change().signature_ids.with_user(user).write({"state": "signed"})

    def test_a_role_nobody_has_is_refused(self):
        empty = self.env["res.groups"].create({"name": "Nobody"})
        with self.assertRaisesRegex(ValidationError, "Nobody has the role"):
            self.env["gatehouse.change.signoff"].create({"kind": "model", "role_id": empty.id})

    def test_a_policy_is_activated_after_its_sign_offs(self):
        self.want("policy")
        policy = self.env["gatehouse.policy"].with_user(self.author).create(
            {"name": "Change me", "control": self.env["gatehouse.policy"]._fields["control"].get_values(self.env)[0],
             "band_ids": [Command.create({"up_to": 0, "outcome": "pass"})]}
        )  # fmt: skip
        policy.action_submit()
        notice = policy.with_user(self.board).action_activate()
        self.assertIn("waits for", notice["params"]["message"])
        self.assertEqual(policy.state, "in_review")
        change = self.env["gatehouse.change"].search([("kind", "=", "policy")], limit=1)
        change.with_user(self.ann).sign("ok")
        change.with_user(self.bob).sign("ok")
        policy.with_user(self.board).action_activate()
        self.assertEqual((policy.state, change.state), ("active", "applied"))

    def test_another_mode_or_place_needs_its_own_sign_offs(self):
        self.want("policy")
        bands = [Command.create({"up_to": 0, "outcome": "pass"})]
        policy = self.env["gatehouse.policy"].with_user(self.author).create({"name": "Change me", "control": "manual", "band_ids": bands})
        for values in ({"mode": "enforcing"}, {"country_id": self.env.ref("base.de").id}, {"valid_to": "2099-12-31"}):
            policy.action_submit()
            policy.with_user(self.board).action_activate()
            change = self.env["gatehouse.change"].search([("kind", "=", "policy")], limit=1)
            change.with_user(self.ann).sign("ok")
            change.with_user(self.bob).sign("ok")
            policy.action_back_to_draft()
            policy.write(values)
        policy.action_submit()
        policy.with_user(self.board).action_activate()
        self.assertEqual(policy.state, "in_review")
        self.assertEqual(self.env["gatehouse.change"].search_count([("kind", "=", "policy"), ("subject", "like", "Change me")]), 4)

    def test_who_asks_for_a_change_does_not_sign_it(self):
        self.want("policy")
        self.board.group_ids += self.it
        bands = [Command.create({"up_to": 0, "outcome": "pass"})]
        policy = self.env["gatehouse.policy"].with_user(self.author).create({"name": "Change me", "control": "manual", "band_ids": bands})
        policy.action_submit()
        policy.with_user(self.board).action_activate()
        change = self.env["gatehouse.change"].search([("kind", "=", "policy")], limit=1)
        self.assertEqual((change.requested_by, change.with_user(self.board).can_sign), (self.board, False))
        with self.assertRaisesRegex(AccessError, "neither asked for it"):
            change.with_user(self.board).sign("my own")
        change.with_user(self.ann).sign("a second person")

    def test_a_change_that_nobody_can_sign_any_more_is_told(self):
        self.want()
        self.ask()
        told = [("res_model", "=", "gatehouse.change"), ("res_id", "=", self.change().id)]
        self.assertFalse(self.env["gatehouse.exception"].search(told))
        self.change().with_user(self.ann).sign("for IT")
        self.bob.active = False
        self.assertIn("Finance", self.env["gatehouse.exception"].search(told).detail)
