import itertools
import logging
import math
import time
import uuid

import psycopg2
import requests

from odoo import api, models

from ..tools import settings, signing

_logger = logging.getLogger(__name__)

#: The receiver read the batch and refuses its content: sending it again changes nothing.
REFUSED = (400, 413, 422)
#: {database: events a batch}, of this process; a slow receiver gets fewer, a quick one more again.
_batch_sizes: dict[str, int] = {}
#: {database: (when its last delivery began, or a slow one ended, in seconds of the monotonic clock, how many events it carried)}.
_last: dict[str, tuple[float, int]] = {}


class GatehouseEvent(models.Model):
    """Delivery of the outbox: leased, signed, in batches, at least once."""

    _inherit = "gatehouse.event"

    # -- delivering ----------------------------------------------------------------------------
    @api.model
    def _cron_deliver(self):
        """Lease and commit, POST without a transaction, mark and commit.

        Never raises, or the trigger of the events behind would be lost; stops at the first
        failure, so that a dead receiver costs one timeout a run.
        """
        cron = self.env["ir.cron"]
        self._bury_exhausted()
        self._tell_waiting()
        self._bring_along()
        seconds_left, full = cron._commit_progress(), False
        while seconds_left > 0 and settings.events_url(self.env):
            size = self._batch_size()
            if not full or size < settings.BATCH_SIZE:
                self._gather()
            rows = self._lease(size)
            full = len(rows) == size
            url = settings.events_url(self.env, committed=True)
            cron._commit_progress()
            if rows:
                _last[self.env.cr.dbname] = (time.monotonic(), len(rows))
            if not rows or not all(self._deliver(url, part) for part in self._parts(rows)):
                cron._commit_progress(remaining=0)
                break
            # after a full batch more is due: where the time of this run is over, Odoo begins another at once
            seconds_left = cron._commit_progress(len(rows), remaining=int(full))

    @api.model
    def _gather(self):
        """Keep deliveries apart, for a batch costs the receiver hardly more than one event; the first after a pause goes at once.

        After a delivery of several events the pause is longer: more are on their way, and fuller batches cost less. A slow
        receiver gets fewer batches too: as many times as long a pause as its batches are smaller.
        """
        begun, events = _last.get(self.env.cr.dbname, (-math.inf, 0))
        pause = settings.gather_seconds(self.env) * (settings.BUSY_FACTOR if events >= settings.BUSY_EVENTS else 1)
        pause = min(pause * settings.BATCH_SIZE / self._batch_size(), settings.LONGEST_GATHER)
        self.env["ir.cron"]._commit_progress()  # nobody sleeps in a transaction
        time.sleep(max(0.0, begun + pause - time.monotonic()))

    @api.model
    def _parts(self, rows):
        """Batches below the receiver's body limit, in order, as [(id, attempt, payload)].

        Where an execution ends badly at one event, nobody answers for the others of its batch either. So what was taken and never
        answered comes in ever smaller batches, none of them with a new event, and alone in the end: then only the bad one is left.
        """
        for most, some in itertools.groupby(sorted(rows, key=self._most_beside, reverse=True), self._most_beside):
            part, size = [], 0
            for row in some:
                if part and (len(part) == most or size + len(row[2]) > settings.BATCH_BYTES):
                    yield part
                    part, size = [], 0
                part.append(row[:3])
                size += len(row[2])
            yield part

    @api.model
    def _most_beside(self, row):
        """How many events the batch of a leased one may hold."""
        _id, attempt, _payload, unanswered = row
        if not unanswered:
            return settings.BATCH_SIZE
        return settings.BATCH_SIZE >> (attempt - 1) if attempt < settings.ALONE_ATTEMPT else 1

    @api.model
    def _batch_size(self):
        return _batch_sizes.get(self.env.cr.dbname, settings.BATCH_SIZE)

    @api.model
    def _adapt(self, seconds):
        """Back-pressure from the seconds to the 202, infinite ones where none came in time: half the batch when it is slow,
        double when it is not. After a slow one the pause begins at its end, or a pause shorter than it would be none."""
        database, size = self.env.cr.dbname, self._batch_size()
        slow = seconds > settings.SLOW_SECONDS
        _batch_sizes[database] = max(1, size // 2) if slow else min(settings.BATCH_SIZE, size * 2)
        if slow:
            _last[database] = (time.monotonic(), _last.get(database, (0, 0))[1])

    @api.model
    def _deliver(self, url, rows):
        """POST one batch and note the outcome; True when the run may go on.

        A batch whose content is refused is halved until the event at fault stands alone: it goes to the manual
        queue, the others go on.
        """
        if len(rows) == 1 and len(rows[0][2]) > settings.LARGEST_EVENT:  # n8n's answer to it reads like a failure of its own
            error = self.env._(
                "Its payload has %(size)s bytes, of at most %(most)s", size=len(rows[0][2]), most=settings.LARGEST_EVENT
            )
            self._settle_delivery(lambda: self._note_refused(rows[0], error))
            return True
        error, status = self._post_twice(url, rows)
        if error:
            _logger.info("Gatehouse delivery failed: %s", error)
        if status in REFUSED:
            half = len(rows) // 2
            if half:  # a half that finds nobody keeps the other one back, for what happened later would overtake it
                return all(self._deliver(url, part) for part in (rows[:half], rows[half:]))
            self._settle_delivery(lambda: self._note_refused(rows[0], error))
            return True
        return self._settle_delivery(lambda: self._note_outcome(rows, error)) and not error

    def _settle_delivery(self, note):
        """Write the outcome and commit; False when an acknowledgement came at the same moment three times."""
        for _attempt in range(3):
            try:
                note()
                self.env["ir.cron"]._commit_progress()
                return True
            except psycopg2.OperationalError:
                self.env.cr.rollback()
        return False

    @api.model
    def _post_twice(self, url, rows):
        """One immediate second try, for a receiver that restarts; not after a timeout, which cost enough."""
        error, status = self._post(url, rows)
        if error and (status is None or status >= 500) and "Timeout" not in error:
            error, status = self._post(url, rows)
        return error, status

    @api.model
    def _post(self, url, rows):
        """(None or what went wrong in one line, HTTP status or None)"""
        secrets = settings.signing_secrets()
        if not secrets:
            return "GATEHOUSE_SIGNING_SECRET is not set", 401
        body = ('{"events": [' + ",".join(
            payload[:-1] + f', "attempt": {attempt}}}' for _id, attempt, payload in rows
        ) + "]}").encode()
        message_id, timestamp = str(uuid.uuid4()), int(time.time())
        begun = time.monotonic()
        try:
            headers = {
                "Content-Type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signing.signature(secrets, message_id, timestamp, body),
            }
            response = requests.post(url, data=body, headers=headers, timeout=settings.post_timeout(), allow_redirects=False)
        except (requests.RequestException, ValueError) as error:
            if isinstance(error, requests.Timeout):
                self._adapt(math.inf)
            return f"{type(error).__name__}: {error}"[:300], None
        if 200 <= response.status_code < 300:
            self._adapt(time.monotonic() - begun)
            return None, response.status_code
        return f"HTTP {response.status_code}", response.status_code

    @api.model
    def _note_refused(self, row, error):
        """The receiver refuses this one event: a dead letter with an owner, unless it was acknowledged meanwhile."""
        event = self.sudo().browse(row[0])
        event.invalidate_recordset()
        if event.state != "leased":
            return
        event.write({"state": "dead", "last_error": error})
        self.env["gatehouse.exception"]._open(
            f"refused:{event.event_id}", "delivery",
            self.env._("%(type)s of %(name)s was refused by the receiver", type=event.type, name=event.res_name),
            detail=self.env._(
                "%s. Its content is at fault: look at the payload, mend the document or the workflow, then replay.", error
            ),
            event_id=event.id, res_model=event.res_model, res_id=event.res_id, company_id=event.company_id.id, priority="1",
        )

    @api.model
    def _note_outcome(self, rows, error):
        """Only rows still leased: an acknowledgement may have come before the 202."""
        if not error:
            self.env.cr.execute(
                """UPDATE gatehouse_event SET state = 'delivered', last_error = NULL,
                          delivered_at = (clock_timestamp() AT TIME ZONE 'utc')
                    WHERE id = ANY(%s) AND state = 'leased'""", [[row[0] for row in rows]])
        else:
            delays = settings.retry_delays(self.env)
            for event_id, attempt, _payload in rows:
                delay = delays[min(attempt, len(delays) - 1)]
                self.env.cr.execute(
                    """UPDATE gatehouse_event SET state = 'pending', last_error = %s,
                              next_at = (clock_timestamp() AT TIME ZONE 'utc') + %s * interval '1 second'
                        WHERE id = %s AND state = 'leased'""", [error, delay, event_id])
        self.invalidate_model()
