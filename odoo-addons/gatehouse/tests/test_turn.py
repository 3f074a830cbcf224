from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.tests import tagged

from ..tools import settings
from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestTurn(GatehouseCase):
    """What happened to one document leaves in that order, and mails about it are sent in it."""

    def setUp(self):
        super().setUp()
        self.env["gatehouse.event"].search([]).write({"state": "acknowledged"})
        self.env["ir.config_parameter"].set_param("gatehouse.gather_seconds", "0")

    def sent(self, **answer):
        """Ids of the events that a run posts."""
        return [event["event_id"] for post in self.deliver(**answer) for event in post[1]["events"]]

    def acknowledged(self, event):
        """How often that woke the delivery."""
        with patch.object(type(self.env["gatehouse.event"]), "_ring") as ring:
            self.env["gatehouse.judge"]._acknowledge(event)
        return ring.call_count

    def test_a_mail_waits_for_the_one_before_it_that_could_not_be_delivered(self):
        held = self.raise_event("message.held.requested")
        self.sent(error=requests.ConnectionError("down"))
        released = self.raise_event("message.released.requested")
        self.assertEqual(self.sent(), [held.event_id])
        self.assertEqual(self.sent(), [], "stored by n8n, which has not said yet that it was sent")
        self.assertEqual(self.acknowledged(held), 1)
        self.assertEqual(self.sent(), [released.event_id])

    def test_a_mail_that_nobody_can_send_keeps_the_next_one_waiting_no_longer_than_it_lives(self):
        held, released = (self.raise_event(f"message.{occasion}.requested") for occasion in ("held", "released"))
        self.env.flush_all()
        held.state = "dead"
        self.assertEqual(self.sent(), [released.event_id])

    def due(self, *events):
        for event in events:
            event.next_at = fields.Datetime.now() - timedelta(seconds=1)

    def test_what_happens_later_has_the_earlier_one_tried_again_and_leaves_after_it(self):
        first = self.raise_event("sale.order.confirmed")
        self.sent(error=requests.ConnectionError("down"))
        second = self.raise_event("sale.order.recheck_requested")
        self.assertEqual(self.sent(), [first.event_id, second.event_id])

    def test_an_event_that_is_due_waits_for_an_earlier_one_that_is_not(self):
        first, second = self.raise_event(), self.raise_event()
        self.sent(error=requests.ConnectionError("down"))
        self.due(second)
        self.assertEqual(self.sent(), [])
        self.due(first)
        self.assertEqual(self.sent(), [first.event_id, second.event_id])

    def test_an_event_waits_while_an_earlier_one_is_with_a_worker_that_may_be_gone(self):
        first = self.raise_event()
        later = fields.Datetime.now() + timedelta(minutes=5)
        first.write({"state": "leased", "attempt": 1, "next_at": later})
        second = self.raise_event()
        self.assertEqual(self.sent(), [])
        self.due(first)
        self.assertEqual(self.sent(), [first.event_id, second.event_id])

    def test_attempts_out_of_turn_use_up_no_attempt(self):
        first = self.raise_event()
        self.sent(error=requests.ConnectionError("down"))
        first.attempt = 5
        for _nth in range(9):
            self.raise_event()
            self.assertIn(first.event_id, self.sent(error=requests.ConnectionError("down")))
        self.assertEqual((first.state, first.attempt), ("pending", 5))

    def test_the_dead_and_those_out_of_attempts_keep_nobody_waiting(self):
        for values in ({"state": "dead"}, {"attempt": len(settings.RETRY_DELAYS)}):
            first, second = self.raise_event(), self.raise_event()
            self.sent(error=requests.ConnectionError("down"))
            first.write(values)
            self.due(second)
            self.assertEqual(self.sent(), [second.event_id])

    def test_a_booking_that_fails_for_hours_keeps_no_check_waiting(self):
        booking = self.raise_event("stock.picking.validated")
        self.sent(during=lambda: booking._retry("the carrier is down"))
        self.assertEqual(booking.state, "pending")
        check = self.raise_event("stock.picking.recheck_requested")
        self.assertEqual(self.sent(), [check.event_id])

    def test_an_event_that_still_gathers_repeats_keeps_no_check_waiting(self):
        gathering = self.env["gatehouse.event"]._raise_event(self.partner, "custom.thing.happened", {}, delay=60)
        check = self.raise_event()
        self.assertEqual(self.sent(), [check.event_id])
        self.assertFalse(gathering.attempt)

    def test_while_half_of_a_refused_batch_finds_nobody_the_other_half_stays(self):
        first, second = self.raise_event(), self.raise_event()
        answers = iter([400, 503, 503])
        self.assertEqual(self.sent(status=lambda body: next(answers)), [first.event_id, second.event_id, first.event_id, first.event_id])
        self.assertEqual((first.state, second.state), ("pending", "leased"))

    def test_other_documents_checks_and_alerts_wait_for_no_mail(self):
        self.raise_event("message.held.requested")
        self.sent()
        check, alert = self.raise_event("sale.order.confirm_requested"), self.raise_event("message.alert.requested")
        self.partner = self.env["res.partner"].create({"name": "Somebody else"})
        other = self.raise_event("message.held.requested")
        self.assertEqual(self.sent(), [check.event_id, alert.event_id, other.event_id])

    def test_an_alert_waits_for_no_mail_and_no_mail_for_an_alert(self):
        held = self.raise_event("message.held.requested")
        self.sent()
        alert = self.raise_event("message.alert.requested")
        self.assertEqual(self.acknowledged(held), 0, "the alert goes by itself")
        self.raise_event("message.released.requested")
        self.assertEqual(self.acknowledged(alert), 0, "and wakes no mail")

    def test_an_acknowledged_mail_that_none_waits_for_wakes_nobody(self):
        held = self.raise_event("message.held.requested")
        self.sent()
        self.assertEqual(self.acknowledged(held), 0)
