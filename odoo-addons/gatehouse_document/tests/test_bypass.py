from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.gatehouse.tests.bypass import GoodsBypass, swallowed

from .common import PDF, DocumentCase


@tagged("post_install", "-at_install")
class TestDocumentBypass(GoodsBypass, DocumentCase):
    """{control: what the vendor's document says otherwise about the order's only line, 40 bolts at 2.50 on 2026-12-01}"""

    BYPASS = {
        "confirmation_value": {"quantity": "30", "price": "2.60"},
        "confirmation_delay": {"delivery_date": "2026-12-15"},
        "invoice_match": {"price": "2.75", "amount": "110.00"},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.everything = new_test_user(
            cls.env, "gh_all_goods", "base.group_system,stock.group_stock_manager,purchase.group_purchase_manager"
        )
        cls.po = cls.env["purchase.order"].with_user(cls.buyer).create(
            {
                "partner_id": cls.vendor.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.product.id, "product_qty": 40, "price_unit": 2.5, "date_planned": "2026-12-01 12:00:00"}
                    )
                ],
            }
        )  # fmt: skip
        cls.po.button_confirm()

    def document(self, control, kind, content=PDF):
        totals = {"lines": "", "net": "", "tax": "", "gross": "", "payable": ""}
        line = self.line(**{"amount": "", "delivery_date": "2026-12-01", **self.BYPASS[control]})
        return self.read(content, kind=kind, lines=[line], number=f"{control} 1", totals=totals)

    def test_no_way_leads_past_a_confirmation_that_differs(self):
        self.answer(self.po)
        picking = self.po.picking_ids
        for control in ("confirmation_value", "confirmation_delay"):
            with self.subTest(control=control):
                document = self.document(control, "order_confirmation", control.encode())
                self.assertEqual(list(self.reasons()), [control])
                self.nothing_moves(picking, self.everything)
                document.with_user(self.buyer).reject("by phone: as ordered")
                self.assertEqual(self.reasons(), {})
        self.receive(self.po)
        self.assertEqual(picking.state, "done")

    def test_however_an_invoice_is_called_fitting_it_is_a_draft_bill_that_says_what_differs(self):
        self.answer(self.po)
        self.receive(self.po)
        document = self.document("invoice_match", "invoice")
        for way, attempt in self._ways_to_call_it_fitting(document, document.with_user(self.everything)):
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                with swallowed(self, refused=False):
                    attempt()
                document.with_user(self.buyer).action_confirm()
                self.assertEqual(document.bill_id.state, "draft")
                self.assertIn("price 2.75, ordered at 2.5", document.bill_id.message_ids[0].body)
                savepoint.rollback()

    def _ways_to_call_it_fitting(self, document, mine):
        """(name, what is done)"""
        fits, line = {"state": "match", "difference": False}, mine.line_ids
        yield "nothing", lambda: None
        yield "rpc", lambda: mine.write({"differences": 0, "findings": [], "state": "confirmed"})
        yield "rpc of its line", lambda: line.write(fits)
        yield "rpc by its lines", lambda: mine.write({"line_ids": [Command.update(line.id, fits)]})
        yield "creation", lambda: line.create({**line.copy_data()[0], **fits})
        yield "copy", lambda: line.copy(fits)
        yield "import", lambda: line.load([".id", "state"], [[str(line.id), "match"]])
        yield "import of the document", lambda: mine.load([".id", "state"], [[str(mine.id), "confirmed"]])
        yield "context", lambda: line.with_context(gatehouse_document_batch=True).write({"description": "as ordered"})
        yield "superuser", lambda: document.with_user(self.env.ref("base.user_root")).line_ids.write(fits)
