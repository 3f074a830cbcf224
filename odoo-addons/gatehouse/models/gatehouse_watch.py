import hashlib
import json

from odoo import api, fields, models

#: Odoo model -> fields whose change is a change of a control
WATCHED = {
    "ir.cron": ("active", "interval_number", "interval_type", "code", "user_id"),
    "base.automation": (
        "active", "model_id", "trigger", "trigger_field_ids", "on_change_field_ids", "trg_selection_field_id", "trg_field_ref",
        "trg_date_id", "trg_date_range", "trg_date_range_mode", "trg_date_range_type", "trg_date_calendar_id",
        "filter_domain", "filter_pre_domain", "record_getter", "action_server_ids",
    ),
    "ir.actions.server": (
        "state",
        "code",
        "model_id",
        "gatehouse_event_type",
        "gatehouse_text",
        "gatehouse_role_id",
        "gatehouse_blocks",
        "gatehouse_break_glass_cap",
        "gatehouse_field_ids",
    ),
    "ir.rule": ("active", "domain_force", "groups", "perm_read", "perm_write", "perm_create", "perm_unlink"),
    "gatehouse.change.signoff": ("kind", "role_id"),
    "gatehouse.data.owner": ("active", "field_id", "system", "user_ids", "mode"),
    # the last three are of OCA's formulas
    "tier.definition": (
        "active", "model_id", "company_id", "definition_type", "definition_domain", "review_type", "reviewer_id",
        "reviewer_group_id", "reviewer_field_id", "allow_write_for_reviewer", "exclude_requester", "sequence", "approve_sequence",
        "approve_sequence_bypass", "python_code", "reviewer_expression",
    ),
}  # fmt: skip


class GatehouseWatch(models.Model):
    """What every gate, scheduled action, automation and access rule looked like when last seen.

    Compared from time to time instead of on write, so that a change past Odoo's methods is found as well.
    """

    _name = "gatehouse.watch"
    _description = "Gatehouse watch"
    _rec_name = "name"
    _order = "res_model, name"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    name = fields.Char(readonly=True)
    content = fields.Json(readonly=True)
    seen_at = fields.Datetime(readonly=True)

    _record_unique = models.UniqueIndex("(res_model, res_id)")

    @api.model
    def _records(self, model):
        """The watched records of an Odoo model, archived ones too; an empty set where it is not installed."""
        if model not in self.env:
            return None
        every = self.env[model].sudo().with_context(active_test=False)
        if model in ("tier.definition", "gatehouse.data.owner", "gatehouse.change.signoff"):
            return every.search([])
        own = self.env["ir.model.data"].sudo().search([("model", "=", model), ("module", "=like", "gatehouse%")])
        shipped = every.browse(own.mapped("res_id")).exists()
        if model == "ir.actions.server":
            return shipped | every.search([("state", "=like", "gatehouse%")])
        if model == "base.automation":
            return shipped | every.search([("action_server_ids.state", "=like", "gatehouse%")])
        return shipped

    @api.model
    def _content(self, record):
        """{field: value as text} of what is watched about a record."""
        values = {}
        for name in WATCHED[record._name]:
            if name in record._fields:
                value = record[name]
                is_set = isinstance(value, models.BaseModel)
                values[name] = ", ".join(value.mapped("display_name")) if is_set else str(value or "")
        return values

    @api.model
    def _cron_watch(self):
        """Adopt what is new, report what was changed or deleted."""
        for model in WATCHED:
            records = self._records(model)
            if records is None:
                continue
            known = {watch.res_id: watch for watch in self.sudo().search([("res_model", "=", model)])}
            # what holds no more after a change is looked at all the same: that is the change
            for record in records | records.browse(known).exists():
                self._compare(known.pop(record.id, None), record)
            for gone in known.values():
                self._report(gone, self.env._("It was deleted."))
                gone.unlink()

    def _compare(self, watch, record):
        content, now = self._content(record), fields.Datetime.now()
        if not watch:
            self.sudo().create(
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "name": record.display_name,
                    "content": content,
                    "seen_at": now,
                }
            )
            self.env["gatehouse.decision"]._append("watch_began", record, content=content)
            return
        before = watch.content or {}
        # a field that is watched from now on, or came with an addon, was not changed by anybody
        changed = [name for name in content if content[name] != before.get(name, content[name])]
        if changed:
            lines = [
                self.env._(
                    "%(field)s: %(before)s → %(after)s",
                    field=record._fields[name].string,
                    before=before.get(name) or self.env._("nothing"),
                    after=content[name] or self.env._("nothing"),
                )
                for name in changed
            ]
            self._report(watch, "\n".join(lines), record)
        if content != before:
            watch.write({"content": content, "name": record.display_name, "seen_at": now})

    def _report(self, watch, detail, record=None):
        """One exception a change, about who made it; the log keeps it as well."""
        editor = record.write_uid if record is not None and "write_uid" in record._fields else self.env["res.users"]
        if editor.id == 1:
            editor = editor.browse()
        mark = hashlib.sha256(json.dumps([detail, str(fields.Datetime.now())]).encode()).hexdigest()[:12]
        who = self.env._("Last changed by %s.", editor.name) if editor else ""
        advice = self.env._("If nobody decided this, change it back; then say here what was done.")
        self.env["gatehouse.exception"]._open(
            f"watch:{watch.res_model}:{watch.res_id}:{mark}",
            "configuration",
            self.env._("%s is not as it was", watch.name),
            detail="\n".join(filter(None, [detail, who, advice])),
            res_model=watch.res_model if record is not None else False,
            res_id=watch.res_id if record is not None else False,
            about_user_id=editor.id,
            priority="1",
        )
        self.env["gatehouse.decision"]._append("configuration_changed", watch, detail=detail, editor=editor.login or None)
