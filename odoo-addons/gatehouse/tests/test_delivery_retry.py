from datetime import timedelta

import requests

from odoo import fields
from odoo.tests import tagged

from ..tools import settings
from .common import DeliveryCase


@tagged("post_install", "-at_install")
class TestDeliveryRetry(DeliveryCase):
    """When a delivery that failed is tried again, and what people read when it is given up."""

    def test_failure_follows_the_schedule_and_ends_in_the_queue(self):
        event = self.raise_event()
        for attempt, delay in enumerate([*settings.RETRY_DELAYS[1:], settings.RETRY_DELAYS[-1]], start=1):
            self.due(event)
            self.deliver(error=requests.ConnectionError("down"))
            self.assertEqual((event.state, event.attempt), ("pending", attempt))
            self.assertAlmostEqual((event.next_at - fields.Datetime.now()).total_seconds(), delay, delta=10)
            self.assertIn("down", event.last_error)
        self.due(event)
        self.assertFalse(self.deliver())
        self.assertEqual(event.state, "dead")
        exception = self.env["gatehouse.exception"].search([("event_id", "=", event.id)])
        self.assertEqual((exception.category, exception.state), ("delivery", "open"))
        self.assertIn("test.happened of Gatehouse Customer was never acknowledged", exception.title)
        self.assertRegex(exception.detail, f"After {event.attempt} attempts: ConnectionError: down. Is n8n up, .* Then replay")
        exception.with_user(self.operations).action_replay()
        self.assertEqual((event.state, event.attempt, exception.state), ("pending", 0, "resolved"))

    def given_up(self):
        """(an event that was given up, its exception)"""
        event = self.raise_event()
        event.write({"attempt": len(settings.RETRY_DELAYS), "next_at": fields.Datetime.now() - timedelta(seconds=1)})
        self.deliver()
        exception = self.env["gatehouse.exception"].search([("event_id", "=", event.id)])
        self.assertEqual((event.state, exception.state), ("dead", "open"))
        return event, exception

    def test_a_late_answer_closes_the_exception_of_its_event_and_no_other(self):
        (event, exception), (_other, left) = self.given_up(), self.given_up()
        of_workflow, _created = self.env["gatehouse.exception"]._open("x", "workflow", "A node failed", event_id=event.id)
        self.env["gatehouse.event"].with_user(self.bot).record_checks(event.event_id, [])
        self.assertEqual((event.state, exception.state, exception.resolution), ("acknowledged", "resolved", "Answered meanwhile"))
        self.assertEqual((left.state, of_workflow.state), ("open", "open"))

    def test_hours_before_it_is_given_up_one_exception_says_what_waits_and_closes_when_it_left(self):
        events = self.raise_event() | self.raise_event()
        told = []
        for _attempt in range(6):
            self.due(events)
            self.deliver(error=requests.ConnectionError("down"))
            found = self.env["gatehouse.exception"].search([("key", "=", "delivery:waiting")])
            told.append(found.state or "")
        self.assertEqual(told, ["", "", "", "", "", "open"], "the look before the sixth attempt, when five have failed")
        self.assertEqual((found.priority, found.occurrences, bool(found.role_id)), ("0", 1, True))
        self.assertRegex(found.detail, "2 events were tried 5 times or more. The oldest is test.happened of Gatehouse Customer.*down. Is n8n up")
        self.due(events)
        self.deliver()
        self.env["gatehouse.judge"]._acknowledge(events)
        self.deliver()
        self.assertEqual(found.state, "resolved")

    def test_a_company_may_set_its_own_schedule(self):
        self.env["ir.config_parameter"].set_param("gatehouse.retry_delays", "0, 7,9")
        event = self.raise_event()
        for delay in (7, 9, 9):
            self.due(event)
            self.deliver(error=requests.ConnectionError("down"))
            self.assertAlmostEqual((event.next_at - fields.Datetime.now()).total_seconds(), delay, delta=3)
        self.due(event)
        self.deliver()
        self.assertEqual(event.state, "dead")

    def test_a_schedule_that_cannot_be_read_is_not_used(self):
        for value in ("", "0,soon", ","):
            self.env["ir.config_parameter"].set_param("gatehouse.retry_delays", value)
            self.assertEqual(settings.retry_delays(self.env), settings.RETRY_DELAYS)

    def test_a_receiver_that_restarts_gets_a_second_try_at_once_and_a_slow_one_does_not(self):
        self.raise_event()
        answers = iter([503, 202])
        self.assertEqual(len(self.deliver(status=lambda body: next(answers))), 2)
        event = self.raise_event()
        self.assertEqual(event.state, "pending")
        self.assertEqual(len(self.deliver(error=requests.Timeout("30 s"))), 1)
