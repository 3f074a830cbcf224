from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.gatehouse.tools.validation import BadField

from ..tools.extraction import FIELDS, amount, day, storable
from .gatehouse_document import OPEN

#: Below, somebody should look.
SURE = 0.8
_CHECKED = {"text": storable, "date": day, "amount": amount}


class GatehouseDocumentField(models.Model):
    """One field of a document: what was read, how sure that is, where it stood, and what a person made of it."""

    _name = "gatehouse.document.field"
    _description = "Field of a supplier document"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one("gatehouse.document", required=True, index=True, ondelete="cascade", readonly=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True)
    label = fields.Char(compute="_compute_label")
    value = fields.Char()
    read_value = fields.Char("As read", readonly=True)
    confidence = fields.Float(readonly=True, digits=(4, 3), aggregator="avg")
    position = fields.Char("Stood at", readonly=True)
    doubtful = fields.Boolean(readonly=True)
    corrected = fields.Boolean(compute="_compute_corrected", store=True)

    _one_each = models.UniqueIndex("(document_id, name)")

    @api.depends("name")
    def _compute_label(self):
        labels = self._labels()
        for field in self:
            field.label = labels.get(field.name, field.name)

    @api.model
    def _labels(self):
        _ = self.env._
        return {
            "number": _("Number"), "date": _("Date"), "due_date": _("Due"), "order_reference": _("Our order"), "currency": _("Currency"),
            "seller.name": _("Vendor"), "seller.vat": _("Vendor's VAT number"), "seller.iban": _("Vendor's IBAN"),
            "totals.net": _("Net"), "totals.tax": _("Tax"), "totals.gross": _("Gross"), "totals.payable": _("To pay"),
        }  # fmt: skip

    @api.depends("value", "read_value")
    def _compute_corrected(self):
        for field in self:
            field.corrected = (field.value or "") != (field.read_value or "")

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if set(vals) - {"value"}:
            raise UserError(self.env._("Only the value of a field is corrected."))
        self._require_open()
        result = True
        for field in self:
            try:
                clean = _CHECKED[FIELDS[field.name]](vals["value"] or "", field.label)
            except BadField as error:
                raise ValidationError(str(error)) from error
            result = super(GatehouseDocumentField, field).write({"value": clean})
            # a person looked at it
            super(GatehouseDocumentField, field.sudo()).write({"doubtful": False, "confidence": 1.0})
        if not self.env.context.get("gatehouse_document_batch"):
            for document in self.document_id.sudo():
                document._reconsider(by_hand={"field_ids"})
        return result

    def _require_open(self):
        for document in self.document_id:
            if document.state not in OPEN:
                raise UserError(self.env._("%s is decided already.", document.name))
