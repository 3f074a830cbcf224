import json
import os
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, tagged

from .common import person

OUTSIDE = {"GATEHOUSE_EVENTS_URL": "http://127.0.0.1:9/webhook", "GATEHOUSE_SIGNING_SECRET": "whsec_" + "A" * 40}


@tagged("post_install", "-at_install")
class TestAlert(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        started = patch.dict(os.environ, OUTSIDE)
        started.start()
        cls.addClassCleanup(started.stop)
        cls.author = person(cls.env, "gh_alert_author", "base.group_user,gatehouse.group_policy_author")
        cls.user = person(cls.env, "gh_alert_user", "base.group_user", email="told@example.com")
        cls.env["gatehouse.alert.rule"].with_context(active_test=False).search([]).unlink()

    def rule(self, **values):
        return self.env["gatehouse.alert.rule"].with_user(self.author).create(
            {"name": "Urgent", "channel": "slack", "min_priority": "1", **values})

    def open(self, key="alert:test:1", priority="1", category="effect", **values):
        return self.env["gatehouse.exception"]._open(
            key, category, "Carrier is down", detail="Customer Jo Secret waits", priority=priority, **values)[0]

    def alerts(self, exception):
        return self.env["gatehouse.alert"].search([("exception_id", "=", exception.id)])

    def data(self, alert):
        event = self.env["gatehouse.event"].search([("res_model", "=", "gatehouse.alert"), ("res_id", "=", alert.id)])
        self.assertEqual(len(event), 1)
        return event.type, json.loads(event.payload)["data"]

    def test_a_chat_is_told_title_and_link_and_no_detail(self):
        self.rule()
        [alert] = self.alerts(self.open())
        kind, data = self.data(alert)
        self.assertEqual((kind, data["format"], data["title"]), ("alert.requested", "slack", "Carrier is down"))
        self.assertIn(str(alert.exception_id.id), data["link"])
        self.assertNotIn("Jo Secret", json.dumps(data))

    def test_an_email_goes_to_the_people_of_the_rule_with_the_detail(self):
        self.rule(channel="mail", user_ids=[(6, 0, self.user.ids)])
        [alert] = self.alerts(self.open())
        kind, data = self.data(alert)
        self.assertEqual(kind, "message.alert.requested")
        self.assertIn("told@example.com", data["message"]["to"])
        self.assertIn("Jo Secret", data["message"]["text"])

    def test_what_is_below_the_priority_or_of_another_category_is_not_told(self):
        self.rule(category="supply")
        self.rule(min_priority="2")
        self.assertFalse(self.alerts(self.open()))

    def test_the_same_exception_is_told_once_until_it_was_resolved(self):
        self.rule()
        exception = self.open()
        self.open()
        self.assertEqual(len(self.alerts(exception)), 1)
        exception.sudo().write({"state": "resolved", "resolved_at": fields.Datetime.add(fields.Datetime.now(), seconds=1)})
        later = fields.Datetime.add(fields.Datetime.now(), seconds=5)
        with patch.object(fields.Datetime, "now", return_value=later):
            self.open()
        self.assertEqual(len(self.alerts(exception)), 2)

    def test_an_exception_that_becomes_urgent_is_told_then(self):
        self.rule(min_priority="2")
        exception = self.open()
        self.assertFalse(self.alerts(exception))
        exception.write({"priority": "2"})
        self.assertEqual(len(self.alerts(exception)), 1)

    def test_a_flood_is_cut_off_and_the_last_alert_says_so(self):
        self.rule(most_an_hour=2)
        rows = [self.open(key=f"alert:test:{number}") for number in range(4)]
        told = [self.alerts(row) for row in rows]
        self.assertEqual([len(alerts) for alerts in told], [1, 1, 0, 0])
        self.assertIn("in the queue only", self.data(told[1])[1]["text"])

    def test_an_alert_that_fails_is_not_told_about(self):
        self.rule()
        [alert] = self.alerts(self.open())
        event = self.env["gatehouse.event"].search([("res_model", "=", "gatehouse.alert"), ("res_id", "=", alert.id)])
        failed = self.open(key="effect:x", event_id=event.id)
        self.assertFalse(self.alerts(failed))

    def test_a_rule_names_its_receivers_and_is_the_authors(self):
        with self.assertRaises(ValidationError):
            self.rule(channel="mail")
        with self.assertRaises(AccessError):
            self.env["gatehouse.alert.rule"].with_user(self.user).create({"name": "x", "channel": "slack"})

    def test_what_n8n_says_comes_back_to_the_alert(self):
        self.rule()
        bot = person(self.env, "gh_alert_bot", "base.group_user,gatehouse.group_bot")
        [alert] = self.alerts(self.open())
        event = self.env["gatehouse.event"].search([("res_model", "=", "gatehouse.alert"), ("res_id", "=", alert.id)])
        event.attempt = 1
        effect, asked = self.env["gatehouse.effect"].with_user(bot), {"event_id": event.event_id, "kind": "alert"}
        self.assertTrue(effect.begin([asked])[0]["go"])
        effect.finish([{**asked, "outcome": "done"}])
        self.assertEqual(alert.state, "sent")
        self.assertFalse(effect.begin([asked])[0]["go"])
