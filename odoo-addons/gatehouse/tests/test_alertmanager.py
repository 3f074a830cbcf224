from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestAlertmanager(GatehouseCase):
    def alert(self, status="firing", began="2026-11-28T08:00:00.123Z", fingerprint="b64afb5f0e7f7a7d", **labels):
        return {
            "status": status, "fingerprint": fingerprint, "startsAt": began,
            "endsAt": "2026-11-28T09:00:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
            "labels": {"alertname": "GatehouseOdooDown", "severity": "critical", "job": "watch", **labels},
            "annotations": {"summary": "Odoo does not answer", "action": "Look at Odoo's log."},
            "generatorURL": "http://prometheus:9090/graph",
        }  # fmt: skip

    def post(self, *alerts, post=None):
        body = post if post is not None else {"version": "4", "status": "firing", "alerts": list(alerts)}
        return self.env["gatehouse.exception"].with_user(self.bot).report_alerts([body])

    def status(self, *alerts):
        return [answer["status"] for answer in self.post(*alerts)]

    def exception(self, fingerprint="b64afb5f0e7f7a7d"):
        return self.env["gatehouse.exception"].search([("key", "=", f"alertmanager:{fingerprint}")])

    def test_a_firing_alert_is_one_exception_with_what_to_do(self):
        self.assertEqual(self.status(self.alert()), ["opened"])
        self.assertEqual(self.status(self.alert(), self.alert()), ["known", "known"])
        found = self.exception()
        self.assertEqual((found.state, found.occurrences, found.category, found.priority), ("open", 1, "monitoring", "2"))
        self.assertEqual(found.title, "Odoo does not answer")
        for part in ("Look at Odoo's log.", "job = watch", "http://prometheus:9090/graph"):
            self.assertIn(part, found.detail)

    def test_a_resolved_alert_closes_it_and_a_later_one_opens_it_again(self):
        self.status(self.alert())
        self.assertEqual(self.status(self.alert("resolved")), ["closed"])
        self.assertEqual(self.status(self.alert("resolved")), ["ignored"])
        self.assertEqual(self.exception().state, "resolved")
        self.assertEqual(self.status(self.alert()), ["known"])  # the old post once more, late
        self.assertEqual(self.exception().state, "resolved")
        self.assertEqual(self.status(self.alert(began="2026-11-28T10:00:00Z")), ["opened"])
        self.assertEqual((self.exception().state, self.exception().occurrences), ("open", 2))

    def test_an_end_of_an_earlier_episode_closes_nothing(self):
        self.status(self.alert(began="2026-11-28T10:00:00+01:00"))
        self.assertEqual(self.status(self.alert("resolved", began="2026-11-28T08:59:59Z")), ["ignored"])
        self.assertEqual(self.exception().state, "open")
        self.assertEqual(self.status(self.alert("resolved", began="2026-11-28T09:00:00Z")), ["closed"])

    def test_an_alert_that_is_over_before_it_was_heard_of_opens_nothing(self):
        self.assertEqual(self.status(self.alert("resolved")), ["ignored"])
        self.assertFalse(self.exception())

    def test_what_a_person_resolved_stays_so_while_the_episode_goes_on(self):
        self.status(self.alert())
        self.exception().with_user(self.operations).resolve("maintenance until noon")
        self.assertEqual(self.status(self.alert()), ["known"])
        self.assertEqual(self.exception().state, "resolved")

    def test_garbage_is_refused_with_its_place_told_once_and_the_rest_goes_on(self):
        bad = [
            None, "x", [], {}, {"alerts": {}}, {"alerts": [None]}, {"alerts": [{**self.alert(), "fingerprint": "a/b"}]},
            {"alerts": [{**self.alert(), "status": "burning"}]}, {"alerts": [{**self.alert(), "labels": {}}]},
            {"alerts": [{**self.alert(), "startsAt": "0001-01-01T00:00:00Z"}]}, {"alerts": [{**self.alert(), "annotations": 7}]},
        ]  # fmt: skip
        for body in bad:
            found = self.env["gatehouse.exception"].with_user(self.bot).report_alerts([body])
            self.assertEqual([answer["status"] for answer in found], ["refused"], body)
            self.assertIn("posts[0]", found[0]["detail"])
        self.assertFalse(self.exception())
        told = self.env["gatehouse.exception"].search([("key", "=", "alertmanager:unreadable")])
        self.assertEqual((len(told), told.occurrences, told.state), (1, 1, "open"))
        self.assertEqual(self.status({**self.alert(), "status": 1}, self.alert()), ["refused", "opened"])

    def test_an_overdue_exception_of_monitoring_does_not_keep_its_own_alert_alive(self):
        def overdue():
            [gauge] = [x for x in self.env["gatehouse.metrics"].with_user(self.bot).read_gauges() if x["name"] == "gatehouse_exceptions_overdue"]
            return gauge["samples"][0][1]

        self.status(self.alert())
        before = overdue()
        self.exception().deadline = "2026-01-01 00:00:00"
        self.assertEqual(overdue(), before)

    def test_only_the_integration_reports(self):
        with self.assertRaises(AccessError):
            self.env["gatehouse.exception"].with_user(self.operations).report_alerts([])
