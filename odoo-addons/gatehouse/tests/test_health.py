import threading
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import config

from ..controllers.health import CRON_THREADS


@tagged("post_install", "-at_install")
class TestHealth(HttpCase):
    def ask(self, threads, last=None):
        """(status, reason) with so many threads for scheduled actions alive, of two."""
        self.env.ref("gatehouse.cron_deliver").lastcall = last or fields.Datetime.now()
        self.env.flush_all()
        alive = [threading.Thread(name=f"{CRON_THREADS}{number}") for number in range(threads)]
        with (
            patch.dict(config.options, {"max_cron_threads": 2, "workers": 0}),
            patch("odoo.addons.gatehouse.controllers.health.threading.enumerate", return_value=alive),
        ):
            response = self.url_open("/gatehouse/health")
        return response.status_code, response.json()["reason"]

    def test_well_while_the_schedule_runs(self):
        self.assertEqual(self.ask(2), (200, ""))

    def test_a_lost_thread_is_told(self):
        status, reason = self.ask(1)
        self.assertEqual(status, 503)
        self.assertIn("1 of 2 threads", reason)

    def test_a_silent_schedule_is_told(self):
        status, reason = self.ask(2, fields.Datetime.now() - timedelta(hours=1))
        self.assertEqual(status, 503)
        self.assertIn("events were last delivered 36", reason)
