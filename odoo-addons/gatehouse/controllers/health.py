import threading

from odoo import SUPERUSER_ID, fields
from odoo.http import Controller, request, route
from odoo.tools import config

#: Seconds without a run of the delivery, which is due every minute, after which the schedule counts as dead.
SILENT_SECONDS = 600
CRON_THREADS = "odoo.service.cron.cron"


class Health(Controller):
    @route("/gatehouse/health", type="http", auth="none", methods=["GET"], save_session=False)
    def health(self):
        """200 while scheduled actions run, else 503: for what restarts Odoo.

        Odoo without worker processes loses its schedule for good when PostgreSQL restarts, and goes on serving pages.
        """
        why = self._threads() or self._silence()
        return request.make_json_response({"status": "unwell" if why else "ok", "reason": why}, status=503 if why else 200)

    def _threads(self):
        """Without workers the schedule runs in threads of this process."""
        wanted = config["max_cron_threads"]
        if config["workers"] or not wanted:
            return ""
        alive = sum(thread.name.startswith(CRON_THREADS) for thread in threading.enumerate())
        return "" if alive >= wanted else f"{alive} of {wanted} threads for scheduled actions are alive; restart Odoo"

    def _silence(self):
        cron = request.env(user=SUPERUSER_ID).ref("gatehouse.cron_deliver", raise_if_not_found=False)
        last = cron and cron.lastcall
        if not last or not config["max_cron_threads"]:
            return ""
        silent = (fields.Datetime.now() - last).total_seconds()
        return "" if silent < SILENT_SECONDS else f"events were last delivered {silent:.0f} s ago; are scheduled actions running?"
