from odoo import fields, models


class GatehouseRequesters(models.AbstractModel):
    """Four eyes: who asked for a document does not sign for it, and nobody who touches it afterwards takes that off him."""

    _inherit = "gatehouse.document.mixin"

    gatehouse_writer_ids = fields.Json(
        "Wrote what is judged", readonly=True, copy=False, groups=fields.NO_ACCESS,
        help="Ids of the users beside its maker who ever changed what the gate judges.",
    )  # fmt: skip

    def _gatehouse_note_writer(self):
        """What is judged of these was changed just now: its writer is remembered, in the statement that writes the document anyway."""
        for document in self.sudo().filtered(lambda document: self.env.uid not in document._gatehouse_writers().ids):
            document.gatehouse_writer_ids = [*(document.gatehouse_writer_ids or ()), self.env.uid]

    def _gatehouse_writers(self):
        """Who made a document, and who ever changed what is judged of it; somebody may be deleted since."""
        return self.create_uid | self.env["res.users"].browse(self.gatehouse_writer_ids or ())

    def _gatehouse_requesters(self):
        """Users who asked for this document: who made it, who answers for it, who ever changed what is judged of it.

        Its lines name their writers too: nothing was remembered before the addon came, and what lines say else is theirs as well.
        """
        self.ensure_one()
        requesters = self._gatehouse_writers().exists()
        if "user_id" in self._fields:
            requesters |= self.user_id
        if "order_line" in self._fields:
            requesters |= self.order_line.create_uid | self.order_line.write_uid
        return requesters
