from odoo import models
from odoo.exceptions import UserError


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    def _tier_rivals(self):
        """Active tier definitions for the documents that this policy holds."""
        self.ensure_one()
        names = self._held_models() if self.mode == "enforcing" else []
        domain = [("model", "in", names), ("active", "=", True)]
        if self.company_id:
            domain.append(("company_id", "in", (False, self.company_id.id)))
        return self.env["tier.definition"].sudo().search(domain) if names else self.env["tier.definition"]

    def _held_models(self):
        """Names of the Odoo models whose records this control holds: by their gate, by checks from outside, or by fields it guards."""
        found = []
        for name in self.env.registry:
            model = self.env[name]
            controls = set(model._gatehouse_controls()) | {model._gatehouse_check_control()} if hasattr(model, "_gatehouse_controls") else set()
            if hasattr(model, "_gatehouse_protected"):
                controls |= model._gatehouse_protected().keys()
            if not model._abstract and self.control in controls:
                found.append(name)
        return found

    def _findings(self):
        return [*super()._findings(), *(self._tier_sentence(rival) for rival in self._tier_rivals())]

    def _tier_sentence(self, definition):
        return self.env._(
            'The policy "%(policy)s" and the tier definition "%(tier)s" would both hold %(model)s: archive one of them.',
            policy=self.name, tier=definition.name, model=definition.model_id.name,
        )  # fmt: skip

    def _activate(self):
        for policy in self.sudo():
            rivals = policy._tier_rivals()
            if rivals:
                raise UserError("\n".join(policy._tier_sentence(rival) for rival in rivals))
        return super()._activate()
