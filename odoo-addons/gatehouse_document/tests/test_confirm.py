from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.gatehouse.tests.common import person

from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestConfirm(DocumentCase):
    def confirmation(self, content=b"%PDF confirmation", quantity="40", price="2.50", day="2026-12-01", **more):
        lines = [self.line(quantity=quantity, price=price, amount="", delivery_date=day), self.line("GATE-NUT", "10", "1.00", "")]
        totals = {"lines": "", "net": "", "tax": "", "gross": "", "payable": ""}
        return self.read(content, kind="order_confirmation", lines=lines, number="AB-77", totals=totals, **more)

    def requests(self):
        return self.env["gatehouse.change.request"].search([("res_model", "=", "purchase.order"), ("res_id", "=", self.po.id)])

    def approve(self, request):
        hold = self.env["gatehouse.hold"]._open_on(request._name, request.ids)
        hold.with_user(self.manager).sudo(False).release("fine")

    # -- invoices ------------------------------------------------------------------------------
    def test_an_invoice_becomes_a_draft_bill_with_linked_lines_and_its_file(self):
        self.receive_all()
        document = self.read(seller__iban="DE89370400440532013000", due_date="2026-12-24")
        document.with_user(self.buyer).action_confirm()
        bill = document.bill_id
        self.assertEqual((bill.state, bill.move_type, bill.ref, bill.partner_id), ("draft", "in_invoice", "R-1", self.vendor))
        self.assertEqual((str(bill.invoice_date), str(bill.invoice_date_due)), ("2026-11-24", "2026-12-24"))
        lines = bill.invoice_line_ids
        self.assertEqual(lines.purchase_line_id, self.bolts + self.nuts)
        self.assertEqual([(line.quantity, line.price_unit) for line in lines], [(40, 2.5), (10, 1.0)])
        self.assertEqual(bill.partner_bank_id.sanitized_acc_number, "DE89370400440532013000")
        self.assertEqual(bill.message_main_attachment_id.raw[:5], b"%PDF-")
        self.assertEqual((document.state, document.decided_by, document.outcome), ("confirmed", self.buyer, "Draft bill, as ordered and received"))
        with self.assertRaises(UserError):
            document.with_user(self.buyer).action_confirm()

    def test_differences_stand_on_the_draft_bill(self):
        self.receive_all()
        document = self.read(lines=[self.line(price="2.75", amount="110.00")])
        document.with_user(self.accountant).action_confirm()
        self.assertEqual(document.bill_id.state, "draft")
        self.assertIn("price 2.75, ordered at 2.5", document.bill_id.message_ids[0].body)

    def test_a_credit_note_becomes_a_draft_refund(self):
        document = self.read(kind="credit_note", lines=[self.line("V-8", "2", "2.50", "5.00")], totals__net="5.00", totals__gross="5.00", totals__payable="5.00")
        document.with_user(self.buyer).action_confirm()
        self.assertEqual((document.bill_id.move_type, document.bill_id.state, document.bill_id.amount_total), ("in_refund", "draft", 5.0))

    def test_the_same_invoice_makes_no_second_bill(self):
        self.receive_all()
        self.read().with_user(self.buyer).action_confirm()
        with self.assertRaisesRegex(UserError, "here already"):
            self.read(b"%PDF scan of the same").with_user(self.buyer).action_confirm()

    def test_an_invoice_without_an_order_becomes_a_bill_of_its_lines(self):
        document = self.read(order_reference="", lines=[self.line("", "1", "80.00", "80.00", description="Repair")], totals__net="80.00", totals__gross="80.00")
        self.assertFalse(document.order_id)
        document.with_user(self.accountant).action_confirm()
        self.assertEqual(document.bill_id.invoice_line_ids.mapped(lambda line: (line.name, line.price_unit)), [("Repair", 80.0)])

    def test_who_has_no_right_on_bills_makes_none(self):
        document = self.read()
        for user in (self.bot, self.env["res.users"].browse(self.env.ref("base.public_user").id)):
            with self.assertRaises(AccessError):
                document.with_user(user).action_confirm()
        self.assertFalse(document.bill_id)

    # -- order confirmations -------------------------------------------------------------------
    def test_a_confirmation_as_ordered_changes_nothing_and_notes_the_vendors_number(self):
        document = self.confirmation()
        self.assertEqual((document.state, self.reasons()), ("extracted", {}))
        document.with_user(self.buyer).action_confirm()
        self.assertEqual((self.po.partner_ref, document.outcome), ("AB-77", f"{self.po.name} is as ordered"))

    def test_a_delivery_note_is_filed_and_makes_no_bill(self):
        totals = {"lines": "", "net": "", "tax": "", "gross": "", "payable": ""}
        document = self.read(b"%PDF delivery", kind="delivery_note", number="LS-9", lines=[self.line(quantity="39", price="", amount="")], totals=totals)
        self.assertIn("39 delivered, 40 ordered", document.line_ids.difference)
        document.with_user(self.buyer).action_confirm()
        self.assertEqual((document.state, document.outcome), ("confirmed", "Filed; the goods are received at the warehouse"))
        self.assertFalse(document.bill_id or self.bolts.qty_received)

    def test_differences_raise_reviews_on_the_order_and_wait_for_approval_when_accepted(self):
        document = self.confirmation(quantity="30", price="2.60", day="2026-12-15")
        self.assertEqual(document.state, "review")
        self.assertEqual(document.line_ids[0].difference,
                         "30 confirmed, 40 ordered\nprice 2.6, ordered at 2.5\non 2026-12-15, 14 days later than ordered")  # fmt: skip
        reasons = self.reasons()
        self.assertIn("30 instead of 40", reasons["confirmation_value"])
        self.assertIn("2.60 instead of 2.50", reasons["confirmation_value"])
        self.assertIn("2026-12-15 instead of 2026-12-01", reasons["confirmation_delay"])
        document.with_user(self.buyer).action_confirm()
        self.assertEqual((document.state, document.outcome), ("confirmed", f"2 changes of {self.po.name} wait for approval"))
        self.assertEqual((self.bolts.product_qty, self.bolts.price_unit), (40, 2.5))
        self.assertEqual(set(self.requests().mapped("state")), {"waiting"})
        for request in self.requests():
            self.assertIn("GATE-BOLT", str(request.difference))
            self.assertIn("the vendor confirms GATE-BOLT", request.gatehouse_explain()[0]["verdict"])
            self.approve(request)
        self.assertEqual((self.bolts.product_qty, self.bolts.price_unit, str(self.bolts.date_planned.date())), (30, 2.6, "2026-12-15"))
        self.assertEqual(self.reasons(), {})

    def test_who_asked_does_not_approve(self):
        document = self.confirmation(price="2.60")
        document.with_user(self.manager).action_confirm()
        hold = self.env["gatehouse.hold"]._open_on("gatehouse.change.request", self.requests().ids)
        with self.assertRaises(UserError):
            hold.with_user(self.manager).sudo(False).release("mine")
        self.assertEqual(self.bolts.price_unit, 2.5)

    def test_within_tolerance_it_is_written_when_a_person_accepts(self):
        document = self.confirmation(price="2.52", day="2026-12-03")
        self.assertEqual((document.state, self.reasons()), ("extracted", {}))
        document.with_user(self.buyer).action_confirm()
        self.assertEqual((self.bolts.price_unit, str(self.bolts.date_planned.date()), self.requests().ids), (2.52, "2026-12-03", []))

    def test_observing_only_names_the_difference(self):
        for policy in self.env["gatehouse.policy"].search([("control", "in", ("confirmation_value", "confirmation_delay"))]):
            policy._transition({"mode": "observing"})
        document = self.confirmation(quantity="30")
        self.assertEqual((self.reasons(), document.line_ids[0].state), ({}, "differs"))
        document.with_user(self.buyer).action_confirm()
        self.assertEqual(self.bolts.product_qty, 30)

    def test_who_sees_no_documents_gives_reasons_all_the_same(self):
        manager = person(self.env, "gatehouse_no_papers", groups="gatehouse.group_operations_manager")
        with Form(self.env["gatehouse.reason"].with_user(manager)) as form:
            form.reason = "seen"
        form.record.action_apply()
        self.assertEqual(form.record.reason, "seen")

    def test_rejecting_leaves_the_order_as_it_is_and_frees_the_receipt(self):
        document = self.confirmation(quantity="30")
        self.assertTrue(self.reasons())
        document.with_user(self.buyer).reject("the vendor delivers all of it, by phone")
        self.assertEqual((document.state, self.reasons(), self.bolts.product_qty), ("rejected", {}, 40))

    def test_a_later_confirmation_that_fits_replaces_the_review(self):
        self.confirmation(quantity="30")
        self.assertTrue(self.reasons())
        self.confirmation(b"%PDF second")
        self.assertEqual(self.reasons(), {})

    def test_a_confirmation_whose_order_a_person_chose_holds_it_as_well(self):
        document = self.confirmation(quantity="30", order_reference="", seller__vat="", seller__name="Nobody known")
        document.order_id = False
        self.env["gatehouse.hold"]._open_on("purchase.order", self.po.ids, "receive")._close("voided", "not read yet")
        self.assertEqual(self.reasons(), {})
        document.with_user(self.buyer).write({"order_id": self.po.id})
        self.assertIn("30 instead of 40", self.reasons()["confirmation_value"])

    def test_a_corrected_line_is_judged_again_and_the_same_difference_asks_once(self):
        document = self.confirmation()
        self.assertEqual(self.reasons(), {})
        line = document.line_ids[0].with_user(self.buyer)
        line.write({"quantity": 30})
        self.assertIn("30 instead of 40", self.reasons()["confirmation_value"])
        [held] = self.env["gatehouse.hold"]._open_on("purchase.order", self.po.ids, "receive").filtered(
            lambda hold: hold.control == "confirmation_value"
        )
        line.write({"description": "Bolts, blue"})
        self.assertEqual(held.state, "open")
        line.write({"quantity": 20})
        self.assertEqual((held.state, "20 instead of 40" in self.reasons()["confirmation_value"]), ("voided", True))

    def test_a_held_order_is_not_received(self):
        self.answer(self.po)
        self.confirmation(quantity="30")
        with self.assertRaisesRegex(UserError, "30 instead of 40"):
            self.receive(self.po)

    def test_what_is_silent_or_not_on_the_order_is_named_and_not_added(self):
        document = self.read(kind="order_confirmation", lines=[self.line(amount=""), self.line("X-1", "1", "5", "")],
                             totals={"lines": "", "net": "", "tax": "", "gross": "", "payable": ""})  # fmt: skip
        self.assertEqual(document.line_ids.mapped("state"), ["match", "unmatched"])
        self.assertIn("Gate nut", document.findings[0]["text"])
        document.with_user(self.buyer).action_confirm()
        self.assertEqual(len(self.po.order_line), 2)

    def test_a_code_that_a_person_matched_is_known_the_next_time(self):
        self.seller.product_code = False
        document = self.confirmation()
        line = document.line_ids[0]
        line.with_user(self.buyer).write({"item": "NEW-8", "order_line_id": self.bolts.id})
        document.with_user(self.buyer).action_confirm()
        self.assertEqual(self.seller.product_code, "NEW-8")

    # -- price lists ---------------------------------------------------------------------------
    def price_list(self, price, content=b"Item,Price", item="V-8"):
        return self.read(content, kind="price_list", order_reference="", lines=[self.line(item, "", price, ""), self.line("UNKNOWN", "", "1", "")])

    def test_a_price_list_changes_the_vendors_prices_and_names_what_is_unknown(self):
        document = self.price_list("2.40")
        self.assertEqual(document.line_ids.mapped("state"), ["known", "unmatched"])
        document.with_user(self.manager).action_confirm()
        self.assertEqual((self.seller.price, document.outcome), (2.4, "1 prices changed, 0 wait for approval, 1 lines without a known item"))

    def test_a_new_item_gets_its_first_price(self):
        document = self.price_list("1.10", item="4006381333931")
        document.with_user(self.manager).action_confirm()
        self.assertEqual(self.nut.seller_ids.mapped(lambda seller: (seller.partner_id, seller.price)), [(self.vendor, 1.1)])

    def test_who_may_not_write_vendor_prices_is_refused(self):
        with self.assertRaises(AccessError):
            self.price_list("2.40").with_user(self.buyer).action_confirm()
        self.assertEqual(self.seller.price, 2.5)

    def test_a_rise_waits_where_vendor_prices_are_guarded(self):
        if "gatehouse_vendor_state" not in self.env["res.partner"]._fields:
            self.skipTest("the addon of vendor prices is not installed")
        policy = self.env["gatehouse.policy"].create({
            "name": "Vendor prices", "control": "vendor_price_list", "mode": "enforcing",
            "band_ids": [(0, 0, {"up_to": 5, "outcome": "pass"}),
                         (0, 0, {"outcome": "review", "role_id": self.env.ref("purchase.group_purchase_manager").id})],
        })  # fmt: skip
        policy._activate()
        document = self.price_list("3.00")
        document.with_user(self.manager).action_confirm()
        self.assertEqual((self.seller.price, document.outcome), (2.5, "0 prices changed, 1 wait for approval, 1 lines without a known item"))
