from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import settings
from .gatehouse_effect import KINDS

VERDICTS = [("safe", "Safe"), ("check_first", "Check first"), ("never", "Never")]


class GatehouseEvent(models.Model):
    """What a replay of an event would do, by what it has already caused."""

    _inherit = "gatehouse.event"

    effect_ids = fields.One2many("gatehouse.effect", "event_id", string="Effects", readonly=True)
    replay_verdict = fields.Selection(VERDICTS, compute="_compute_replay", string="Replay")
    replay_text = fields.Char(compute="_compute_replay", string="What a replay does")

    @api.depends("state", "effect_ids.state")
    def _compute_replay(self):
        for event in self:
            event.replay_verdict, event.replay_text = event.sudo()._replay()

    def _replay(self):
        """(verdict, in words)"""
        self.ensure_one()
        if not self._gatehouse_document():
            return "never", self.env._("The document is gone: there is nothing left to do for it.")
        doubtful = self.effect_ids.filtered(
            lambda effect: effect.state == "unknown" or (effect.state == "begun" and not KINDS[effect.kind])
        )
        if doubtful:
            names = ", ".join(doubtful.mapped("summary"))
            return "check_first", self.env._("Nobody knows whether this happened: %s. Say so under Effects first.", names)
        done = self.effect_ids.filtered(lambda effect: effect.state == "done")
        if self.state == "acknowledged" and self.effect_ids and done == self.effect_ids:
            return "never", self.env._("Everything it asked for is done: %s.", ", ".join(done.mapped("summary")))
        if self.effect_ids:
            return "safe", self.env._("What is done is not done twice; the rest is tried again.")
        return "safe", self.env._("It caused nothing outside; checks are written once however often they come.")

    def _effect_summary(self):
        """What an effect of this event is, for people."""
        return f"{self.type} {self.res_name}"

    def _retry(self, why):
        """Deliver again after the pause of the schedule; exhausted attempts end in the manual queue."""
        delays = settings.retry_delays(self.env)
        delay = delays[min(self.attempt, len(delays) - 1)]
        next_at = fields.Datetime.add(fields.Datetime.now(), seconds=delay)
        taken = self.delivered_at or fields.Datetime.now()  # the answer may come before the 202 is noted
        self.sudo().write({"state": "pending", "next_at": next_at, "last_error": why[:300], "delivered_at": taken})

    def action_requeue(self):
        """Deliver again, where that is safe; the others are named."""
        if not self.env.user.has_group("gatehouse.group_operations_manager"):
            raise AccessError(self.env._("Only the operations manager may deliver events again."))
        safe = self.filtered(lambda event: event.replay_verdict == "safe")
        left = self - safe
        if left and not safe:
            raise UserError("\n".join(f"{event.res_name}: {event.replay_text}" for event in left))
        for event in safe:
            event._requeue()
        return self._replay_notice(len(safe), [f"{event.res_name}: {event.replay_text}" for event in left])

    @api.model
    def _replay_notice(self, count, left):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "sticky": bool(left),
                "title": self.env._("%s delivered again", count),
                "message": "\n".join([self.env._("Left as they are:"), *left]) if left else "",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class GatehouseException(models.Model):
    """Replay from the manual queue, one or many."""

    _inherit = "gatehouse.exception"

    replay_verdict = fields.Selection(related="event_id.replay_verdict", related_sudo=True)
    replay_text = fields.Char(related="event_id.replay_text", related_sudo=True)

    def action_replay(self):
        """Deliver the events behind exceptions again; those where that is not safe stay, with the reason."""
        self._require_owner()
        left, count = [], 0
        for record in self.sudo():
            if not record.event_id:
                left.append(self.env._("There is no event behind %s to deliver again.", record.title))
            elif record.replay_verdict != "safe":
                left.append(f"{record.title}: {record.replay_text}")
            else:
                record.event_id._requeue()
                self.env["gatehouse.decision"]._append("exception_replayed", record, event=record.event_id.event_id)
                record._close(self.env._("Delivered again"))
                count += 1
        if left and not count:
            raise UserError("\n".join(left))
        return self.env["gatehouse.event"]._replay_notice(count, left)
