from odoo import api, models, sql_db
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import ODOO_NOTIFY_FUNCTION


class IrCron(models.Model):
    """Whoever rings for the scheduler waits for no disk."""

    _inherit = "ir.cron"

    @api.model
    def _notifydb(self):
        """As Odoo's own; but a notification is gone with the server that forgets it, so its commit has nothing to make durable."""
        with sql_db.db_connect("postgres").cursor() as cr:
            cr.execute(SQL(
                "SELECT set_config('synchronous_commit', 'off', true), %s('cron_trigger', %s)",
                SQL.identifier(ODOO_NOTIFY_FUNCTION), self.env.cr.dbname,
            ))  # fmt: skip
