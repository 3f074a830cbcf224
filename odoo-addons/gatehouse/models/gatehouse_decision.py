from odoo import api, fields, models
from odoo.tools import SQL


class GatehouseDecision(models.Model):
    """Append-only log.

    The content sits in one JSON column so that an upgrade never has to rewrite a row, which the
    trigger would refuse.
    """

    _name = "gatehouse.decision"
    _description = "Gatehouse decision"
    _log_access = False
    _order = "id desc"

    content = fields.Json(readonly=True, required=True)
    at = fields.Char(compute="_compute_readable")
    actor = fields.Char(compute="_compute_readable")
    action = fields.Char(compute="_compute_readable")
    document = fields.Char(compute="_compute_readable")
    control = fields.Char(compute="_compute_readable")
    reason = fields.Char(compute="_compute_readable")

    # ISO 8601 in UTC sorts as text; figures and switch-overs read the last days only.
    _at = models.Index("((content->>'at'))")
    # moves of master data that count together
    _moved = models.Index("((content->'moved'->>'what')) WHERE content->'moved'->>'what' IS NOT NULL")

    def init(self):
        self._append_only(self._table)

    @api.model
    def _append_only(self, table):
        """The database itself refuses to change or remove a row of `table`."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION gatehouse_decision_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'The decision log is append-only (%%)', TG_OP
                        USING ERRCODE = 'insufficient_privilege';
                END $$;
                DROP TRIGGER IF EXISTS %(trigger)s ON %(table)s;
                CREATE TRIGGER %(trigger)s BEFORE UPDATE OR DELETE OR TRUNCATE
                    ON %(table)s FOR EACH STATEMENT EXECUTE FUNCTION gatehouse_decision_append_only();
                """,
                table=SQL.identifier(table),
                trigger=SQL.identifier(f"{table}_append_only"),
            )
        )

    @api.depends("content")
    def _compute_readable(self):
        for decision in self:
            content = decision.content or {}
            decision.at = content.get("at")
            decision.actor = content.get("by_name")
            decision.action = content.get("action")
            decision.document = content.get("document")
            decision.control = content.get("control")
            decision.reason = content.get("reason")

    @api.model
    def _append(self, action, record, **details):
        """Log one decision about a document; details must be plain JSON values."""
        return self._append_many([(action, record, details)])

    @api.model
    def _append_many(self, entries):
        now = fields.Datetime.now().isoformat() + "Z"
        user = self.env.user
        return self.sudo().create(
            [
                {
                    "content": {
                        "action": action,
                        "at": now,
                        "by": user.id,
                        "by_name": user.sudo().name,
                        "res_model": record._name,
                        "res_id": record.id,
                        "document": record.sudo().display_name,
                        **details,
                    }
                }
                for action, record, details in entries
            ]
        )
