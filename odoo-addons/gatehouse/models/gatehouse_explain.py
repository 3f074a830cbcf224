from markupsafe import Markup

from odoo import fields, models

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

        :return: [{"control", "label", "policies": [{"name", "version", "mode", "applies", "why"}], "verdict": text or None}]
        """
        self.ensure_one()
        self.check_access("read")
        decided = self._gatehouse_decide()[self.id]
        scope = self.sudo()._gatehouse_scope()
        labels = dict(self.env["gatehouse.policy"]._fields["control"]._description_selection(self.env))
        controls = [*self._gatehouse_controls(), self._gatehouse_check_control()]
        policies = self.env["gatehouse.policy"].sudo().search([("state", "=", "active"), ("control", "in", controls)])
        verdicts = {verdict["control"]: verdict for verdict in decided["bands"]}
        return [
            {
                "control": control,
                "label": labels.get(control, control),
                "policies": [
                    self._gatehouse_explain_policy(policy, decided["policies"].get(control), scope)
                    for policy in policies.filtered(lambda policy, control=control: policy.control == control)
                ],
                "verdict": self._gatehouse_explain_verdict(verdicts.get(control)),
            }
            for control in filter(None, controls)
        ]

    def _gatehouse_explain_policy(self, policy, applied, scope):
        reasons = policy._misses(scope)
        applies = bool(applied) and applied["id"] == policy.id
        if applies:
            why = self.env._("the most specific one that fits")
        else:
            why = "; ".join(reasons) or self.env._("another one is more specific")
        mode = dict(policy._fields["mode"]._description_selection(self.env))[policy.mode]
        return {"name": policy.name, "version": policy.version, "mode": mode, "applies": applies, "why": why}

    def _gatehouse_explain_verdict(self, verdict):
        if not verdict:
            return None
        outcomes = dict(self.env["gatehouse.policy.band"]._fields["outcome"]._description_selection(self.env))
        roles = self.env["res.groups"].sudo().browse(verdict["role_ids"]).mapped("full_name")
        limit = "" if verdict["limit"] is None else self.env._(", over the limit of %s", f"{verdict['limit']:g}")
        text = f"{verdict['text']}{limit}: {outcomes[verdict['outcome']].lower()}"
        if verdict["outcome"] == "review":
            text += self.env._(" by %s", ", ".join(roles))
        if verdict["mode"] == "observing":
            text += self.env._(" (only observed)")
        return text

    def action_gatehouse_explain(self):
        self.ensure_one()
        title = self.env._("Policies of %s", self.display_name)
        return self.env["gatehouse.explanation"]._show(title, self._gatehouse_explain_html())

    def _gatehouse_explain_html(self):
        parts = []
        for row in self.gatehouse_explain():
            shown = [policy for policy in row["policies"] if policy["applies"]]
            apart = [policy for policy in row["policies"] if not policy["applies"]]
            verdict = Markup("<p class='mb-1'>%s</p>") % row["verdict"] if row["verdict"] else ""
            items = self._gatehouse_explain_items(shown + apart if len(apart) <= FEW else shown)
            if len(apart) > FEW:
                items += Markup("<li><details><summary class='text-muted'>%s</summary>%s</details></li>") % (
                    self.env._("%s policies do not apply", len(apart)),
                    Markup("<ul class='list-unstyled ms-3'>%s</ul>") % self._gatehouse_explain_items(apart),
                )
            none = Markup("<li class='text-muted'>%s</li>") % self.env._("no active policy")
            parts.append(
                Markup("<h5>%s</h5>%s<ul class='list-unstyled mb-3'>%s</ul>") % (row["label"], verdict, items or none)
            )
        return Markup("").join(parts)

    def _gatehouse_explain_items(self, policies):
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


class GatehouseExplanation(models.TransientModel):
    _name = "gatehouse.explanation"
    _description = "Which policies apply, and why"

    content = fields.Html(readonly=True, sanitize=False)
