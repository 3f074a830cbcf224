import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class GatehouseScheduled(models.AbstractModel):
    """Scheduled work, record by record: one that fails is somebody's task, and holds up none of the others."""

    _name = "gatehouse.scheduled"
    _description = "Scheduled work, record by record"

    @api.model
    def _each(self, job, title, records, act, size=1, category="other"):
        """Call `act` for the records and commit after each call.

        What a failed call did is undone, alone. Where somebody else wrote the same rows at that moment, the next run takes it. Any other
        failure is an exception, which closes when the record gets through.

        :param job: short name of the work, part of the exceptions' keys
        :param title: the exception's, with `%s` for the record
        :param size: records a call; those of a call that failed are tried again one by one
        """
        known = self._known(job, records)
        for start in range(0, len(records), size):
            part = records[start : start + size]
            if not self._tried(job, title, part, act, category, known) and size > 1:
                for record in part:
                    self._tried(job, title, record, act, category, known)
            self.env["ir.cron"]._commit_progress(len(part))

    def _tried(self, job, title, part, act, category, known):
        try:
            with self.env.cr.savepoint():
                act(part)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("%s of %s waits for the next run: %s", job, part, error)
            self.env["ir.cron"]._commit_progress()  # only a new transaction sees what the other one wrote
            return len(part) == 1
        except Exception as error:
            if len(part) > 1:
                return False
            _logger.exception("%s of %s failed", job, part)
            self._failed(job, title, part, error, category)
            return True
        known.filtered(lambda one: one.res_id in part.ids)._close(self.env._("It got through"))
        return True

    def _known(self, job, records):
        """Open exceptions of earlier runs about these records."""
        return self.env["gatehouse.exception"].sudo().search(
            [("key", "=like", f"scheduled:{job}:%"), ("res_model", "=", records._name), ("res_id", "in", records.ids), ("state", "=", "open")]
        )  # fmt: skip

    def _failed(self, job, title, record, error, category):
        company = record.company_id if "company_id" in record._fields else record.env["res.company"]
        name = record.res_name if "res_name" in record._fields else record.display_name
        self.env["gatehouse.exception"]._open(
            f"scheduled:{job}:{record._name}:{record.id}", category, title % name,
            detail=self.env._(
                "%s\nIt is tried again with the next run, and this closes when it gets through.",
                str(error) if isinstance(error, UserError) else repr(error),
            ),
            res_model=record._name, res_id=record.id, company_id=company.id,
        )  # fmt: skip
