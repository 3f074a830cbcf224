from odoo import Command
from odoo.tests import tagged

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestCompare(DocumentCase):
    def states(self, document):
        return {line.item: line.state for line in document.line_ids}

    def test_an_invoice_of_what_was_ordered_and_received_is_ready(self):
        self.receive_all()
        document = self.read()
        self.assertEqual((document.state, document.partner_id, document.order_id), ("extracted", self.vendor, self.po))
        self.assertEqual(document.partner_how, "VAT number")
        self.assertEqual(document.line_ids.order_line_id, self.bolts + self.nuts)
        self.assertEqual(document.line_ids.mapped("found_by"), ["vendor's code", "EAN"])
        self.assertEqual(self.states(document), {"V-8": "match", "4006381333931": "match"})
        self.assertEqual(document.user_id, self.buyer)

    def test_three_way_differences_are_said_line_by_line(self):
        self.receive_all()
        lines = [self.line(price="2.75", amount="110.00"), self.line("GATE-NUT", "12", "1.00", "12.00"), self.line("FREIGHT", "1", "9.00", "9.00")]
        document = self.read(lines=lines, totals__net="131.00", totals__gross="131.00")
        self.assertEqual(self.states(document), {"V-8": "differs", "GATE-NUT": "differs", "FREIGHT": "unmatched"})
        texts = document.line_ids.mapped("difference")
        self.assertEqual(texts[0], "price 2.75, ordered at 2.5")
        self.assertEqual(texts[1], "12 invoiced, 10 open (ordered 10, received 10, invoiced before 0)")
        self.assertEqual((document.differences, document.state), (3, "review"))

    def test_before_anything_is_received_an_invoice_differs(self):
        document = self.read()
        self.assertIn("40 invoiced, 0 open (ordered 40, received 0", document.line_ids[0].difference)

    def test_what_the_policy_tolerates_is_named_and_not_marked(self):
        self.receive_all()
        document = self.read(lines=[self.line(price="2.52", amount="100.80"), self.line("GATE-NUT", "10", "1.00", "10.00")],
                             totals__net="110.80", totals__gross="110.80")  # fmt: skip
        self.assertEqual(self.states(document)["V-8"], "tolerated")
        self.assertIn("2.52", document.line_ids[0].difference)
        self.assertEqual((document.differences, document.state), (0, "extracted"))

    def test_units_and_price_bases_are_converted(self):
        self.receive_all()
        dozen = [self.line(quantity="3.333333", unit="DZN", price="30", amount="100.00"), self.line("GATE-NUT", "10", "100", "10.00", price_base="100")]
        document = self.read(lines=dozen)
        self.assertEqual(self.states(document), {"V-8": "match", "GATE-NUT": "match"})
        other = self.read(b"%PDF kilo", number="R-9", lines=[self.line(unit="KGM")])
        self.assertEqual(other.line_ids.difference, "in KGM, ordered in Units")

    def test_two_lines_of_one_item_count_together(self):
        self.receive_all()
        document = self.read(lines=[self.line(quantity="15", amount="37.50"), self.line(quantity="25", amount="62.50"), self.line("GATE-NUT", "10", "1", "10")])
        self.assertEqual(document.line_ids.mapped("state"), ["match"] * 3)

    def test_sums_that_do_not_add_up_are_found_and_settled_by_a_correction(self):
        self.receive_all()
        document = self.read(totals__gross="101.00", totals__payable="101.00")
        self.assertEqual([finding["code"] for finding in document.findings], ["gross"])
        gross = document.field_ids.filtered(lambda field: field.name == "totals.gross")
        self.assertTrue(gross.doubtful)
        gross.with_user(self.buyer).write({"value": "110.00"})
        self.assertEqual((document.findings or [], gross.doubtful, gross.corrected, document.state), ([], False, True, "extracted"))

    def test_a_bill_without_a_currency_or_with_a_negative_line_waits_for_a_person(self):
        self.receive_all()
        silent = self.read(currency="")
        self.assertEqual(([(finding["field"], finding["code"]) for finding in silent.findings], silent.state), ([("currency", "missing")], "review"))
        back = [self.line(), self.line("GATE-NUT", "-10", "1.00", "-10.00")]
        lower = dict.fromkeys(("totals__net", "totals__gross", "totals__payable"), "90.00")
        self.assertIn("negative", [finding["code"] for finding in self.read(b"%PDF back", number="R-9", lines=back, **lower).findings])
        credit = self.read(b"%PDF credit", kind="credit_note", number="C-9", lines=back, **lower)
        self.assertNotIn("negative", [finding["code"] for finding in credit.findings or []])

    def test_an_unsure_field_is_marked(self):
        self.receive_all()
        document = self.read(confidence=0.6)
        self.assertEqual(document.state, "review")
        self.assertTrue(document.field_ids.filtered(lambda field: field.name == "number").doubtful)

    def test_the_vendor_is_found_by_iban_order_name_or_sender_and_two_of_a_name_are_nobody(self):
        nothing = {"seller__vat": "", "seller__name": "", "order_reference": ""}
        by = lambda n, **more: self.read(b"%%PDF %d" % n, number=f"R-{n}", **{**nothing, **more})  # noqa: E731
        self.assertEqual(by(1, seller__iban="DE89 3704 0044 0532 0130 00").partner_how, "IBAN")
        self.assertEqual(by(2, order_reference=self.po.name.lower()).partner_how, "order")
        self.assertEqual(by(3, seller__name="gate vendor").partner_how, "name")
        mail = self.arrived(b"%PDF mail", sender="Sales <Sales@gate-vendor.example>")
        self.record(mail, document=self.extraction(number="R-4", **nothing))
        self.assertEqual((mail.partner_id, mail.partner_how), (self.vendor, "sender"))
        self.env["res.partner"].create({"name": "Gate Vendor", "is_company": True})
        nobody = by(5, seller__name="Gate Vendor", lines=[])
        self.assertFalse(nobody.partner_id)
        self.assertIn("vendor", [finding["code"] for finding in nobody.findings])

    def test_without_a_reference_the_one_open_order_with_every_item_is_found(self):
        self.assertEqual(self.read(order_reference="").order_id, self.po)
        self.order(40, 2.5).button_confirm()
        self.assertEqual(self.read(b"%PDF 2", number="R-2", order_reference="").order_id, self.po)
        twin = self.po.copy()
        twin.button_confirm()
        self.assertFalse(self.read(b"%PDF 3", number="R-3", order_reference="").order_id)

    def test_another_vendors_order_a_draft_and_another_currency_are_named(self):
        draft = self.env["purchase.order"].create({"partner_id": self.vendor.id, "order_line": [Command.create({"product_id": self.product.id, "product_qty": 1})]})
        other = "USD" if self.po.currency_id.name != "USD" else "EUR"
        self.env["res.currency"].with_context(active_test=False).search([("name", "=", other)]).active = True
        document = self.read(order_reference=draft.name, currency=other)
        self.assertLessEqual({"state", "currency"}, {finding["code"] for finding in document.findings})
        stranger = self.env["res.partner"].create({"name": "Somebody", "is_company": True, "vat": "DE123456788"})
        document = self.read(b"%PDF o", number="R-7", seller__vat="DE123456788", seller__name="Somebody")
        self.assertEqual((document.partner_id, document.order_id), (stranger, self.po))
        self.assertIn("vendor", {finding["code"] for finding in document.findings})

    def test_an_account_the_vendor_is_not_known_by_is_named(self):
        self.receive_all()
        document = self.read(seller__iban="DE75512108001245126199")
        self.assertEqual([finding["code"] for finding in document.findings], ["bank"])

    def test_the_same_number_twice_is_named(self):
        self.receive_all()
        self.read()
        self.assertIn("duplicate", [finding["code"] for finding in self.read(b"%PDF scan").findings])

    def test_a_person_says_which_line_it_is_and_that_stays(self):
        document = self.read(lines=[self.line("?-1", description="something"), self.line("GATE-NUT", "10", "1", "10")])
        self.assertEqual(document.line_ids[0].found_by, "quantity and price")
        line = self.read(b"%PDF x", number="R-8", lines=[self.line("?-2", "39", "2.50", "97.50")]).line_ids
        self.assertEqual(line.state, "unmatched")
        line.with_user(self.buyer).write({"order_line_id": self.bolts.id})
        self.assertEqual((line.state, line.by_hand, line.document_id.order_id), ("differs", True, self.po))
        line.with_user(self.buyer).write({"quantity": 40})
        self.assertEqual(line.order_line_id, self.bolts)

    def test_without_a_policy_every_difference_is_named(self):
        self.receive_all()
        self.env["gatehouse.policy"].search([("control", "=", "invoice_match")])._transition({"state": "retired"})
        document = self.read(lines=[self.line(price="2.52", amount="100.80")], totals__net="100.80", totals__gross="100.80")
        self.assertEqual(document.line_ids.state, "differs")
