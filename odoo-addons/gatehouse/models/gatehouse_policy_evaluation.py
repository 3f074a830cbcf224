import json

from odoo import api, models
from odoo.tools import ormcache

#: One row a document; more specific wins. NULL in a policy means "everywhere".
MATCH = """
    SELECT DISTINCT ON (d.doc, p.control) d.doc, p.id, p.name, p.control, p.version, p.mode, p.compiled, p.alert_cut,
           p.auto_suspended
      FROM jsonb_to_recordset(%s::jsonb) AS d(
           doc int, company_id int, business_unit text, warehouse_id int, team_id int, channel text,
           categories int[], tags int[], country_id int)
      JOIN gatehouse_policy p ON p.state = 'active' AND p.control = ANY(%s)
       AND (p.company_id IS NULL OR p.company_id = d.company_id)
       AND (p.business_unit IS NULL OR p.business_unit = d.business_unit)
       AND (p.warehouse_id IS NULL OR p.warehouse_id = d.warehouse_id)
       AND (p.team_id IS NULL OR p.team_id = d.team_id)
       AND (p.channel IS NULL OR p.channel = d.channel)
       AND (p.product_category_id IS NULL OR p.product_category_id = ANY(d.categories))
       AND (p.partner_tag_id IS NULL OR p.partner_tag_id = ANY(d.tags))
       AND (p.country_id IS NULL OR p.country_id = d.country_id)
       AND (p.valid_from IS NULL OR p.valid_from <= (now() AT TIME ZONE 'utc')::date)
       AND (p.valid_to IS NULL OR p.valid_to >= (now() AT TIME ZONE 'utc')::date)
       AND (p.deviation_expiry IS NULL OR p.deviation_expiry >= (now() AT TIME ZONE 'utc')::date)
     ORDER BY d.doc, p.control, p.specificity DESC, p.id DESC
"""


class GatehousePolicy(models.Model):
    """Which policy applies to a document, and what its bands and checks say of a value."""

    _inherit = "gatehouse.policy"

    @api.model
    def _match(self, scopes, controls):
        """The policies of all documents for all controls, in one query.

        :param scopes: {document id: scope values as of `gatehouse.document.mixin._gatehouse_scope`}
        :return: {document id: {control: {"id", "name", "version", "mode", "alert_cut", **compiled}}}
        """
        result = {doc: {} for doc in scopes}
        if not scopes or not controls:
            return result
        alike = {}  # documents of the same place are asked about once
        for doc, scope in scopes.items():
            alike.setdefault(str(scope), []).append(doc)
        rows = [{"doc": docs[0], **scopes[docs[0]]} for docs in alike.values()]
        self.flush_model()
        self.env.cr.execute(MATCH, [json.dumps(rows), list(controls)])
        for doc, policy_id, name, control, version, mode, compiled, alert_cut, suspended in self.env.cr.fetchall():
            if mode != "off":
                result[doc][control] = {
                    **(compiled or {"bands": [], "checks": []}),
                    "id": policy_id,
                    "name": name,
                    "version": version,
                    "mode": mode,
                    "alert_cut": alert_cut or 0.0,
                    "auto_suspended": bool(suspended),
                }
        for first, *others in alike.values():
            for doc in others:
                result[doc].update(result[first])
        return result

    def _applied(self):
        """This active policy as `_match` answers it, wherever a document is."""
        names = ("id", "name", "version", "mode", "alert_cut", "auto_suspended")
        return {**(self.compiled or self._compile()), **{name: self[name] for name in names}}

    @api.model
    @ormcache("controls")
    def _controls_in_use(self, controls):
        return bool(
            self.sudo().search_count(
                [("state", "=", "active"), ("mode", "!=", "off"), ("control", "in", list(controls))], limit=1
            )
        )

    @api.model
    def _in_use(self, controls):
        """Whether any active policy is about one of these controls, anywhere; remembered until a policy changes."""
        return bool(controls) and self._controls_in_use(tuple(sorted(controls)))

    @api.model
    @ormcache("names")
    def _asks_for(self, names):
        """Whether any active policy is for a place by one of these fields of its scope; remembered until a policy changes."""
        active = [("state", "=", "active"), ("mode", "!=", "off")]
        return bool(names) and any(self.sudo().search_count([*active, (name, "!=", False)], limit=1) for name in names)

    @api.model
    def _judge_band(self, policy, value):
        """(outcome, limit passed, role id) of a value in the bands of a compiled policy."""
        limit = None
        for band in policy["bands"]:
            if band["up_to"] is None or value <= band["up_to"] + 1e-9:
                return self._outcome(policy, band), limit, band["role_id"]
            limit = band["up_to"]
        return "pass", None, None

    @api.model
    def _outcome(self, policy, band):
        """What a band says; approval by rule that was suspended is a review by its role."""
        return "review" if band["outcome"] == "auto" and policy.get("auto_suspended") else band["outcome"]

    @api.model
    def _judge_roles(self, policy, value):
        """Ids of the roles that sign a value under review, in their order; each role once."""
        roles = []
        for band in policy["bands"]:
            hit = band["up_to"] is None or value <= band["up_to"] + 1e-9
            if (
                self._outcome(policy, band) == "review"
                and (hit or policy.get("cumulative"))
                and band["role_id"] not in roles
            ):
                roles.append(band["role_id"])
            if hit:
                break
        return roles

    @api.model
    def _expected_checks(self, policy):
        """The checks a hold stamps: thresholds with the alert budget already applied."""
        expected = []
        for check in policy["checks"]:
            entry = dict(check)
            if entry.pop("use_alert_budget"):
                entry["threshold"] = max(entry["threshold"], policy["alert_cut"])
            expected.append(entry)
        return expected
