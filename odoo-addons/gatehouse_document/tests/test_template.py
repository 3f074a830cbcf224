from odoo.tests import tagged

from .common import DocumentCase

CANDIDATES = [
    {"kind": "reference", "value": "KD-1", "left": "Kundennr.", "above": "", "page": 1, "row": 3, "column": 1},
    {"kind": "reference", "value": "R-1000", "left": "Unser Zeichen", "above": "", "page": 1, "row": 4, "column": 1},
    {"kind": "date", "value": "2026-11-20", "left": "", "above": "Stand", "page": 1, "row": 6, "column": 2},
    {"kind": "amount", "value": "110.00", "left": "Summa", "above": "", "page": 1, "row": 20, "column": 3},
]


@tagged("post_install", "-at_install")
class TestTemplate(DocumentCase):
    def test_corrections_become_the_vendors_template_and_go_along_with_the_next_file(self):
        document = self.read(number="KD-1", candidates=CANDIDATES)
        values = {"number": "R 1000", "date": "2026-11-20"}
        for name, value in values.items():
            document.field_ids.filtered(lambda field, name=name: field.name == name).with_user(self.buyer).write({"value": value})
        self.assertFalse(self.env["gatehouse.document.template"].search([]))
        document.with_user(self.buyer).action_confirm()
        template = self.env["gatehouse.document.template"].search([])
        self.assertEqual((template.partner_id, set(template.anchors)), (self.vendor, {"number", "date"}))
        self.assertEqual((template.anchors["number"]["left"], template.anchors["date"]["above"]), ("Unser Zeichen", "Stand"))
        self.assertIn("DE136695976", template.marks)
        self.assertIn("Unser Zeichen", template.summary)
        following = self.arrived(b"%PDF next")
        sent = self.env["gatehouse.document"].with_user(self.bot).to_read([self.event(following).event_id])[0]["templates"]
        self.assertEqual(sent, [{"id": template.id, "marks": template.marks, "anchors": template.anchors}])
        self.record(following, document=self.extraction(number="R-1001", template=template.id))
        self.assertEqual((following.template_id, following.number), (template, "R-1001"))

    def test_a_value_that_stands_nowhere_and_a_file_without_text_teach_nothing(self):
        for at, source in enumerate(("pdf-text", "edifact")):
            document = self.read(b"%%PDF %d" % at, number=f"N-{at}", candidates=CANDIDATES, source=source)
            value = "not there" if source == "pdf-text" else "R-1000"
            document.field_ids.filtered(lambda field: field.name == "number").with_user(self.buyer).write({"value": value})
            document.with_user(self.buyer).action_confirm()
        self.assertFalse(self.env["gatehouse.document.template"].search([]))

    def test_a_rejected_document_teaches_nothing(self):
        document = self.read(number="KD-1", candidates=CANDIDATES)
        document.field_ids.filtered(lambda field: field.name == "number").with_user(self.buyer).write({"value": "R-1000"})
        document.with_user(self.buyer).reject("not ours")
        self.assertFalse(self.env["gatehouse.document.template"].search([]))
