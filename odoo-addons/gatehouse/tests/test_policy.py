from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestPolicy(GatehouseCase):
    def policy(self, **values):
        return (
            self.env["gatehouse.policy"]
            .with_user(self.author)
            .create(
                {
                    "name": "Test",
                    "control": "manual",
                    "mode": "enforcing",
                    "band_ids": [
                        Command.create({"up_to": 10}),
                        Command.create({"up_to": 0, "outcome": "forbid"}),
                    ],
                    **values,
                }
            )
        )

    def active(self, **values):
        policy = self.policy(**values)
        policy.action_submit()
        policy.with_user(self.board).action_activate()
        return policy

    def match(self, **scope):
        empty = {
            "company_id": self.env.company.id,
            "business_unit": None,
            "warehouse_id": None,
            "team_id": None,
            "channel": None,
            "categories": [],
            "tags": [],
            "country_id": None,
        }
        self.env.flush_all()
        return self.env["gatehouse.policy"]._match({1: {**empty, **scope}}, ["manual"])[1].get("manual")

    def test_author_cannot_activate(self):
        policy = self.policy()
        with self.assertRaises(AccessError):
            policy.action_activate()
        policy._transition({"author_ids": [Command.link(self.board.id)]})  # before he came to the board
        policy.action_submit()
        with self.assertRaises(AccessError):
            policy.with_user(self.board).action_activate()

    def test_active_is_superseded_never_edited(self):
        policy = self.active()
        for change in ({"mode": "off"}, {"state": "draft"}, {"band_ids": [Command.clear()]}):
            with self.assertRaises(UserError):
                policy.write(change)
        with self.assertRaises(UserError):
            policy.band_ids[0].with_user(self.author).up_to = 99
        draft = self.env["gatehouse.policy"].browse(
            policy.with_user(self.author).action_new_version()["res_id"]
        )
        self.assertEqual((draft.version, draft.state, len(draft.band_ids)), (2, "draft", 2))
        draft.with_user(self.author).action_submit()
        draft.with_user(self.board).action_activate()
        self.assertEqual((draft.state, policy.state), ("active", "retired"))
        retired = self.env["gatehouse.decision"].search([], limit=4).filtered(lambda row: row.action == "policy_retired")
        self.assertEqual((retired.content["res_id"], retired.content["replaced_by"]), (policy.id, 2))

    def test_a_version_for_another_scope_is_refused_and_ends_nothing(self):
        policy = self.active(name="Everywhere")
        draft = self.env["gatehouse.policy"].browse(policy.with_user(self.author).action_new_version()["res_id"])
        draft.with_user(self.author).team_id = self.env["crm.team"].create({"name": "Gatehouse team"})
        for action in (draft.with_user(self.author).action_submit, draft.sudo()._activate):
            with self.assertRaisesRegex(UserError, 'take the place of "Everywhere"'):
                action()
        self.assertEqual((draft.state, policy.state), ("draft", "active"))

    def test_what_the_buttons_set_is_not_taken_from_a_call(self):
        sent = {
            "version": 7, "supersedes_id": self.active().id, "activated_by": self.board.id, "compiled": {"bands": []},
            "retirement_asked_by": self.author.id, "alert_cut": 0.9, "auto_suspended": True,
        }  # fmt: skip
        policy = self.policy(**sent)
        self.assertEqual(policy.read(sent, load=None)[0], {**dict.fromkeys(sent, False), "id": policy.id, "version": 1, "alert_cut": 0.0})
        for name, value in sent.items():
            with self.assertRaisesRegex(UserError, "buttons only"):
                policy.write({name: value})

    def test_state_cannot_be_written(self):
        with self.assertRaises(UserError):
            self.policy().write({"state": "active"})
        self.assertEqual(self.policy(state="active").state, "draft")

    def test_most_specific_wins(self):
        everywhere = self.active()
        team = self.env["crm.team"].create({"name": "Gatehouse team"})
        local = self.active(team_id=team.id, mode="off")
        self.assertEqual(self.match()["id"], everywhere.id)
        self.assertIsNone(self.match(team_id=team.id), "the local policy switches the control off")
        local.with_user(self.author).action_retire()
        local.with_user(self.board).action_retire()
        self.assertEqual(self.match(team_id=team.id)["version"], 1)

    def test_an_expired_deviation_gives_way_to_what_it_deviates_from(self):
        everywhere = self.active()
        team = self.env["crm.team"].create({"name": "Gatehouse team"})
        why = {"parent_id": everywhere.id, "deviation_reason": "Fair"}
        self.active(team_id=team.id, mode="off", deviation_expiry=fields.Date.today(), **why)
        self.assertIsNone(self.match(team_id=team.id), "it holds on its last day")
        yesterday = fields.Date.subtract(fields.Date.today(), days=1)
        over = self.active(team_id=team.id, mode="off", deviation_expiry=yesterday, **why)
        self.env["gatehouse.policy"].search([("team_id", "=", team.id), ("id", "!=", over.id)])._transition({"state": "retired"})
        self.assertEqual(self.match(team_id=team.id)["id"], everywhere.id)
        scope = {"company_id": self.env.company.id, "team_id": team.id}
        self.assertIn(f"this local deviation expired on {yesterday}", over._misses(scope))

    def test_a_policy_is_retired_by_two_and_the_log_says_by_whom(self):
        policy = self.active()
        policy.with_user(self.board).action_retire()
        policy.with_user(self.board).action_retire()
        self.assertEqual((policy.state, policy.retirement_asked_by), ("active", self.board), "one alone ends nothing")
        with self.assertRaises(AccessError):
            policy.with_user(self.author).action_retire()
        policy.with_user(self.author).action_keep()
        self.assertFalse(policy.retirement_asked_by)
        policy.with_user(self.author).action_retire()
        policy.with_user(self.board).action_retire()
        self.assertEqual(policy.state, "retired")
        logged = self.env["gatehouse.decision"].search([], limit=1).content
        self.assertEqual((logged["action"], logged["asked_by"]), ("policy_retired", self.author.login))
        with self.assertRaisesRegex(UserError, "not active"):
            policy.with_user(self.board).action_retire()

    def test_validity_and_bands(self):
        self.active(valid_from="2199-01-01")
        self.assertIsNone(self.match())
        self.active()
        policy = self.match()
        judge = self.env["gatehouse.policy"]._judge_band
        self.assertEqual(judge(policy, 10)[0], "pass")
        self.assertEqual(judge(policy, 10.01)[:2], ("forbid", 10))

    def test_last_band_has_no_bound(self):
        policy = self.policy(band_ids=[Command.create({"up_to": 10})])
        with self.assertRaisesRegex(UserError, "no bound"):
            policy.action_submit()
        with self.assertRaises(UserError):
            policy.sudo()._activate()
