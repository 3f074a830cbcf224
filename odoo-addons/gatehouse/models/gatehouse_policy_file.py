from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

PLAIN = (
    "name", "control", "mode", "purpose", "manual_procedure", "business_unit", "channel", "alert_budget",
    "deadline_minutes", "fallback", "cumulative", "separate_author", "remind_hours", "escalate_hours", "rolling_days", "rolling_by",
    "break_glass_cap", "auto_sample", "auto_override_bound", "valid_from", "valid_to", "deviation_reason", "deviation_expiry",
)  # fmt: skip
#: field -> the field of the other Odoo model that names a record the same way in every database
NAMED = {
    "company_id": "name",
    "warehouse_id": "code",
    "team_id": "name",
    "product_category_id": "complete_name",
    "partner_tag_id": "name",
    "country_id": "code",
    "owner_id": "login",
    "escalate_role_id": None,
}
BAND = ("up_to", "outcome", "role_id")
CHECK = ("code", "measure", "operator", "threshold", "use_alert_budget", "role_id", "fallback", "deadline_minutes")


class GatehousePolicy(models.Model):
    """Policies as documents for review in git and for the way from staging to production.

    A document is plain JSON: field names without `_id`, only what differs from the default, records by names that
    are the same in every database (company name, warehouse code, login, a role's external id).
    """

    _inherit = "gatehouse.policy"

    @api.model
    def export_documents(self, states=("active",)):
        """[document] of the policies in these states, by control and name."""
        self._require_reader()
        return [policy._to_document() for policy in self.search([("state", "in", list(states))], order="control, name, id")]

    @api.model
    def apply_documents(self, documents, dry_run=True):
        """Bring drafts to what the documents say. Nothing is activated: that is the governance board's.

        A policy is known by its control and name. One that is active gets a new version as a draft.

        :return: [{"control", "name", "action": unchanged|new|new_version|changed_draft, "changes": [[field, before, after]]}]
        """
        self._require_group("group_policy_author")
        if not isinstance(documents, list) or not all(isinstance(document, dict) for document in documents):
            raise ValidationError(self.env._("documents: must be a list of objects"))
        keys = [(document.get("control"), document.get("name")) for document in documents]
        for key in keys:
            if keys.count(key) > 1:
                raise ValidationError(self.env._("%(control)s: %(name)s is there twice", control=key[0], name=key[1]))
        return [self._apply_one(document, dry_run) for document in documents]

    def _require_reader(self):
        if not self.has_access("read") or self.env.user._is_public():
            raise AccessError(self.env._("Your role does not read policies."))

    @api.model
    def _plain_fields(self):
        """Names of the plain fields of a document; areas add theirs."""
        return PLAIN

    @api.model
    def _named_fields(self):
        """{field: the field that names its record}; areas add theirs. None: by external id."""
        return NAMED

    # -- one policy ----------------------------------------------------------------------------
    def _to_document(self):
        """What differs from the defaults of a new policy."""
        self.ensure_one()
        policy = self.sudo()
        defaults = policy.default_get([*self._plain_fields()])
        document = {}
        for name in self._plain_fields():
            value = policy[name]
            plain = str(value) if name.startswith("valid_") or name == "deviation_expiry" else value
            if value and (value != defaults.get(name) or name in ("name", "control", "mode")):
                document[name] = plain
            elif not value and defaults.get(name):
                document[name] = value or (0 if self._fields[name].type in ("float", "integer") else False)
        for name in self._named_fields():
            if policy[name]:
                document[name.removesuffix("_id")] = self._name_of(name, policy[name])
        if policy.parent_id:
            document["parent"] = policy.parent_id.name
        bands = [self._row(band, BAND) for band in policy.band_ids.sorted(lambda band: (not band.up_to, band.up_to))]
        checks = [self._row(check, CHECK) for check in policy.check_ids]
        return {**document, **({"bands": bands} if bands else {}), **({"checks": checks} if checks else {})}

    def _row(self, record, names):
        row = {}
        for name in names:
            value = record[name]
            if name == "role_id":
                if value:
                    row["role"] = self._role_name(value)
            elif value or name == "threshold":
                row[name] = value
        return row

    def _name_of(self, field, record):
        key = self._named_fields()[field]
        return self._role_name(record) if key is None else record[key]

    @staticmethod
    def _role_name(role):
        return role.get_external_id()[role.id] or role.name

    # -- applying ------------------------------------------------------------------------------
    def _apply_one(self, document, dry_run):
        values, wanted = self._from_document(document)
        found = self.search(
            [("control", "=", values["control"]), ("name", "=", values["name"]), ("state", "!=", "retired")], order="id desc"
        )
        draft = found.filtered(lambda policy: policy.state == "draft")[:1]
        current = draft or found.filtered(lambda policy: policy.state == "active")[:1]
        if not current and found:
            raise ValidationError(
                self.env._('"%s" is in review: decide it or take it back to draft first.', values["name"])
            )
        before = current._to_document() if current else {}
        changes = [
            [name, before.get(name), wanted.get(name)]
            for name in sorted({*before, *wanted})
            if before.get(name) != wanted.get(name)
        ]
        action = "unchanged" if not changes else "new" if not current else "changed_draft" if draft else "new_version"
        if changes and not dry_run:
            self._write_document(current, draft, values)
        return {"control": values["control"], "name": values["name"], "action": action, "changes": changes}

    def _write_document(self, current, draft, values):
        if not current:
            return self.create(values)
        if not draft:
            draft = self.browse(current.action_new_version()["res_id"])
        (draft.band_ids | draft.band_ids.browse()).unlink()
        draft.check_ids.unlink()
        cleared = {name: False for name in [*self._plain_fields(), *self._named_fields()] if name not in values and name not in ("name", "control", "mode")}
        draft.write({**cleared, **self.default_get([*self._plain_fields()]), **values})
        return draft

    def _from_document(self, document):
        """(values to write, the document as an export would show it). Raises ValidationError naming policy and field."""
        title = f"{document.get('control')}: {document.get('name')}"
        for name in ("control", "name"):
            if not isinstance(document.get(name), str) or not document[name]:
                raise ValidationError(self.env._("%(policy)s: %(field)s is missing", policy=title, field=name))
        known = {*self._plain_fields(), "parent", "bands", "checks", *(name.removesuffix("_id") for name in self._named_fields())}
        for name in document:
            if name not in known:
                raise ValidationError(self.env._("%(policy)s: %(field)s is no field of a policy", policy=title, field=name))
        values = {name: document[name] for name in self._plain_fields() if name in document}
        for name, key in self._named_fields().items():
            if name.removesuffix("_id") in document:
                values[name] = self._find(title, name, key, document[name.removesuffix("_id")]).id
        if "parent" in document:
            values["parent_id"] = self._find(title, "parent_id", "name", document["parent"]).id
        for name, choices in self._choices().items():
            if name in values and values[name] not in choices:
                raise ValidationError(
                    self.env._(
                        "%(policy)s: %(field)s is %(value)s, possible are %(choices)s",
                        policy=title, field=name, value=values[name], choices=", ".join(choices),
                    )
                )  # fmt: skip
        rows = {}
        for field, names, one2many in (("bands", BAND, "band_ids"), ("checks", CHECK, "check_ids")):
            rows[one2many] = [(0, 0, self._row_values(title, field, names, row)) for row in document.get(field, [])]
        values.update(rows)
        with self.env.cr.savepoint(flush=True) as point:
            shown = self.create({**values})._to_document()
            point.rollback()
        return values, shown

    def _choices(self):
        return {
            name: [key for key, _label in self._fields[name]._description_selection(self.env)]
            for name in ("control", "mode", "fallback", "rolling_by")
        }

    def _row_values(self, title, field, names, row):
        if not isinstance(row, dict):
            raise ValidationError(self.env._("%(policy)s: %(field)s must be a list of objects", policy=title, field=field))
        allowed = {name.removesuffix("_id") for name in names}
        for name in row:
            if name not in allowed:
                raise ValidationError(
                    self.env._("%(policy)s: %(field)s.%(name)s is unknown", policy=title, field=field, name=name)
                )
        values = {name: row[name] for name in names if name in row}
        if "role" in row:
            values["role_id"] = self._find(title, "role_id", None, row["role"]).id
        return values

    def _find(self, title, field, key, name):
        """The one record of that name. Raises ValidationError when there is none, or more than one."""
        if key is None:
            role = self.env.ref(name, raise_if_not_found=False) if "." in str(name) else None
            found = role if role and role._name == "res.groups" else self.env["res.groups"].sudo().search([("name", "=", name)])
        else:
            comodel = self._fields[field].comodel_name
            domain = [(key, "=", name)]
            if field == "parent_id":
                domain.append(("state", "=", "active"))
            found = self.env[comodel].sudo().search(domain, limit=2)
        if len(found) != 1:
            what = self.env._("there is no") if not found else self.env._("there is more than one")
            raise ValidationError(
                self.env._(
                    '%(policy)s: %(field)s: %(what)s "%(name)s"',
                    policy=title, field=field.removesuffix("_id"), what=what, name=name,
                )
            )  # fmt: skip
        return found
