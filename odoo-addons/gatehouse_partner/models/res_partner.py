from odoo import api, models


class ResPartner(models.Model):
    """What of a partner changes by approval only: terms, credit limit, price list, tax id, and being a vendor."""

    _name = "res.partner"
    _inherit = ["res.partner", "gatehouse.protected.mixin"]
    _gatehouse_moves = ("partner_terms",)

    @api.model
    def _gatehouse_protected(self):
        return {
            "partner_terms": ("property_payment_term_id", "property_supplier_payment_term_id"),
            "partner_credit": ("credit_limit", "use_partner_credit_limit"),
            # by its country a customer without a list of his own has another one
            "partner_price_list": ("property_product_pricelist", "specific_property_product_pricelist", "country_id"),
            "partner_tax_id": ("vat",),
            "vendor_onboarding": ("gatehouse_vendor_state",),
        }

    @api.model
    def _gatehouse_protected_new(self):
        return (
            "property_payment_term_id",
            "property_supplier_payment_term_id",
            "credit_limit",
            "use_partner_credit_limit",
            "property_product_pricelist",
            "specific_property_product_pricelist",
            "gatehouse_vendor_state",
        )

    def _gatehouse_is_protected(self):
        """Contacts and addresses take these values from their company."""
        return self == self.commercial_partner_id

    def _gatehouse_told_here(self):
        """With its bank accounts."""
        return [*super()._gatehouse_told_here(), self._origin.bank_ids]

    def _gatehouse_change_scope(self):
        return {
            **super()._gatehouse_change_scope(),
            "tags": self._gatehouse_tags(),
            "country_id": self.country_id.id or None,
        }

    def _gatehouse_change_scopes(self, proposed):
        """With the country that he moves to."""
        scopes = super()._gatehouse_change_scopes(proposed)
        if "country_id" in proposed:
            scopes.append({**scopes[0], "country_id": proposed["country_id"] or None})
        return scopes

    def _gatehouse_change_is_free(self, control, proposed):
        if control == "partner_credit":
            return self._gatehouse_new_limit(proposed) <= self.credit_limit
        if control == "partner_price_list":
            return self._gatehouse_new_price_list(proposed) == self._gatehouse_price_list()
        if control == "partner_tax_id":
            return not self.vat
        if control == "partner_terms":
            return self._gatehouse_days_given(proposed) <= 0
        if control == "vendor_onboarding":
            return proposed.get("gatehouse_vendor_state") != "approved"
        return False

    def _gatehouse_change_value(self, control, proposed, policy):
        self.ensure_one()
        if control == "partner_terms":
            days = self._gatehouse_days_given(proposed)
            return float(days), self.env._("payment terms %s days worse for us", days)
        if control == "partner_credit":
            limit = self._gatehouse_new_limit(proposed)
            return limit, self.env._(
                "credit limit %(after)s instead of %(before)s", after=f"{limit:,.2f}", before=f"{self.credit_limit:,.2f}"
            )
        if control == "partner_price_list":
            after, before = self._gatehouse_new_price_list(proposed), self._gatehouse_price_list()
            return 1.0, self.env._("price list %(after)s instead of %(before)s", after=after.name or "–", before=before.name or "–")
        if control == "partner_tax_id":
            return 1.0, self.env._(
                "tax id %(after)s instead of %(before)s", after=proposed.get("vat") or "–", before=self.vat or "–"
            )
        return self._gatehouse_onboarding_value(policy)

    def _gatehouse_change_amount(self, control, proposed):
        return self._gatehouse_new_limit(proposed) if control == "partner_credit" else 0.0

    def _gatehouse_new_limit(self, proposed):
        """The limit in company currency as it would be; without one of its own, the company's."""
        if proposed.get("use_partner_credit_limit") is False:
            return self._fields["credit_limit"].get_company_dependent_fallback(self) or 0.0
        return float(proposed.get("credit_limit", self.credit_limit) or 0.0)

    def _gatehouse_new_price_list(self, proposed):
        """The price list that he would have, his own or the one of his country."""
        lists = self.env["product.pricelist"]
        country = self.env["res.country"].browse(proposed["country_id"] or []) if "country_id" in proposed else self.country_id
        names = [name for name in ("property_product_pricelist", "specific_property_product_pricelist") if name in proposed]
        own = lists.browse(next((proposed[name] for name in names if proposed[name]), [])) if names else self._gatehouse_own_price_list()
        return own or lists._gatehouse_of_country(country)

    def _gatehouse_days_given(self, proposed):
        """How many days later the customer pays, or how many sooner we pay the vendor; the worse of both."""
        given = [0]
        for name, sign in (("property_payment_term_id", 1), ("property_supplier_payment_term_id", -1)):
            if name in proposed:
                after = self.env["account.payment.term"].browse(proposed[name] or [])
                given.append(sign * (self._gatehouse_days(after) - self._gatehouse_days(self[name])))
        return max(given)

    def _gatehouse_days(self, term):
        return max(term.line_ids.mapped("nb_days"), default=0)
