import re
import unicodedata

from markupsafe import Markup
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.iso7064 import mod_97_10

from odoo import api, fields, models

from .gatehouse_vendor_document import KINDS

#: what a company's name says about its legal form, not about who it is
LEGAL_FORMS = {
    "ab", "ag", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "kg", "limited", "llc", "llp", "ltd", "mbh",
    "nv", "oy", "plc", "sa", "sarl", "sas", "sl", "spa", "srl", "the", "und", "and",
}  # fmt: skip


def plain_name(name):
    """A name without accents, punctuation, case and legal form: "Müller & Söhne GmbH" and "MULLER SOHNE" are one."""
    text = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    return " ".join(sorted(word for word in re.findall(r"[a-z0-9]+", text) if word not in LEGAL_FORMS))


class ResPartner(models.Model):
    """Vendor onboarding: what is looked at before one buys from somebody, and the state that approval gives."""

    _inherit = "res.partner"

    gatehouse_vendor_state = fields.Selection(
        [("new", "Not approved"), ("approved", "Approved"), ("refused", "Refused")],
        string="Vendor approval",
        default="new",
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    gatehouse_plain_name = fields.Char(compute="_compute_gatehouse_plain_name", store=True, index="btree_not_null")
    gatehouse_vendor_document_ids = fields.One2many(
        "gatehouse.vendor.document", "partner_id", string="Vendor documents", groups="base.group_user"
    )
    gatehouse_vendor_findings = fields.Html(
        compute="_compute_gatehouse_vendor_findings", compute_sudo=True, sanitize=False, groups="base.group_user"
    )

    @api.depends("name")
    def _compute_gatehouse_plain_name(self):
        for partner in self:
            partner.gatehouse_plain_name = plain_name(partner.name) or False

    # -- checks --------------------------------------------------------------------------------
    def _gatehouse_vendor_checks(self, kinds=()):
        """What speaks for and against a vendor: [(good, text)].

        :param kinds: documents that must be there and valid
        """
        self.ensure_one()
        return [
            self._gatehouse_check_address(),
            self._gatehouse_check_tax_id(),
            *self._gatehouse_check_accounts(),
            self._gatehouse_check_duplicates(),
            *[self._gatehouse_check_document(kind) for kind in kinds],
        ]

    def _gatehouse_check_address(self):
        names = [name for name in ("street", "city", "country_id", "email") if not self[name]]
        if not names:
            return True, self.env._("Address and e-mail are there")
        labels = [self._fields[name].get_description(self.env)["string"] for name in names]
        return False, self.env._("Missing: %s", ", ".join(labels))

    def _gatehouse_check_tax_id(self):
        """By python-stdnum, the numbers' own check digits; a country without a rule counts as well-formed."""
        if not self.vat:
            return False, self.env._("No tax id")
        module = get_cc_module((self.country_id.code or self.vat[:2]).lower(), "vat")
        if not module:
            return True, self.env._("Tax id %s (no rule for this country)", self.vat)
        try:
            module.validate(self.vat)
        except StdnumError as error:
            return False, self.env._("Tax id %(number)s is not valid: %(why)s", number=self.vat, why=error)
        return True, self.env._("Tax id %s is well-formed", self.vat)

    def _gatehouse_check_accounts(self):
        results = []
        for account in self.bank_ids:
            number = account.sanitized_acc_number or ""
            if not re.match(r"[A-Z]{2}\d{2}", number):
                results.append((True, self.env._("Account %s (no IBAN)", account.acc_number)))
            elif mod_97_10.is_valid(number[4:] + number[:4]):  # ISO 13616
                results.append((True, self.env._("IBAN %s is well-formed", account.acc_number)))
            else:
                results.append((False, self.env._("IBAN %s has wrong check digits", account.acc_number)))
        return results

    def _gatehouse_check_duplicates(self):
        """Another partner with the same tax id, bank account, or name in the same country."""
        mine = ("id", "not in", (self | self.child_ids).ids)
        others = self.sudo().search([mine, ("vat", "=ilike", self.vat), ("parent_id", "=", False)]) if self.vat else self.browse()
        numbers = self.bank_ids.mapped("sanitized_acc_number")
        accounts = self.env["res.partner.bank"].sudo().search([("sanitized_acc_number", "in", numbers)]) if numbers else None
        others |= (accounts.partner_id.commercial_partner_id - self) if accounts else self.browse()
        if self.gatehouse_plain_name:
            same_name = [mine, ("gatehouse_plain_name", "=", self.gatehouse_plain_name), ("parent_id", "=", False)]
            others |= self.sudo().search([*same_name, ("country_id", "in", [False, self.country_id.id])])
        if not others:
            return True, self.env._("No duplicate found")
        return False, self.env._("May be a duplicate of: %s", ", ".join(others[:5].mapped("display_name")))

    def _gatehouse_check_document(self, kind):
        label = dict(KINDS)[kind]
        given = self.gatehouse_vendor_document_ids.filtered(lambda document: document.kind == kind)
        if given._counts():
            return True, self.env._("%s is there", label)
        return False, self.env._("%s has expired", label) if given else self.env._("%s is missing", label)

    def _gatehouse_onboarding_value(self, policy):
        """How many checks fail, and which."""
        failed = [text for good, text in self._gatehouse_vendor_checks(policy.get("required_documents") or ()) if not good]
        if not failed:
            return 0.0, self.env._("approval as a vendor; every check is good")
        return float(len(failed)), self.env._("approval as a vendor in spite of: %s", "; ".join(failed))

    # -- for people ----------------------------------------------------------------------------
    def _gatehouse_onboarding_policy(self):
        """The active policy of onboarding for this vendor, compiled; None where nothing is asked."""
        scope = self.sudo()._gatehouse_change_scope()
        found = self.env["gatehouse.policy"].sudo()._match({self.id: scope}, ["vendor_onboarding"])
        return found[self.id].get("vendor_onboarding")

    def _compute_gatehouse_vendor_findings(self):
        for partner in self:
            policy = partner._origin.id and partner._origin._gatehouse_onboarding_policy()
            if not policy:
                partner.gatehouse_vendor_findings = False
                continue
            items = Markup("").join(
                Markup("<li class='%s'><i class='fa %s me-1'></i>%s</li>")
                % ("" if good else "text-danger", "fa-check" if good else "fa-times", text)
                for good, text in partner._origin._gatehouse_vendor_checks(policy.get("required_documents") or ())
            )
            partner.gatehouse_vendor_findings = Markup("<ul class='list-unstyled mb-0'>%s</ul>") % items

    def action_gatehouse_approve_vendor(self):
        """Ask for the approval; where no policy wants one, it is given at once."""
        self.check_access("write")
        self.commercial_partner_id.write({"gatehouse_vendor_state": "approved"})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_gatehouse_refuse_vendor(self):
        self.check_access("write")
        self.commercial_partner_id.write({"gatehouse_vendor_state": "refused"})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _gatehouse_unapproved_vendor(self):
        """Why nothing may be bought here, or an empty text."""
        vendor = self.commercial_partner_id
        if vendor.sudo().gatehouse_vendor_state == "approved":
            return ""
        policy = vendor._gatehouse_onboarding_policy()
        if not policy or policy["mode"] != "enforcing":
            return ""
        return self.env._("%s is not an approved vendor: ask for its approval on the vendor's form", vendor.name)
