from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import GatehouseCase

#: Orders a day, days of them, and lines of each.
ORDERS, DAYS, LINES = 10, 14, 5
#: The strangest of five even percentiles, of as many orders.
STRANGEST_OF_FIVE = [((n + 0.5) / (ORDERS * DAYS)) ** (1 / LINES) for n in range(ORDERS * DAYS)]


@tagged("post_install", "-at_install")
class TestAlertBudget(GatehouseCase):
    def policy(self, budget=1.0, threshold=0.5, **values):
        """An active one whose one check is cut by its budget, of one company."""
        policy = self.env["gatehouse.policy"].create({
            "name": "Budget", "control": "manual", "mode": "enforcing", "alert_budget": budget,
            "company_id": self.env.company.id,
            "check_ids": [Command.create({
                "code": "strange", "measure": "anomaly_percentile", "threshold": threshold, "use_alert_budget": True,
                "role_id": self.env.ref("gatehouse.group_operations_manager").id,
            })],
            **values,
        })  # fmt: skip
        policy._activate()
        return policy

    def asked(self, policy, percentiles, days=DAYS, documents=1):
        """Documents that this policy asked about, evenly over the last days, and what was measured of each."""
        now = fields.Datetime.now()
        events = self.env["gatehouse.event"].create([
            {
                "event_id": f"budget-{policy.id}-{n}", "type": "test.happened", "state": "acknowledged", "settled": True,
                "res_model": "res.partner", "res_id": documents * 1_000_000 + n, "policy_id": policy.id, "company_id": policy.company_id.id,
                "occurred_at": now - timedelta(days=days * (1 - n / len(percentiles))),
            }
            for n, _value in enumerate(percentiles)
        ])  # fmt: skip
        self.env["gatehouse.check"].create([
            {
                "event_id": event.id, "code": "strange", "res_model": event.res_model, "res_id": event.res_id, "source": "sidecar",
                "available": True, "verdict": "pass", "measures": {"anomaly_percentile": {"value": value}},
            }
            for event, value in zip(events, percentiles, strict=True)
        ])  # fmt: skip

    def alerts(self, policy, percentiles):
        """How many of these the nightly cut sends to a person."""
        self.env["gatehouse.policy"]._cron_alert_cuts()
        [expected] = policy._expected_checks(policy._applied())
        return sum(value > expected["threshold"] + 1e-9 for value in percentiles)

    def test_orders_of_five_lines_give_the_budget_and_not_five_times_it(self):
        policy = self.policy()
        self.asked(policy, STRANGEST_OF_FIVE)
        self.assertAlmostEqual(self.alerts(policy, STRANGEST_OF_FIVE), DAYS, delta=1)

    def test_what_another_company_s_policy_asked_about_moves_no_cut(self):
        mine = self.policy()
        self.asked(mine, STRANGEST_OF_FIVE)
        alone = self.alerts(mine, STRANGEST_OF_FIVE)
        theirs = self.policy(company_id=self.env["res.company"].create({"name": "The other one"}).id)
        self.asked(theirs, [value**9 for value in STRANGEST_OF_FIVE for _twice in "ab"], documents=2)
        self.assertEqual(self.alerts(mine, STRANGEST_OF_FIVE), alone)
        self.assertLess(theirs.alert_cut, mine.alert_cut)

    def test_a_document_asked_about_again_counts_once(self):
        policy = self.policy()
        self.asked(policy, STRANGEST_OF_FIVE)
        once = self.alerts(policy, STRANGEST_OF_FIVE)
        self.env.cr.execute("UPDATE gatehouse_event SET event_id = event_id || '-first' WHERE policy_id = %s", [policy.id])
        self.asked(policy, STRANGEST_OF_FIVE)
        self.assertEqual(self.alerts(policy, STRANGEST_OF_FIVE), once)

    def test_the_strangest_are_told_where_more_share_one_percentile_than_fit(self):
        policy, percentiles = self.policy(), [*STRANGEST_OF_FIVE[:100], *[1.0] * 40]
        self.asked(policy, percentiles)
        self.assertEqual(self.alerts(policy, percentiles), 40)

    def test_the_threshold_stays_the_lowest_cut_where_the_budget_has_room(self):
        policy = self.policy(budget=1000, threshold=0.9)
        self.asked(policy, STRANGEST_OF_FIVE)
        self.assertEqual(self.alerts(policy, STRANGEST_OF_FIVE), sum(value > 0.9 for value in STRANGEST_OF_FIVE))

    def test_with_few_documents_the_cut_follows_their_number(self):
        policy = self.policy()
        self.asked(policy, [0.1] * 20, days=2)
        self.assertAlmostEqual(policy._alert_cut(), 0.9, places=3)

    def test_a_new_version_cuts_by_what_the_old_one_saw_from_its_activation_on(self):
        old = self.policy()
        self.asked(old, STRANGEST_OF_FIVE)
        self.alerts(old, STRANGEST_OF_FIVE)
        new = self.env["gatehouse.policy"].browse(old.with_user(self.author).action_new_version()["res_id"])
        new._activate()
        self.assertGreater(old.alert_cut, 0.9)
        self.assertEqual(new.alert_cut, old.alert_cut)
