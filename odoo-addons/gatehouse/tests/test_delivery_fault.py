from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..tools import settings
from .common import DeliveryCase


@tagged("post_install", "-at_install")
class TestDeliveryFault(DeliveryCase):
    """One event at fault holds up no other."""

    def test_one_refused_event_stands_alone_and_the_rest_of_its_batch_goes_on(self):
        events = self.env["gatehouse.event"].union(*(self.raise_event() for _nth in range(7)))
        bad = events[4]
        self.deliver(
            status=lambda body: 400 if bad.event_id in [e["event_id"] for e in body["events"]] else 202
        )
        self.assertEqual(set((events - bad).mapped("state")), {"delivered"})
        self.assertEqual((bad.state, bad.last_error), ("dead", "HTTP 400"))
        exception = self.env["gatehouse.exception"].search([("event_id", "=", bad.id)])
        self.assertIn("refused by the receiver", exception.title)

    def test_an_event_whose_execution_never_ends_well_takes_nobody_with_it(self):
        events = self.env["gatehouse.event"].union(*(self.raise_event() for _nth in range(100)))
        bad, answered = events[37], {}

        def receive(body):
            """Store each batch, and answer for all of it or, where the bad event is in it, for none."""
            batch = [event["event_id"] for event in body["events"]]
            if bad.event_id not in batch:
                results = [{"event_id": event_id, "checks": []} for event_id in batch]
                self.env["gatehouse.event"].with_user(self.bot).record_checks_batch(results)
                answered.update((event["event_id"], event["attempt"]) for event in body["events"])
            return 202

        sizes = []
        for _attempt in settings.RETRY_DELAYS:
            events.filtered(lambda event: event.state == "delivered").write({"next_at": fields.Datetime.now() - timedelta(seconds=1)})
            sizes.append([len(post[1]["events"]) for post in self.deliver(status=receive)])
        self.assertEqual(sizes[:4], [[100], [50, 50], [25, 25], [12, 12, 1]])
        self.assertEqual(sizes[4:], [[1] * 12, [1], [1], [1]])
        self.assertEqual(set((events - bad).mapped("state")), {"acknowledged"})
        self.assertEqual((len(answered), max(answered.values())), (99, 5))
        self.due(bad)
        self.assertFalse(self.deliver())
        self.assertEqual(bad.state, "dead")

    def test_a_new_event_is_never_in_a_batch_with_one_that_nobody_answered(self):
        old = self.raise_event()
        self.deliver()
        self.due(old)
        new = self.raise_event()
        self.assertEqual([[event["event_id"] for event in post[1]["events"]] for post in self.deliver()], [[new.event_id], [old.event_id]])

    def test_an_event_of_ten_megabytes_is_a_dead_letter_at_once_and_the_others_go_on(self):
        before, after = self.raise_event(), self.raise_event()
        large = self.env["gatehouse.event"]._raise_event(self.partner, "test.happened", {"text": "x" * 10_000_000})
        posted = [event["event_id"] for post in self.deliver() for event in post[1]["events"]]
        self.assertEqual(posted, [before.event_id, after.event_id])
        self.assertEqual((before.state, after.state, large.state, large.attempt), ("delivered", "delivered", "dead", 1))
        exception = self.env["gatehouse.exception"].search([("event_id", "=", large.id)])
        self.assertEqual((exception.state, exception.res_model, exception.res_id), ("open", "res.partner", self.partner.id))
        self.assertRegex(exception.detail, "Its payload has 10[0-9]{6} bytes, of at most 1900000.*then replay")
