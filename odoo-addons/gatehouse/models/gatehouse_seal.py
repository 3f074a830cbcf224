import json
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.chain import GENESIS, digest, entry

_logger = logging.getLogger(__name__)
_BATCH = 1000
#: One writer at a time, so that the chain cannot fork.
_LOCK = 7_207_113


class GatehouseSeal(models.Model):
    """The chain over the decision log: each seal covers its decision and the seal before it."""

    _name = "gatehouse.seal"
    _description = "Seal of a Gatehouse decision"
    _log_access = False
    _order = "number desc"
    _rec_name = "digest"

    number = fields.Integer(required=True, readonly=True)
    decision = fields.Integer(required=True, readonly=True, help="The decision's id; no foreign key, which could cascade.")
    previous = fields.Char(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)

    _number_once = models.Constraint("UNIQUE(number)", "The chain of decisions has each number once.")
    _decision_once = models.Constraint("UNIQUE(decision)", "A decision is sealed once.")

    def init(self):
        self.env["gatehouse.decision"]._append_only(self._table)

    # -- sealing -------------------------------------------------------------------------------
    @api.model
    def _cron_seal(self):
        after = 0
        while batch := self._seal_batch(after):
            sealed, after = batch
            if not self.env["ir.cron"]._commit_progress(sealed):
                break

    @api.model
    def _seal_all(self):
        after = 0
        while batch := self._seal_batch(after):
            after = batch[1]

    @api.model
    def _seal_batch(self, after=0):
        """Seal the oldest unsealed decisions; None when there are none or another transaction seals.

        Ids are not in the order of commits, so a run begins at the first decision ever and looks what is unsealed;
        only its further batches go on from where the last one ended.

        :param after: the decision at which the batch before ended
        :return: (how many were sealed, the last decision of them)
        """
        cr = self.env.cr
        self.env["gatehouse.decision"].flush_model()
        cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cr.fetchone()[0]:
            return None
        cr.execute("SELECT number, digest FROM gatehouse_seal ORDER BY number DESC LIMIT 1")
        number, previous = cr.fetchone() or (0, GENESIS)
        cr.execute(
            """SELECT d.id, d.content FROM gatehouse_decision d
                WHERE d.id > %s AND NOT EXISTS (SELECT 1 FROM gatehouse_seal s WHERE s.decision = d.id)
                ORDER BY d.id LIMIT %s""",
            [after, _BATCH],
        )
        rows = []
        for number, (decision, content) in enumerate(cr.fetchall(), number + 1):
            sealed = digest(entry(number, decision, previous, content))
            rows.append((number, decision, previous, sealed))
            previous = sealed
        if not rows:
            return None
        cr.execute_values("INSERT INTO gatehouse_seal (number, decision, previous, digest) VALUES %s", rows, page_size=_BATCH)
        # the server's log lies outside this database, so a rewritten chain shows beside it
        _logger.info("Decision log sealed up to number %s, head %s", number, previous)
        return len(rows), rows[-1][1]

    # -- export --------------------------------------------------------------------------------
    @api.model
    def _require_reader(self):
        user = self.env.user
        if not (user.has_group("gatehouse.group_auditor") or user.has_group("gatehouse.group_governance_board")):
            raise AccessError(self.env._("Only auditors and the governance board may export the decision log."))

    @api.model
    def _lines(self, cr):
        """The chain as lines of JSON, oldest first; a decision that is gone has no content."""
        number = 0
        while True:
            cr.execute(
                """SELECT s.number, s.decision, s.previous, s.digest, d.content FROM gatehouse_seal s
                     LEFT JOIN gatehouse_decision d ON d.id = s.decision
                    WHERE s.number > %s ORDER BY s.number LIMIT %s""",
                [number, _BATCH],
            )
            rows = cr.fetchall()
            if not rows:
                return
            for number, decision, previous, sealed, content in rows:
                line = {**entry(number, decision, previous, content), "digest": sealed}
                yield json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n"
