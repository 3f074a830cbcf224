from odoo import api, models


class ResPartnerBank(models.Model):
    """The account one pays to. Odoo lets nobody edit one that is trusted, so trust is what needs the approval."""

    _name = "res.partner.bank"
    _inherit = ["res.partner.bank", "gatehouse.protected.mixin"]

    @api.model
    def _gatehouse_protected(self):
        return {"partner_bank": ("allow_out_payment",)}

    @api.model
    def _gatehouse_protected_new(self):
        return ("allow_out_payment",)

    def _gatehouse_change_scope(self):
        """Of its owner's country and tags."""
        owner = self.partner_id.commercial_partner_id
        return {**super()._gatehouse_change_scope(), "tags": owner._gatehouse_tags(), "country_id": owner.country_id.id or None}

    def _gatehouse_change_is_free(self, control, proposed):
        """Trust may be taken away at any time."""
        return not proposed["allow_out_payment"]

    def _gatehouse_change_value(self, control, proposed, policy):
        self.ensure_one()
        others = self.partner_id.bank_ids.filtered("allow_out_payment") - self
        texts = [self.env._(
            "%(owner)s is paid to %(account)s",
            owner=self.partner_id.commercial_partner_id.display_name, account=self.acc_number,
        )]  # fmt: skip
        if others:
            texts.append(self.env._("so far to %s", ", ".join(others.mapped("acc_number"))))
        return 1.0, ", ".join(texts)
