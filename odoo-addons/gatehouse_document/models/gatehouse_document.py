import base64
import binascii
import hashlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

TYPES = [
    ("invoice", "Invoice"), ("credit_note", "Credit note"), ("order_confirmation", "Order confirmation"),
    ("delivery_note", "Delivery note"), ("price_list", "Price list"),
]  # fmt: skip
STATES = [
    ("received", "Received"), ("extracted", "Read"), ("review", "In review"), ("confirmed", "Confirmed"), ("rejected", "Rejected"),
]  # fmt: skip
OPEN = ("received", "extracted", "review")
#: What people may write; everything else changes by the methods that check who acts.
WRITABLE = {"partner_id", "order_id", "type", "user_id", "field_ids", "line_ids"}
MOST_BYTES = 20 * 1024 * 1024
#: Text formats are shown as text; more of them nobody reads on a screen.
_PREVIEW = 20000


def kind_of(content):
    """The media type by what the bytes begin with; a declared one is never believed."""
    head = content[:5]
    if head == b"%PDF-":
        return "application/pdf"
    if head[:4] == b"\x89PNG":
        return "image/png"
    if head[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return "image/tiff"
    if head[:4] == b"PK\x03\x04":
        return "application/zip"
    return "text/plain" if b"\x00" not in content[:4096] else "application/octet-stream"


class GatehouseDocument(models.Model):
    """A vendor's document from its arrival to what a person makes of it. The file is never changed and never deleted."""

    _name = "gatehouse.document"
    _description = "Supplier document"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True)
    source = fields.Selection(
        [("webhook", "Web"), ("folder", "Folder"), ("mailbox", "Mailbox"), ("upload", "By hand")],
        default="upload", required=True, readonly=True, index=True,
    )
    message_ref = fields.Char("Message-ID or path", readonly=True)
    sender = fields.Char(readonly=True)
    key = fields.Char(readonly=True, required=True, copy=False)
    file = fields.Binary(attachment=True, required=True, copy=False)
    file_name = fields.Char(required=True)
    mimetype = fields.Char(readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True, index=True)
    size = fields.Integer("Bytes", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    state = fields.Selection(STATES, default="received", required=True, readonly=True, index=True, tracking=True)
    type = fields.Selection(TYPES, tracking=True)
    read_as = fields.Selection(TYPES, readonly=True)
    read_by = fields.Char("Read as", readonly=True, help="How the file was read.")
    recognized = fields.Boolean(compute="_compute_recognized", help="It is a scan or a picture, whose letters were recognized.")
    problem = fields.Char(readonly=True, help="Why it could not be read.")
    partner_id = fields.Many2one("res.partner", "Vendor", index="btree_not_null", tracking=True)
    partner_how = fields.Char("Found by", readonly=True)
    order_id = fields.Many2one("purchase.order", "Order", index="btree_not_null", tracking=True)
    user_id = fields.Many2one("res.users", "Reviewer", index=True, tracking=True)
    field_ids = fields.One2many("gatehouse.document.field", "document_id", "Fields")
    line_ids = fields.One2many("gatehouse.document.line", "document_id", "Lines")
    read_findings = fields.Json(readonly=True)
    findings = fields.Json(readonly=True)
    finding_html = fields.Html(compute="_compute_finding_html", sanitize=False)
    candidates = fields.Json(readonly=True)
    template_id = fields.Many2one("gatehouse.document.template", readonly=True, ondelete="set null")
    doubts = fields.Integer(readonly=True, help="Fields that somebody should look at.")
    differences = fields.Integer(readonly=True, help="Lines that differ from the order by more than the policy lets pass.")
    amount = fields.Float(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    number = fields.Char(readonly=True, index="btree_not_null")
    bill_id = fields.Many2one("account.move", "Draft bill", readonly=True, copy=False)
    change_ids = fields.Many2many("gatehouse.change.request", string="Changes that wait", readonly=True, copy=False)
    outcome = fields.Char(readonly=True, tracking=True)
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    preview_pdf = fields.Binary(compute="_compute_preview")
    preview_picture = fields.Binary(compute="_compute_preview")
    preview_text = fields.Text(compute="_compute_preview")

    _key_unique = models.UniqueIndex("(company_id, key)", "This document is here already.")
    _number_of_vendor = models.Index("(partner_id, number) WHERE number IS NOT NULL")

    @api.depends("type", "number", "file_name", "partner_id")
    def _compute_name(self):
        labels = dict(self._fields["type"]._description_selection(self.env))
        for document in self:
            if document.type and document.number:
                document.name = f"{labels[document.type]} {document.number}"
            else:
                document.name = document.file_name

    # -- arriving ------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        """By hand and by the integration alike: the file decides what it is, and the same file is one document."""
        prepared = [self._arriving(vals) for vals in vals_list]
        documents = super().create(prepared)
        for document in documents:
            document._ask_to_read()
        return documents

    @api.model
    def _arriving(self, vals):
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name in {"file", "file_name", *WRITABLE}}
        try:
            content = base64.b64decode(vals.get("file") or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file is not base64.")) from error
        if not content or len(content) > MOST_BYTES:
            raise UserError(self.env._("A document has 1 to %s bytes; this one has %s.", MOST_BYTES, len(content)))
        digest = hashlib.sha256(content).hexdigest()
        source = vals.get("source") or "upload"
        return {
            **vals, "source": source, "sha256": digest, "size": len(content), "mimetype": kind_of(content),
            "file_name": (vals.get("file_name") or "document").replace("/", "_")[:200],
            "key": f"{source}:{vals.get('message_ref') or '' if source == 'mailbox' else ''}:{digest}",
            "state": "received", "user_id": vals.get("user_id") or (self.env.uid if source == "upload" and not self.env.su else False),
        }  # fmt: skip

    def _ask_to_read(self):
        """Through the outbox, so that a sidecar that is down is asked again; without one, a person types."""
        self.ensure_one()
        self.env["gatehouse.event"]._raise_event(
            self.sudo(), "supplier.document.received", {"file_name": self.file_name, "bytes": self.size, "sha256": self.sha256}
        )

    def action_read_again(self):
        """For a person: ask once more, such as after a template was made."""
        self.check_access("write")
        for document in self:
            if document.state not in OPEN:
                raise UserError(self.env._("%s is decided already.", document.name))
            document._move({"state": "received", "problem": False})
            if not self.env["gatehouse.event"].sudo().search_count(
                [("res_model", "=", self._name), ("res_id", "=", document.id), ("state", "in", ("pending", "leased"))]
            ):
                document._ask_to_read()

    # -- writing -------------------------------------------------------------------------------
    def write(self, vals):
        """People correct what was read; file, state and outcome change by the methods only."""
        if self.env.su:
            return super().write(vals)
        refused = set(vals) - WRITABLE - {"message_follower_ids", "message_ids", "activity_ids"}
        if refused:
            raise UserError(self.env._("%s of a supplier document is not changed by hand.", ", ".join(sorted(refused))))
        decided = self.filtered(lambda document: document.state not in OPEN)
        if decided and set(vals) & (WRITABLE - {"user_id"}):
            raise UserError(self.env._("%s is decided already.", ", ".join(decided.mapped("name"))))
        result = super(GatehouseDocument, self.with_context(gatehouse_document_batch=True)).write(vals)
        for document in self.with_context(gatehouse_document_batch=False):
            if {"partner_id", "order_id", "type", "field_ids", "line_ids"} & vals.keys():
                document.sudo()._reconsider(by_hand=vals.keys())
        return result

    def _move(self, vals):
        """The one way to what people do not write; private, so no call from outside reaches it."""
        return super(GatehouseDocument, self.sudo()).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Supplier documents are kept; reject what is not wanted."))

    # -- reading the fields --------------------------------------------------------------------
    def _value(self, name):
        """A field's value as a text, empty without one."""
        self.ensure_one()
        return self.field_ids.filtered(lambda field: field.name == name)[:1].value or ""

    def _amount_of(self, name):
        try:
            return float(self._value(name))
        except ValueError:
            return 0.0

    # -- for people ----------------------------------------------------------------------------
    @api.depends("findings", "problem")
    def _compute_finding_html(self):
        for document in self:
            texts = [finding["text"] for finding in document.findings or []]
            if document.problem:
                texts.insert(0, document.problem)
            items = Markup("").join(Markup("<li>%s</li>") % text for text in texts)
            document.finding_html = Markup("<ul class='mb-0 ps-3'>%s</ul>") % items if texts else False

    @api.depends("read_by")
    def _compute_recognized(self):
        for document in self:
            document.recognized = document.read_by == "ocr"

    @api.depends("file", "mimetype")
    def _compute_preview(self):
        """Beside the fields: PDF and pictures as they are, text formats as text, never rendered as a page."""
        for document in self:
            sized = document.with_context(bin_size=False)
            kind = document.mimetype or ""
            document.preview_pdf = sized.file if kind == "application/pdf" else False
            document.preview_picture = sized.file if kind in ("image/png", "image/jpeg") else False
            document.preview_text = False
            if kind == "text/plain" and sized.file:
                content = base64.b64decode(sized.file)[: 4 * _PREVIEW]
                text = content.decode("utf-8", "replace")
                if text.startswith(("UNA", "UNB")):
                    text = text.replace("'", "'\n")
                document.preview_text = text[:_PREVIEW]
