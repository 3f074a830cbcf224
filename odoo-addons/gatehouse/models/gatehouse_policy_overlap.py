from odoo import models

from .gatehouse_policy import SCOPE_FIELDS


class GatehousePolicy(models.Model):
    """Policies of one control that meet on a document with equally many scope fields: the newer one wins, and somebody knows."""

    _inherit = "gatehouse.policy"

    def _activate(self):
        result = super()._activate()
        for policy in self.sudo():
            policy._report_contradictions()
        return result

    def _overlapping(self):
        """Other policies in force that can apply to the same document and are no less specific."""
        self.ensure_one()
        others = self.sudo().search(
            [("control", "=", self.control), ("state", "=", "active"), ("id", "!=", self.id), ("specificity", "=", self.specificity)]
        )
        return others.filtered(lambda other: other._in_force and not self._apart(other))

    def _apart(self, other):
        """True when one field of both scopes names two records that no document has both of.

        A document has many tags and categories, so two of those keep nothing apart.
        """
        single = [name for name in SCOPE_FIELDS if name not in ("partner_tag_id", "product_category_id")]
        return any(self[name] and other[name] and self[name] != other[name] for name in single)

    def _report_contradictions(self):
        for other in self._overlapping() if self._in_force and self.mode != "off" else ():
            mine, theirs = (policy.compiled or {} for policy in (self, other))
            if (mine.get("bands"), mine.get("checks"), self.mode) == (theirs.get("bands"), theirs.get("checks"), other.mode):
                continue
            self.env["gatehouse.exception"]._open(
                f"overlap:{self.id}:{other.id}", "configuration",
                self.env._('The policies "%(one)s" and "%(other)s" contradict each other', one=self.name, other=other.name),
                detail=self.env._(
                    "Both are for documents of %(here)s that are also %(there)s; there %(one)s wins because it is newer. "
                    "Give one of them a narrower scope, or say it once.",
                    here=self._scope_text(), there=other._scope_text(), one=self.name,
                ),
                res_model=self._name, res_id=self.id, company_id=(self.company_id or self.env.company).id,
            )  # fmt: skip

    def _scope_text(self):
        parts = []
        for name in SCOPE_FIELDS:
            if self[name]:
                value = self[name] if isinstance(self[name], str) else self[name].display_name
                parts.append(f"{self._fields[name].get_description(self.env)['string'].lower()} {value}")
        return ", ".join(parts) or self.env._("everywhere")
