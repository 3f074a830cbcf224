import datetime

from odoo import fields, models

from ..tools import settings
from .gatehouse_reconciliation import DAYS, LOST_HOURS, STUCK_HOURS

MOST = 500


class GatehouseReconciliation(models.Model):
    """How each kind of difference is found: (record, what differs, how it is repaired or None) of every one."""

    _inherit = "gatehouse.reconciliation"

    def _documents(self):
        """Odoo models behind a gate."""
        return [name for name, model in self.env.registry.items() if "gatehouse_banner" in model._fields and not model._abstract]

    def _ago(self, **span):
        return fields.Datetime.now() - datetime.timedelta(**span)

    def _open_holds(self, **values):
        """(open hold, its document) of every one, oldest first; documents are read for many at once."""
        domain, seen = [("state", "=", "open"), *((name, "=", value) for name, value in values.items())], 0
        while holds := self.env["gatehouse.hold"].search([*domain, ("id", ">", seen)], order="id", limit=MOST):
            yield from holds._documents().items()
            seen = holds[-1].id

    # -- documents -----------------------------------------------------------------------------
    def _find_no_event(self):
        """A gate was passed with a policy that asks outside, and nothing in the outbox tells of it."""
        if not settings.events_url(self.env):
            return
        for documents in self._confirmed_without_event():
            control, policies = documents._gatehouse_check_control(), documents._gatehouse_policies()
            for document in documents.filtered(lambda document: policies[document.id].get(control)):
                yield (
                    document,
                    self.env._("It was confirmed and no event tells of it; its checks are asked for now."),
                    lambda document=document: document._gatehouse_request_checks(
                        "recheck_requested", document._gatehouse_decide()[document.id]
                    ),
                )

    def _confirmed_without_event(self):
        """Documents whose confirmation of late is in the log and whose event is not in the outbox, oldest first, many of one Odoo model at once."""
        self.env.flush_all()
        seen, models = 0, self._documents()
        while True:
            self.env.cr.execute(
                """SELECT d.id, d.content->>'res_model', (d.content->>'res_id')::int
                     FROM gatehouse_decision d
                    WHERE d.content->>'at' >= %s AND d.content->>'at' < %s AND d.content->>'action' = 'confirmed' AND d.id > %s
                      AND NOT EXISTS (SELECT 1 FROM gatehouse_event e WHERE e.res_model = d.content->>'res_model'
                                         AND e.res_id = (d.content->>'res_id')::int)
                    ORDER BY d.id LIMIT %s""",
                [self._ago(days=DAYS).isoformat(), self._ago(minutes=1).isoformat(), seen, MOST],
            )
            rows = self.env.cr.fetchall()
            if not rows:
                return
            seen = rows[-1][0]
            for name in {name for _id, name, _number in rows} & set(models):
                documents = self.env[name].browse({number for _id, model, number in rows if model == name}).exists()
                yield documents.filtered(lambda document: document._gatehouse_is_confirmed())

    def _find_pending_without_event(self):
        for hold, document in self._open_holds(kind="checks_pending"):
            if not hold.event_id and document and document._gatehouse_is_confirmed():
                yield (
                    hold,
                    self.env._("It waits for checks, but no event asks for them; they are asked for now."),
                    lambda document=document: document._gatehouse_request_checks(
                        "recheck_requested", document._gatehouse_decide()[document.id]
                    ),
                )

    def _find_pending_after_answer(self):
        for hold, document in self._open_holds(kind="checks_pending"):
            if document and hold.event_id.settled and hold.event_id.state == "acknowledged":
                yield (
                    hold,
                    self.env._("Every check is in; it is judged now."),
                    lambda event=hold.event_id: self.env["gatehouse.judge"].sudo()._settle(event),
                )

    def _find_hold_on_gone(self):
        for hold, document in self._open_holds():
            if not document:
                yield (
                    hold,
                    self.env._("%s was deleted.", hold.res_name),
                    lambda hold=hold: hold._close("voided", self.env._("The document is gone")),
                )

    def _find_hold_on_cancelled(self):
        for hold, document in self._open_holds():
            if document and "state" in document._fields and document.sudo().state == "cancel":
                yield (
                    hold,
                    self.env._("%s was cancelled.", hold.res_name),
                    lambda hold=hold: hold._close("voided", self.env._("The order was cancelled")),
                )

    def _find_goods_left_under_hold(self):
        """Nobody can undo this by rule: the goods are away."""
        for hold, document in self._open_holds():
            if hold.blocks not in ("ship", "receive") or not document or not hasattr(document.sudo(), "picking_ids"):
                continue
            moves = document.sudo().picking_ids.move_ids
            late = moves.filtered(lambda move, hold=hold: move.state == "done" and move.date > hold.placed_at)
            if late:
                yield (
                    hold,
                    self.env._(
                        "%(count)s movements were done after the hold was placed: %(names)s",
                        count=len(late), names=", ".join(late.picking_id.mapped("name")[:5]),
                    ),
                    None,
                )  # fmt: skip

    # -- delivery ------------------------------------------------------------------------------
    def _find_event_stuck(self):
        domain = [("state", "=", "leased"), ("next_at", "<", self._ago(hours=STUCK_HOURS))]
        for event in self.env["gatehouse.event"].search(domain, limit=MOST):
            yield (
                event,
                self.env._("A worker ended in the middle of delivering it; it is delivered again."),
                lambda event=event: self._hurry(event),
            )

    def _hurry(self, event):
        """Deliver it now instead of later. Its attempts count on, so that one nobody ever answers still ends as a dead letter."""
        event.write({"state": "pending", "next_at": fields.Datetime.now()})
        event._ring()

    def _find_event_unanswered(self):
        """An answer recorded twice changes nothing, so asking again is safe."""
        domain = [("state", "=", "delivered"), ("delivered_at", "<", self._ago(hours=LOST_HOURS))]
        for event in self.env["gatehouse.event"].search(domain, limit=MOST):
            yield (
                event,
                self.env._("n8n stored it at %s and never answered; it is delivered again.", event.delivered_at),
                lambda event=event: self._hurry(event),
            )

    def _find_deadline_passed(self):
        domain = [("settled", "=", False), ("deadline", "<", self._ago(hours=STUCK_HOURS)), ("deadline", "!=", False)]
        for event in self.env["gatehouse.event"].search(domain, limit=MOST):
            yield (
                event,
                self.env._("A check is missing since %s; its fallback takes over.", event.deadline),
                lambda event=event: self.env["gatehouse.judge"].sudo()._fall_back(event),
            )

    def _find_solved_exception(self):
        domain = [
            ("state", "=", "open"),
            ("category", "=", "delivery"),
            ("event_id.state", "=", "acknowledged"),
        ]
        for exception in self.env["gatehouse.exception"].search(domain, limit=MOST):
            yield (
                exception,
                self.env._("Its event was answered at %s.", exception.event_id.acknowledged_at),
                lambda exception=exception: exception._close(self.env._("Answered meanwhile")),
            )

    # -- approvals -----------------------------------------------------------------------------
    def _find_review_without_approval(self):
        for hold, document in self._open_holds(kind="review"):
            if document and not hold.approval_ids:
                yield (
                    hold,
                    self.env._("Nobody was asked; %s is asked now.", hold.role_id.full_name),
                    lambda hold=hold, document=document: self.env["gatehouse.approval"]._request(hold, document, [hold.role_id.id]),
                )

    def _find_approval_without_hold(self):
        domain = [("state", "=", "open"), ("hold_id.state", "!=", "open")]
        for approval in self.env["gatehouse.approval"].search(domain, limit=MOST):
            yield (
                approval,
                self.env._("What it was about is decided already."),
                lambda approval=approval: approval._void(self.env._("There is nothing to decide any more")),
            )
