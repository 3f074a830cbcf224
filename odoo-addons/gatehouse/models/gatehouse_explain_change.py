from odoo import api, models
from odoo.exceptions import UserError


class GatehouseChangeRequest(models.Model):
    """Which policies judge a change before it is written, and why: of one that waits, or of one that nobody asked for yet."""

    _inherit = "gatehouse.change.request"

    @api.model
    def _explain(self, record, control, proposed):
        """Rows as of `gatehouse.explanation._rows`, for a change of a record."""
        record = record.sudo()
        scopes = record._gatehouse_change_scopes(proposed)
        policies = self._policies_in(scopes, control)
        free = record._gatehouse_change_is_free(control, proposed)
        verdicts = [] if free else self._verdicts(record, control, proposed, policies)
        rows = self.env["gatehouse.explanation"]._rows([control], scopes, [policy["id"] for policy in policies], verdicts)
        if free:
            rows[0]["verdict"] = self.env._("nobody needs to look at this change")
        return rows

    def gatehouse_explain(self):
        """As for orders, of a change that still waits: of one that was decided the record itself says no more what it was before."""
        self.ensure_one()
        self.check_access("read")
        record = self._target()
        if self.state != "waiting" or not record:
            raise UserError(self.env._("%s waits no more. By which policies it was decided stands in the decision log.", self.name))
        return self._explain(record, self.control, self.proposed)
