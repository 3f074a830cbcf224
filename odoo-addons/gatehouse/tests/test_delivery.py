import requests

from odoo.tests import tagged

from .common import DeliveryCase


@tagged("post_install", "-at_install")
class TestDelivery(DeliveryCase):
    """What is posted, when the next look is asked for, and what an early or missing answer changes."""

    def test_batch_has_the_shape_of_the_contract(self):
        first, second = self.raise_event(), self.raise_event()
        posts = self.deliver()
        self.assertEqual(len(posts), 1)
        _url, body, headers, kwargs = posts[0]
        self.assertEqual([event["event_id"] for event in body["events"]], [first.event_id, second.event_id])
        self.assertEqual(
            set(body["events"][0]),
            {
                "event_id",
                "type",
                "occurred_at",
                "company",
                "location",
                "document",
                "material_hash",
                "data",
                "traceparent",
                "attempt",
            },
        )
        self.assertEqual(body["events"][0]["attempt"], 1)
        self.assertTrue(headers["webhook-signature"].startswith("v1,"))
        self.assertLessEqual(kwargs["timeout"], 40)
        self.assertEqual(first.state, "delivered")

    def test_refusal_is_a_failure(self):
        event = self.raise_event()
        self.deliver(status=401)
        self.assertEqual((event.state, event.last_error), ("pending", "HTTP 401"))

    def test_acknowledgement_before_the_202_stays(self):
        event = self.raise_event()
        self.deliver(
            during=lambda: self.env["gatehouse.event"].with_user(self.bot).record_checks(event.event_id, [])
        )
        self.assertEqual(event.state, "acknowledged")

    def test_acknowledgement_before_a_timeout_stays(self):
        event = self.raise_event()
        self.deliver(
            during=lambda: self.env["gatehouse.event"].with_user(self.bot).record_checks(event.event_id, []),
            error=requests.Timeout("slow"),
        )
        self.assertEqual(event.state, "acknowledged")

    def test_unacknowledged_is_delivered_again_after_its_lease(self):
        event = self.raise_event()
        self.deliver()
        self.assertFalse(self.deliver(), "still leased")
        self.due(event)
        self.assertEqual(self.deliver()[0][1]["events"][0]["attempt"], 2)

    def test_without_address_nothing_waits(self):
        self.env["ir.config_parameter"].set_param("gatehouse.events_url", "off")
        self.assertFalse(self.raise_event())

    def test_rings_once_a_transaction(self):
        self.env.cr.postcommit.data.pop("gatehouse.rung", None)
        cron = self.env.ref("gatehouse.cron_deliver")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.raise_event()
        self.raise_event()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)

    def test_an_undone_savepoint_takes_no_later_ring_with_it(self):
        self.env.cr.postcommit.data.pop("gatehouse.rung", None)
        cron = self.env.ref("gatehouse.cron_deliver")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.raise_event()
            raise ZeroDivisionError
        self.raise_event()
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)
