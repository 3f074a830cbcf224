import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import _super_send

from ..models.gatehouse_delivery import _batch_sizes, _last
from ..tools import settings, signing
from .common import SECRET, GatehouseCase

NEW = "whsec_" + base64.b64encode(b"n" * 24).decode()


class Receiver(ThreadingHTTPServer):
    """n8n's door on the loopback: stores what is posted and answers 202 after `delay` seconds."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Door)
        self.delay, self.posts, self.times = 0.0, [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/webhook/gatehouse/events"


class Door(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.times.append(time.monotonic())
        self.server.posts.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        time.sleep(self.server.delay)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format, *args):  # noqa: A002
        """Not into the log of the tests."""


@tagged("post_install", "-at_install")
class TestPosting(GatehouseCase):
    """Deliveries over a real connection: what is measured, and what is sent."""

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        """Odoo's tests lengthen every timeout to ten seconds; here it is what is tested."""
        return _super_send(s, r, **kw)

    def setUp(self):
        super().setUp()
        self.env["gatehouse.event"].search([]).write({"state": "acknowledged"})
        self.receiver = Receiver()
        thread = threading.Thread(target=self.receiver.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("gatehouse.events_url", self.receiver.url)
        parameters.set_param("gatehouse.gather_seconds", "0")
        for kept in (_batch_sizes, _last):
            kept.clear()
            self.addCleanup(kept.clear)
        self.patch(settings, "SLOW_SECONDS", 0.2)
        self.patch(settings, "post_timeout", lambda: 0.6)

    def run_delivery(self, **environment):
        """Sizes of the batches that a run posted."""
        first = len(self.receiver.posts)
        with patch.dict("os.environ", {"GATEHOUSE_SIGNING_SECRET": SECRET, **environment}):
            self.env.flush_all()
            self.env["gatehouse.event"]._cron_deliver()
        self.env.invalidate_all()
        return [len(json.loads(body)["events"]) for _headers, body in self.receiver.posts[first:]]

    def raise_events(self, count):
        return self.env["gatehouse.event"].union(*(self.raise_event() for _nth in range(count)))

    def test_a_receiver_that_answers_late_gets_half_the_batch_and_a_quick_one_doubles_it_again(self):
        self.raise_events(80)
        _batch_sizes[self.env.cr.dbname] = 40
        self.receiver.delay = 0.3
        self.assertEqual(self.run_delivery(), [40, 20, 10, 5, 2, 1, 1, 1])
        self.receiver.delay = 0.0
        self.raise_events(10)
        self.assertEqual(self.run_delivery(), [1, 2, 4, 3])
        self.assertEqual(_batch_sizes[self.env.cr.dbname], 16)

    def test_a_receiver_that_answers_in_no_time_at_all_gets_half_the_batch_too(self):
        events = self.raise_events(60)
        self.receiver.delay = 1.0
        self.assertEqual(self.run_delivery(), [60], "a timeout ends the run, without a second try")
        self.assertEqual(set(events.mapped("state")), {"pending"})
        self.assertIn("Timeout", events[0].last_error)
        self.assertEqual(_batch_sizes[self.env.cr.dbname], 50)
        self.raise_events(60)
        self.assertEqual(self.run_delivery(), [50])
        self.assertEqual(_batch_sizes[self.env.cr.dbname], 25)

    def test_a_slow_receiver_gets_fewer_batches_counted_from_the_end_of_the_last(self):
        self.env["ir.config_parameter"].set_param("gatehouse.gather_seconds", "0.1")
        _batch_sizes[self.env.cr.dbname] = 50
        self.receiver.delay = 0.3
        self.raise_events(50 + 25)
        self.assertEqual(self.run_delivery(), [50, 25])
        first, second = self.receiver.times
        # 0.1 s between deliveries, twice that after one of many events, four times that while the batch is a quarter
        self.assertGreaterEqual(second - first, self.receiver.delay + 0.1 * settings.BUSY_FACTOR * 4)

    def test_while_a_secret_changes_a_delivery_carries_both_signatures(self):
        self.raise_event()
        self.assertEqual(self.run_delivery(GATEHOUSE_SIGNING_SECRET=NEW, GATEHOUSE_SIGNING_SECRET_PREVIOUS=SECRET), [1])
        self.raise_event()
        self.assertEqual(self.run_delivery(GATEHOUSE_SIGNING_SECRET=NEW), [1])
        signed_by = []
        for headers, body in self.receiver.posts:
            of = {secret: signing.signature([secret], headers["webhook-id"], int(headers["webhook-timestamp"]), body) for secret in (NEW, SECRET)}
            signed_by.append([secret for text in headers["webhook-signature"].split(" ") for secret in of if of[secret] == text])
        self.assertEqual(signed_by, [[NEW, SECRET], [NEW]])
