from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: What of a record moved since a person last signed it, within the policy's window; by the record, or by who moved it.
MOVED = """
    WITH moves AS (
        SELECT id, (content->'moved'->>'by_how_much')::float AS by_how_much, content->'moved'->'signed' = 'true' AS signed
          FROM gatehouse_decision
         WHERE content->'moved'->>%s = %s AND content->>'control' = %s AND content->>'at' >= %s
    )
    SELECT coalesce(sum(by_how_much), 0) FROM moves WHERE id > (SELECT coalesce(max(id), 0) FROM moves WHERE signed)"""


class GatehouseChangeRequest(models.Model):
    """Anti-split of master data: several moves below a limit count as the one they would have been.

    They are added, whichever way each went, from the decision log, which nobody changes.
    """

    _inherit = "gatehouse.change.request"

    @api.model
    def _change_value(self, record, control, proposed, policy):
        """(value, text) that the bands judge, with the moves of the last days that nobody signed, where the policy counts together."""
        value, text = record._gatehouse_change_value(control, proposed, policy)
        days, earlier = policy.get("rolling_days"), 0.0
        if days and control in self._moves(record):
            earlier = self._moved_before(record, control, days, policy.get("rolling_by"))
        if not earlier:
            return value, text
        return round(value + earlier, 2), self.env._(
            "%(text)s, together %(total)s with what nobody signed of the last %(days)s days",
            text=text, total=f"{value + earlier:,.10g}", days=days,
        )  # fmt: skip

    @api.model
    def _moves(self, record):
        """Controls of a record whose values are how far something moves: what is judged as it will be cannot be split."""
        return getattr(record, "_gatehouse_moves", ())

    @api.model
    def _moved_before(self, record, control, days, by):
        since = fields.Datetime.now() - relativedelta(days=days)
        name, whose = ("by", str(self._asking())) if by == "requester" else ("what", record._gatehouse_moved_thing())
        self.env.cr.execute(MOVED, [name, whose, control, since.isoformat()])
        return self.env.cr.fetchone()[0]

    @api.model
    def _asking(self):
        """Id of the user who asked for the change."""
        return self.requested_by.id or self.env.uid

    @api.model
    def _logged_move(self, record, control, proposed, policy, verdicts):
        """What a decision about a change says beside it, so that further ones are added to it.

        :param verdicts: what was said of it; a person signed it where one of them had to
        """
        if control not in self._moves(record):
            return {}
        signed = any(verdict["mode"] == "enforcing" and verdict["outcome"] in ("review", "forbid") for verdict in verdicts)
        value = record._gatehouse_change_value(control, proposed, policy)[0]
        what = record._gatehouse_moved_thing()
        return {"moved": {"what": what, "by": str(self._asking()), "by_how_much": value, "signed": signed}}
