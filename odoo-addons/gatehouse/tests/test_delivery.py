import time
from datetime import timedelta
from unittest.mock import Mock, patch

import requests

from odoo import fields
from odoo.tests import tagged

from ..models import gatehouse_delivery
from ..models.gatehouse_delivery import _batch_sizes, _last
from ..tools import settings
from .common import SECRET, GatehouseCase


@tagged("post_install", "-at_install")
class TestDelivery(GatehouseCase):
    def setUp(self):
        super().setUp()
        self.env["gatehouse.event"].search([]).write({"state": "acknowledged"})
        self.env["ir.config_parameter"].set_param("gatehouse.gather_seconds", "0")

    def gathering(self):
        """(pauses that were made, [now in seconds]) with half a second between deliveries and a clock of the test's own."""
        slept, now = [], [1000.0]
        self.env["ir.config_parameter"].set_param("gatehouse.gather_seconds", "0.5")
        clock = Mock(sleep=slept.append, monotonic=lambda: now[0], time=time.time)
        self.patch(gatehouse_delivery, "time", clock)
        _last.clear()
        self.addCleanup(_last.clear)
        return slept, now

    def test_deliveries_lie_apart_and_the_first_after_a_pause_goes_at_once(self):
        slept, now = self.gathering()
        self.raise_event()
        self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(slept[0], 0.0)
        slept.clear()
        now[0] += 0.1
        self.raise_event()
        self.assertEqual(len(self.deliver()), 1)
        self.assertAlmostEqual(slept[0], 0.4)

    def test_a_look_that_found_nothing_keeps_no_later_event_waiting(self):
        slept, now = self.gathering()
        self.assertFalse(self.deliver())
        now[0] += 0.1
        self.raise_event()
        self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(slept[:2], [0.0, 0.0])

    def test_after_a_delivery_of_several_events_the_pause_is_longer_until_one_of_few(self):
        slept, now = self.gathering()
        for count, pause in ((settings.BUSY_EVENTS, 1.0), (settings.BUSY_EVENTS - 1, 0.5), (1, 0.5)):
            for _nth in range(count):
                self.raise_event()
            now[0] += 10  # the one before is long ago
            slept.clear()
            self.assertEqual([len(post[1]["events"]) for post in self.deliver()], [count])
            self.assertEqual(slept, [0.0, pause])  # before it, and before the look for what came meanwhile

    def test_a_run_whose_time_is_over_after_a_full_batch_asks_for_another(self):
        left = []
        for _nth in range(3):
            self.raise_event()
        _batch_sizes[self.env.cr.dbname] = 2
        self.addCleanup(_batch_sizes.clear)
        answer = Mock(status_code=202)
        with (
            patch("odoo.addons.gatehouse.models.gatehouse_delivery.requests.post", return_value=answer),
            patch("odoo.addons.gatehouse.tools.settings.signing_secrets", lambda: [SECRET]),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress",
                lambda _self, processed=0, **more: left.append((processed, more)) or (0.0 if processed else 10.0),
            ),
        ):
            self.env.flush_all()
            self.env["gatehouse.event"]._cron_deliver()
            self.assertEqual(left[-1], (2, {"remaining": 1}))
            self.env["gatehouse.event"]._cron_deliver()
            self.assertEqual(left[-1], (1, {"remaining": 0}))

    def test_a_pause_that_cannot_be_read_or_is_too_long_is_bounded(self):
        for value, seconds in (("many", 0.5), ("-1", 0.0), ("nan", 0.0), ("60", 5.0)):
            self.env["ir.config_parameter"].set_param("gatehouse.gather_seconds", value)
            self.assertEqual(settings.gather_seconds(self.env), seconds)

    def due(self, events):
        events.write({"next_at": fields.Datetime.now() - timedelta(seconds=1)})

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

    def test_a_receiver_that_restarts_gets_a_second_try_at_once_and_a_slow_one_does_not(self):
        self.raise_event()
        answers = iter([503, 202])
        self.assertEqual(len(self.deliver(status=lambda body: next(answers))), 2)
        event = self.raise_event()
        self.assertEqual(event.state, "pending")
        self.assertEqual(len(self.deliver(error=requests.Timeout("30 s"))), 1)

    def test_a_slow_202_halves_the_batch_and_a_quick_one_doubles_it_again(self):
        Event = self.env["gatehouse.event"]
        self.addCleanup(_batch_sizes.clear)
        Event._adapt(settings.SLOW_SECONDS + 1)
        Event._adapt(settings.SLOW_SECONDS + 1)
        self.assertEqual(Event._batch_size(), settings.BATCH_SIZE // 4)
        for _nth in range(30):
            self.raise_event()
        sizes = [len(post[1]["events"]) for post in self.deliver()]
        self.assertEqual(sizes, [25, 5])
        for _nth in range(10):
            Event._adapt(settings.SLOW_SECONDS + 1)
        self.assertEqual(Event._batch_size(), 1)
