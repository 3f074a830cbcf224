from odoo import api, fields, models

from ..tools import settings

#: Alerts go to several people at once and wait for no mail; mails to a customer or vendor he should read in the order of what happened.
ALERT = "message.alert.requested"
IN_TURN = f"{{0}}.type LIKE 'message.%%' AND {{0}}.type <> '{ALERT}'"
#: By the schedule three quarters of an hour after the first attempt; the next one is two hours away, the last eighteen.
TOLD_ATTEMPT = 5
WAITING = "delivery:waiting"
NOW = "(clock_timestamp() AT TIME ZONE 'utc')"
#: It was tried, nobody took it, and it waits for its next attempt or for the end of the lease of a worker that may be gone.
KEPT_BACK = f"{{0}}.delivered_at IS NULL AND {{0}}.attempt > 0 AND {{0}}.next_at > {NOW}"
#: Lease in one statement: rows that are due, and delivered ones nobody acknowledged in time. What happened to a document leaves in
#: that order: who hears of the release before the hold believes the hold. So an event waits for an earlier one that is kept back.
#: One that was taken once has left: a booking that the carrier fails for hours keeps no check waiting. One that still gathers
#: repeats was never tried and says how the document is then. Only a mail waits until the mail before it is done, for that one may be
#: tried again; of checks the document's state says which answer counts, whenever it comes. The dead, and who is out of attempts, keep nobody waiting.
LEASE = f"""
    WITH due AS (SELECT id, state FROM gatehouse_event e
                  WHERE state IN ('pending', 'leased', 'delivered') AND attempt < %(attempts)s AND next_at <= {NOW}
                    AND NOT EXISTS (
                            SELECT 1 FROM gatehouse_event before
                             WHERE before.res_model = e.res_model AND before.res_id = e.res_id AND before.id < e.id
                               AND before.state IN ('pending', 'leased', 'delivered')
                               AND (({KEPT_BACK.format("before")} AND (before.state = 'leased' OR before.attempt < %(attempts)s))
                                    OR ({IN_TURN.format("e")} AND {IN_TURN.format("before")})))
                  ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    UPDATE gatehouse_event leased
       SET state = 'leased', attempt = leased.attempt + 1, next_at = {NOW} + %(lease)s * interval '1 second'
      FROM due WHERE leased.id = due.id
 RETURNING leased.id, leased.attempt, leased.payload, due.state = 'delivered'
"""
#: A new event has the earlier ones of its document tried at once, or it would wait out their pause of hours though the receiver is
#: back. That attempt is out of turn and does not count, so that somebody who asks again and again uses up nobody's attempts.
BRING_ALONG = f"""
    UPDATE gatehouse_event SET next_at = {NOW}, attempt = greatest(attempt - 1, 1)
     WHERE id IN (SELECT id FROM gatehouse_event e
                   WHERE state = 'pending' AND {KEPT_BACK.format("e")}
                     AND EXISTS (SELECT 1 FROM gatehouse_event new
                                  WHERE new.res_model = e.res_model AND new.res_id = e.res_id AND new.id > e.id
                                    AND new.state = 'pending' AND new.attempt = 0 AND new.next_at <= {NOW})
                     FOR UPDATE SKIP LOCKED)
"""


class GatehouseEvent(models.Model):
    """Whose turn it is in the outbox, and what becomes of events that nobody takes."""

    _inherit = "gatehouse.event"

    _undone = models.Index("(id) WHERE state IN ('pending', 'leased', 'delivered')")
    _undone_of_document = models.Index("(res_model, res_id, id) WHERE state IN ('pending', 'leased', 'delivered')")

    @api.model
    def _lease(self, size):
        """[(id, attempt, payload, whether n8n took it before and nobody answered)] of at most so many events, in their order.

        The next attempt is when the lease ends.
        """
        self.env.cr.execute(LEASE, {
            "lease": settings.lease_seconds(self.env), "attempts": len(settings.retry_delays(self.env)), "batch": size,
        })
        rows = sorted(self.env.cr.fetchall())
        self.invalidate_model()
        return rows

    @api.model
    def _bring_along(self):
        """Have the earlier events of documents with a new one tried at once."""
        self.env.cr.execute(BRING_ALONG)
        self.invalidate_model()

    def _let_next_go(self):
        """Wake the delivery where a mail waited for one of these, which are done with."""
        for event in self.filtered(lambda event: event.type.startswith("message.") and event.type != ALERT):
            on = [("res_model", "=", event.res_model), ("res_id", "=", event.res_id), ("type", "=like", "message.%"), ("type", "!=", ALERT)]
            if self.sudo().search_count([*on, ("state", "=", "pending")], limit=1):
                self._ring()

    @api.model
    def _tell_waiting(self):
        """One exception for all events that nobody takes or answers, hours before they are given up; it closes when none is left.

        One an event would bury the queue on the day n8n is down. An effect that fails is told of by its own exception.
        """
        known = self.env["gatehouse.exception"].sudo().search([("key", "=", WAITING), ("state", "=", "open")], limit=1)
        domain = [
            ("state", "in", ("pending", "leased", "delivered")), ("attempt", ">=", TOLD_ATTEMPT),
            "|", ("delivered_at", "=", False), ("state", "=", "delivered"),
        ]
        oldest = self.sudo().search(domain, order="id", limit=1)
        if known and not oldest:
            known._close(self.env._("All of them were taken or given up"))
        elif oldest and not known:
            self.env["gatehouse.exception"]._open(
                WAITING, "delivery", self.env._("Events wait to be delivered"),
                detail=self.env._(
                    "%(count)s events were tried %(attempts)s times or more. The oldest is %(type)s of %(name)s, of %(at)s UTC: %(error)s. "
                    "Is n8n up, and do its executions end well? They are tried again by themselves, and this closes when none is left; "
                    "what is given up becomes an exception of its own.",
                    count=self.sudo().search_count(domain), attempts=TOLD_ATTEMPT, type=oldest.type, name=oldest.res_name,
                    at=oldest.occurred_at, error=oldest.last_error or self.env._("stored by n8n each time, and never answered"),
                ),
            )

    @api.model
    def _bury_exhausted(self):
        """Events out of attempts go to the manual queue, once."""
        events = self.sudo().search([
            ("state", "in", ("pending", "leased", "delivered")), ("attempt", ">=", len(settings.retry_delays(self.env))),
            ("next_at", "<=", fields.Datetime.now()),
        ], limit=200)
        events.write({"state": "dead"})
        for event in events:
            self.env["gatehouse.exception"]._open(
                f"dead:{event.event_id}", "delivery",
                self.env._("%(type)s of %(name)s was never acknowledged", type=event.type, name=event.res_name),
                detail=self.env._(
                    "After %(attempts)s attempts: %(error)s. Is n8n up, and do its executions for this event end well? Then replay.",
                    attempts=event.attempt, error=event.last_error or self.env._("stored by n8n each time, and never answered"),
                ),
                event_id=event.id, res_model=event.res_model, res_id=event.res_id,
                company_id=event.company_id.id, priority="1",
            )
