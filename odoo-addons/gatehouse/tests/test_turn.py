from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.tests import tagged

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestTurn(GatehouseCase):
    """Mails about one document are sent in the order in which things happened."""

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
        self.assertEqual(self.sent(), [])
        held.next_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.sent(), [held.event_id])
        self.assertEqual(self.sent(), [], "stored by n8n, which has not said yet that it was sent")
        self.assertEqual(self.acknowledged(held), 1)
        self.assertEqual(self.sent(), [released.event_id])

    def test_a_mail_that_nobody_can_send_keeps_the_next_one_waiting_no_longer_than_it_lives(self):
        held, released = (self.raise_event(f"message.{occasion}.requested") for occasion in ("held", "released"))
        self.env.flush_all()
        held.state = "dead"
        self.assertEqual(self.sent(), [released.event_id])

    def test_other_documents_checks_and_alerts_wait_for_no_mail(self):
        self.raise_event("message.held.requested")
        self.sent(error=requests.ConnectionError("down"))
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
