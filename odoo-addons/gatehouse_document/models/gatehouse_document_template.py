from odoo import api, fields, models

from ..tools.extraction import FIELDS
from .gatehouse_document_match import plain

#: The newest are sent along with a file; a vendor that sends nothing for long is read without.
MOST_SENT = 300
#: Of what a number is, by the field's kind: dates and amounts compare by value, texts as they stand.
_TEXT_READERS = ("pdf-text", "ocr")


class GatehouseDocumentTemplate(models.Model):
    """Where a vendor's layout has its fields, from the corrections people made. The sidecar gets it with each file and keeps none."""

    _name = "gatehouse.document.template"
    _description = "Vendor's document template"
    _order = "write_date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", "Vendor", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    active = fields.Boolean(default=True)
    marks = fields.Json(readonly=True, help="Texts that tell the vendor: VAT number, IBAN, name.")
    anchors = fields.Json(readonly=True, help="For each field: the text beside and above it, and where it stood.")
    summary = fields.Text(compute="_compute_summary")
    document_ids = fields.One2many("gatehouse.document", "template_id", "Read with it")

    _one_each = models.UniqueIndex("(company_id, partner_id)")

    @api.depends("anchors")
    def _compute_summary(self):
        labels = self.env["gatehouse.document.field"]._labels()
        for template in self:
            template.summary = "\n".join(
                self.env._("%(field)s: after “%(left)s”, below “%(above)s”, page %(page)s row %(row)s",
                           field=labels.get(name, name), left=anchor.get("left") or "–", above=anchor.get("above") or "–",
                           page=anchor.get("page", 1), row=anchor.get("row", 0))
                for name, anchor in (template.anchors or {}).items()
            )  # fmt: skip

    @api.model
    def _to_send(self, company):
        """[{id, marks, anchors}] as the sidecar reads them."""
        templates = self.search([("company_id", "=", company.id)], limit=MOST_SENT)
        return [{"id": template.id, "marks": template.marks or [], "anchors": template.anchors or {}} for template in templates]

    @api.model
    def _learn(self, document):
        """After a person confirmed: where each corrected value stands in the file is where the next one is looked for."""
        vendor = document.partner_id.commercial_partner_id
        if document.read_by not in _TEXT_READERS or not vendor:
            return
        anchors = {}
        for field in document.field_ids.filtered(lambda field: field.corrected and field.value):
            found = self._candidate(document.candidates or [], FIELDS[field.name], field.value)
            if found:
                anchors[field.name] = {key: value for key, value in found.items() if key != "value"}
        if not anchors:
            return
        template = self.with_context(active_test=False).search(
            [("company_id", "=", document.company_id.id), ("partner_id", "=", vendor.id)], limit=1
        )
        vals = {"anchors": {**(template.anchors or {}), **anchors}, "marks": self._marks(document, vendor), "active": True}
        if template:
            template.write(vals)
        else:
            self.create({**vals, "partner_id": vendor.id, "company_id": document.company_id.id})

    @api.model
    def _marks(self, document, vendor):
        marks = [vendor.vat, *vendor.bank_ids.mapped("sanitized_acc_number"), document._value("seller.vat"), document._value("seller.iban"),
                 vendor.name, document._value("seller.name")]  # fmt: skip
        return sorted({plain(mark) for mark in marks if len(plain(mark)) >= 5})

    @api.model
    def _candidate(self, candidates, kind, value):
        """The value of that kind in the file, rather one with a label; None where it does not stand there."""
        same = (lambda entry: self._number(entry["value"]) == self._number(value)) if kind == "amount" else (
            lambda entry: entry["value"] == value) if kind == "date" else (lambda entry: plain(entry["value"]) == plain(value))  # fmt: skip
        wanted = ("reference", "text") if kind == "text" else (kind,)
        found = [entry for entry in candidates if entry["kind"] in wanted and same(entry)]
        return next((entry for entry in found if entry["left"]), next((entry for entry in found if entry["above"]), found[0] if found else None))

    @api.model
    def _number(self, text):
        try:
            return round(float(text), 4)
        except ValueError:
            return None
