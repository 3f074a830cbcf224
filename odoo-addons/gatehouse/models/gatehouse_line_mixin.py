from odoo import api, models


class GatehouseLineMixin(models.AbstractModel):
    """Lines of a gated document: an edit of theirs is an edit of the document.

    Inherited before the line's own model, so that everything this does to a line lies within the watch.
    """

    _name = "gatehouse.line.mixin"
    _description = "Line of a gated document"

    #: the field that names the document, and those whose change makes an approval worthless
    _gatehouse_document = "order_id"
    _gatehouse_material_fields = frozenset()

    def _gatehouse_documents(self, *vals_list):
        """The documents of these lines, and those that the values name."""
        ids = {vals[self._gatehouse_document] for vals in vals_list if vals.get(self._gatehouse_document)}
        documents = self[self._gatehouse_document]
        return documents | documents.browse(ids)

    @api.model_create_multi
    def create(self, vals_list):
        with self.browse()._gatehouse_documents(*vals_list)._gatehouse_watch():
            return super().create(vals_list)

    def write(self, vals):
        if not self._gatehouse_material_fields & vals.keys():
            return super().write(vals)
        with self._gatehouse_documents(vals)._gatehouse_watch():
            return super().write(vals)

    def unlink(self):
        with self._gatehouse_documents()._gatehouse_watch():
            return super().unlink()
