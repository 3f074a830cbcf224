import time
from unittest.mock import Mock, patch

from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..models import gatehouse_delivery
from ..models.gatehouse_delivery import _batch_sizes, _last
from ..tools import settings
from .common import SECRET, DeliveryCase


@tagged("post_install", "-at_install")
class TestDeliveryPace(DeliveryCase):
    """How many events a delivery takes, and how long it waits for them."""

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

    def test_the_bell_reaches_who_listens_though_its_commit_waits_for_no_disk(self):
        with db_connect("postgres").cursor() as listener:
            listener.execute("LISTEN cron_trigger")
            listener.commit()
            self.env["ir.cron"]._notifydb()
            listener.execute("SELECT 1")  # what came meanwhile arrives with an answer
            heard = [notice.payload for notice in listener._cnx.notifies]
        self.assertIn(self.env.cr.dbname, heard)
