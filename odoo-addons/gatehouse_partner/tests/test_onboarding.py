import base64

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PartnerCase

GOOD = {
    "street": "1 Quay",
    "city": "Ghent",
    "email": "sales@bolts.example",
    "vat": "BE0477472701",
}


@tagged("post_install", "-at_install")
class TestOnboarding(PartnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy("vendor_onboarding", required_documents="registration")
        cls.product = cls.env["product.product"].create({"name": "Onboarding bolt", "is_storable": True})

    def vendor_with(self, **values):
        country = self.env.ref("base.be").id
        return self.env["res.partner"].create({"name": "Quay Bolts NV", "is_company": True, "country_id": country, **values})

    def document(self, vendor, **values):
        return self.env["gatehouse.vendor.document"].create(
            {"partner_id": vendor.id, "kind": "registration", "file": base64.b64encode(b"x"), **values}
        )

    def findings(self, vendor):
        return [text for good, text in vendor._gatehouse_vendor_checks(("registration",)) if not good]

    def test_a_complete_vendor_has_no_findings(self):
        vendor = self.vendor_with(**GOOD)
        self.document(vendor)
        self.assertEqual(self.findings(vendor), [])

    def test_each_lack_is_named(self):
        vendor = self.vendor_with(name="Lacking Bolts NV")
        self.document(vendor, valid_to="2020-01-01")
        found = " | ".join(self.findings(vendor))
        for text in ("Missing: Street, City, Email", "No tax id", "Company registration has expired"):
            self.assertIn(text, found)

    def test_a_duplicate_is_found_by_name_tax_id_and_account(self):
        first = self.vendor_with(**GOOD, name="Müller & Söhne GmbH")
        account = {"acc_number": "BE71096123456769"}
        first.write({"bank_ids": [Command.create(account)]})
        for values in ({"name": "MULLER und SOHNE"}, {"name": "Else", "vat": GOOD["vat"]}):
            self.assertIn("Müller", " ".join(self.findings(self.vendor_with(**values))))
        twin = self.vendor_with(name="Other")
        twin.write({"bank_ids": [Command.create({**account, "partner_id": twin.id})]})
        self.assertIn("Müller", " ".join(self.findings(twin)))

    def test_wrong_check_digits_of_an_iban_are_named(self):
        vendor = self.vendor_with(**GOOD)
        self.env["res.partner.bank"].create({"acc_number": "BE71096123456760", "partner_id": vendor.id})
        self.assertIn("wrong check digits", " ".join(self.findings(vendor)))

    def test_approval_waits_for_its_role_and_shows_what_is_missing(self):
        vendor = self.vendor_with()
        vendor.with_user(self.clerk).action_gatehouse_approve_vendor()
        self.assertEqual(vendor.gatehouse_vendor_state, "new")
        request = self.requests(vendor)
        self.assertIn("No tax id", request.name)
        self.approve(request)
        self.assertEqual(vendor.gatehouse_vendor_state, "approved")

    def test_nothing_is_bought_from_a_vendor_who_is_not_approved(self):
        forbid = [Command.create({"up_to": 100, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": self.role.id})]
        self.policy("purchase_supplier", band_ids=forbid)
        vendor = self.vendor_with()
        order = self.env["purchase.order"].with_user(self.clerk).create(
            {"partner_id": vendor.id, "order_line": [Command.create({"product_id": self.product.id, "product_qty": 1, "price_unit": 5})]}
        )
        order.button_confirm()
        self.assertEqual(order.state, "draft")
        self.assertIn("not an approved vendor", order.gatehouse_hold_ids.reason_text)
        vendor.with_user(self.clerk).action_gatehouse_approve_vendor()
        self.approve(self.requests(vendor))
        order.sudo()._gatehouse_recheck("approved")
        self.assertEqual(order.state, "purchase")

    def test_a_policy_with_an_unknown_document_or_field_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "no kind of document"):
            self.policy("vendor_onboarding", required_documents="horoscope")
        with self.assertRaisesRegex(ValidationError, "no field of a product"):
            self.policy("sale_master_data", required_fields="colour_of_soul")
