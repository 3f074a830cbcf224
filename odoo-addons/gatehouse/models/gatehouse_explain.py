from markupsafe import Markup

from odoo import api, fields, models

from .gatehouse_policy import SCOPE_FIELDS

#: scope field of a policy -> key of a document's scope, and whether that is a list
SCOPE_KEYS = {"product_category_id": ("categories", True), "partner_tag_id": ("tags", True)}
#: As many policies that do not apply are told of a control; more are folded away.
FEW = 3


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    def _misses(self, scope):
        """Why this policy does not apply to a scope, as texts; empty when it does."""
        self.ensure_one()
        policy, today, reasons = self.sudo(), fields.Date.today(), []
        for name in SCOPE_FIELDS:
            value = policy[name]
            if not value:
                continue
            plain = value if isinstance(value, str) else value.id
            key, many = SCOPE_KEYS.get(name, (name, False))
            if plain != scope[key] if not many else plain not in scope[key]:
                label = self._fields[name].get_description(self.env)["string"]
                shown = value if isinstance(value, str) else value.display_name
                reasons.append(self.env._("it is for %(label)s %(value)s", label=label.lower(), value=shown))
        if policy.valid_from and policy.valid_from > today:
            reasons.append(self.env._("it begins on %s", policy.valid_from))
        if policy.valid_to and policy.valid_to < today:
            reasons.append(self.env._("it ended on %s", policy.valid_to))
        if policy.deviation_expiry and policy.deviation_expiry < today:
            reasons.append(self.env._("this local deviation expired on %s", policy.deviation_expiry))
        if policy.mode == "off":
            reasons.append(self.env._("it is switched off"))
        return reasons


class GatehouseExplain(models.AbstractModel):
    _inherit = "gatehouse.gate.mixin"

    def gatehouse_explain(self):
        """Every policy of every control of this document: which applies, which does not, and why.

        :return: rows as of `gatehouse.explanation._rows`
        """
        self.ensure_one()
        self.check_access("read")
        decided = self._gatehouse_decide()[self.id]
        controls = list(filter(None, [*self._gatehouse_controls(), self._gatehouse_check_control()]))
        applied = [policy["id"] for policy in decided["policies"].values()]
        return self.env["gatehouse.explanation"]._rows(controls, [self.sudo()._gatehouse_scope()], applied, decided["bands"])

    def action_gatehouse_explain(self):
        self.ensure_one()
        title = self.env._("Policies of %s", self.display_name)
        return self.env["gatehouse.explanation"]._show(title, self._gatehouse_explain_html())

    def _gatehouse_explain_html(self):
        return self.env["gatehouse.explanation"]._html(self.gatehouse_explain())


class GatehouseExplanation(models.TransientModel):
    """Why a document or a change is judged as it is: the dialog, and what it says."""

    _name = "gatehouse.explanation"
    _description = "Which policies apply, and why"

    content = fields.Html(readonly=True, sanitize=False)

    @api.model
    def _rows(self, controls, scopes, applied, verdicts):
        """Each control with its active policies.

        :param scopes: where it is judged; a change that takes a record elsewhere is judged in both places
        :param applied: ids of the policies that apply
        :return: [{"control", "label", "policies": [{"name", "version", "mode", "applies", "why"}], "verdict": text or None}]
        """
        labels = dict(self.env["gatehouse.policy"]._fields["control"]._description_selection(self.env))
        policies = self.env["gatehouse.policy"].sudo().search([("state", "=", "active"), ("control", "in", controls)])
        rows = []
        for control in controls:
            told = [self._verdict_text(verdict) for verdict in verdicts if verdict["control"] == control]
            mine = policies.filtered(lambda policy, control=control: policy.control == control)
            rows.append(
                {
                    "control": control,
                    "label": labels.get(control, control),
                    "policies": [self._policy_row(policy, policy.id in applied, scopes) for policy in mine],
                    "verdict": "; ".join(told) or None,
                }
            )
        return rows

    def _policy_row(self, policy, applies, scopes):
        if applies:
            why = self.env._("the most specific one that fits")
        else:
            reasons = min((policy._misses(scope) for scope in scopes), key=len)
            why = "; ".join(reasons) or self.env._("another one is more specific")
        mode = dict(policy._fields["mode"]._description_selection(self.env))[policy.mode]
        return {"name": policy.name, "version": policy.version, "mode": mode, "applies": applies, "why": why}

    def _verdict_text(self, verdict):
        outcomes = dict(self.env["gatehouse.policy.band"]._fields["outcome"]._description_selection(self.env))
        roles = self.env["res.groups"].sudo().browse(verdict["role_ids"]).mapped("full_name")
        limit = "" if verdict["limit"] is None else self.env._(", over the limit of %s", f"{verdict['limit']:g}")
        text = f"{verdict['text']}{limit}: {outcomes[verdict['outcome']].lower()}"
        if verdict["outcome"] == "review":
            text += self.env._(" by %s", ", ".join(roles))
        if verdict["mode"] == "observing":
            text += self.env._(" (only observed)")
        return text

    @api.model
    def _html(self, rows):
        parts = []
        for row in rows:
            shown = [policy for policy in row["policies"] if policy["applies"]]
            apart = [policy for policy in row["policies"] if not policy["applies"]]
            verdict = Markup("<p class='mb-1'>%s</p>") % row["verdict"] if row["verdict"] else ""
            items = self._items(shown + apart if len(apart) <= FEW else shown)
            if len(apart) > FEW:
                items += Markup("<li><details><summary class='text-muted'>%s</summary>%s</details></li>") % (
                    self.env._("%s policies do not apply", len(apart)),
                    Markup("<ul class='list-unstyled ms-3'>%s</ul>") % self._items(apart),
                )
            none = Markup("<li class='text-muted'>%s</li>") % self.env._("no active policy")
            parts.append(
                Markup("<h5>%s</h5>%s<ul class='list-unstyled mb-3'>%s</ul>") % (row["label"], verdict, items or none)
            )
        return Markup("").join(parts)

    def _items(self, policies):
        return Markup("").join(
            Markup("<li class='%s'><strong>%s</strong> %s %s, %s: %s</li>")
            % (
                "" if policy["applies"] else "text-muted",
                "✓" if policy["applies"] else "–",
                policy["name"],
                self.env._("(version %s)", policy["version"]),
                policy["mode"].lower(),
                policy["why"],
            )
            for policy in policies
        )

    @api.model
    def _show(self, title, content):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.create({"content": content}).id,
            "view_mode": "form",
            "target": "new",
        }
