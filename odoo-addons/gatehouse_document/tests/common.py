import base64

from odoo import Command

from odoo.addons.gatehouse.tests.common import person
from odoo.addons.gatehouse_purchase.tests.common import PurchaseCase

PDF = b"%PDF-1.4 a document of a vendor"


class DocumentCase(PurchaseCase):
    """A confirmed order of 40 bolts at 2.50 and 10 nuts at 1.00, and documents about it as the sidecar reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = person(cls.env, "gh_accountant", "base.group_user,account.group_account_invoice")
        cls.vendor.write({"vat": "DE136695976", "email": "sales@gate-vendor.example"})
        cls.env["res.partner.bank"].create({"acc_number": "DE89370400440532013000", "partner_id": cls.vendor.id})
        cls.nut = cls.env["product.product"].create({
            "name": "Gate nut", "default_code": "GATE-NUT", "barcode": "4006381333931", "type": "consu", "is_storable": True,
            "supplier_taxes_id": [Command.clear()],
        })  # fmt: skip
        cls.seller = cls.env["product.supplierinfo"].create(
            {"partner_id": cls.vendor.id, "product_tmpl_id": cls.product.product_tmpl_id.id, "price": 2.5, "product_code": "V-8"}
        )
        cls.po = cls.env["purchase.order"].with_user(cls.buyer).create({
            "partner_id": cls.vendor.id, "date_planned": "2026-12-01 12:00:00",
            "order_line": [
                Command.create({"product_id": cls.product.id, "product_qty": 40, "price_unit": 2.5, "date_planned": "2026-12-01 12:00:00"}),
                Command.create({"product_id": cls.nut.id, "product_qty": 10, "price_unit": 1.0, "date_planned": "2026-12-01 12:00:00"}),
            ],
        })  # fmt: skip
        cls.po.button_confirm()
        cls.bolts, cls.nuts = cls.po.order_line

    def intake(self, content=PDF, **more):
        entry = {"source": "folder", "file_name": "a.pdf", "content": base64.b64encode(content).decode(), **more}
        return self.env["gatehouse.document"].with_user(self.bot).intake([entry])[0]

    def arrived(self, content=PDF, **more):
        answer = self.intake(content, **more)
        self.assertEqual(answer["status"], "stored", answer)
        return self.env["gatehouse.document"].browse(answer["id"])

    def event(self, document):
        """The document's last reading event, delivered once."""
        event = self.env["gatehouse.event"].sudo().search([("res_model", "=", document._name), ("res_id", "=", document.id)], limit=1)
        event.write({"attempt": 1, "state": "delivered"})
        return event

    def record(self, target, **result):
        results = [{"event_id": self.event(target).event_id, **result}]
        return self.env["gatehouse.document"].with_user(self.bot).record_extractions(results)[0]

    def extraction(self, kind="invoice", lines=None, confidence=0.95, **fields):
        """What the sidecar answers; fields by their dotted names with `__` for the dot."""
        document = {
            "type": kind, "source": "pdf-text", "number": "R-1", "date": "2026-11-24", "order_reference": self.po.name, "currency": self.po.currency_id.name,
            "seller": {"name": "Gate Vendor", "vat": "DE136695976", "iban": ""}, "buyer": {}, "findings": [], "position": {},
            "totals": {"lines": "", "net": "110.00", "tax": "0.00", "gross": "110.00", "payable": "110.00"},
            "lines": lines if lines is not None else [self.line(), self.line("4006381333931", "10", "1.00", "10.00")],
        }  # fmt: skip
        for name, value in fields.items():
            owner, _, leaf = name.partition("__")
            if leaf:
                document[owner] = {**document[owner], leaf: value}
            else:
                document[owner] = value
        names = ("number", "date", "order_reference", "currency", "seller.name", "seller.vat", "totals.net", "totals.tax", "totals.gross",
                 "totals.payable")
        document["confidence"] = {name: confidence for name in names}
        return document

    def line(self, item="V-8", quantity="40", price="2.50", amount="100.00", **more):
        return {"item": item, "description": "", "quantity": quantity, "unit": "", "price": price, "price_base": "", "tax": "", "adjustment": "",
                "amount": amount, "delivery_date": "", **more}  # fmt: skip

    def read(self, content=PDF, **more):
        document = self.arrived(content)
        self.assertEqual(self.record(document, document=self.extraction(**more))["status"], "recorded")
        return document

    def receive_all(self):
        """The order's own checks are answered, its goods are in."""
        self.answer(self.po)
        self.receive(self.po)

    def reasons(self, order=None):
        holds = self.env["gatehouse.hold"]._open_on("purchase.order", (order or self.po).ids, "receive")
        return {hold.control: hold.reason_text for hold in holds if hold.kind == "review"}
