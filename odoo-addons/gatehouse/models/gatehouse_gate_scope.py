from odoo import fields, models


class Together:
    """What documents that are judged together share.

    An object and not a dict, so that no caller from outside can send one in a context.
    """

    def __init__(self, memory, replay):
        self.memory, self.replay = memory, replay


class GatehouseGateScope(models.AbstractModel):
    """Where and when a document belongs, for the policies' scope and its prices; read once for many that are judged together."""

    _inherit = "gatehouse.gate.mixin"
    #: An addon that fills `business_unit` of `_gatehouse_scope` says so here.
    _gatehouse_has_business_units = False

    #: the field that dates a document in a back-test
    _gatehouse_replay_date = "date_order"

    def _gatehouse_replayed_at(self):
        """The date of this document in a back-test."""
        return self[self._gatehouse_replay_date]

    def _gatehouse_dated(self, operator, when):
        """Domain, of one operand, of the documents whose date in a back-test compares so."""
        return [(self._gatehouse_replay_date, operator, when)]

    def _gatehouse_past_transition(self):
        """Domain of the documents that a back-test judges, whenever they were."""
        return [("state", "in", ("sale", "purchase", "done"))]

    def _gatehouse_together(self, memory, replay=False):
        """The same documents, reading once what they share.

        :param memory: a dict that further calls of the run get too
        :param replay: whether they are history, judged as of their dates
        """
        return self.with_context(gatehouse_together=Together(memory, replay))

    def _gatehouse_read_ahead(self):
        """Read at once what the controls look at of many documents."""

    def _gatehouse_remembered(self, key, find):
        """`find()`, or what it answered to the same key before of a document judged together with this one."""
        together = self.env.context.get("gatehouse_together")
        if not isinstance(together, Together):
            return find()
        if key not in together.memory:
            together.memory[key] = find()
        return together.memory[key]

    def _gatehouse_is_replayed(self):
        """Whether it is judged as history, as of its own date."""
        together = self.env.context.get("gatehouse_together")
        return isinstance(together, Together) and together.replay

    def _gatehouse_date(self):
        """The document's own date in UTC, which people may write; nothing where it has none."""
        return self.date_order if "date_order" in self._fields else None

    def _gatehouse_priced_at(self, date=None):
        """The moment in UTC whose prices and exchange rates count: the document's date, or the one given.

        Not before the document was created nor later than now: who writes a date chooses no promotion. History is
        replayed by its dates, because what was imported was created long after them.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        date = date or self._gatehouse_date() or now
        if self._gatehouse_is_replayed():
            return date
        return min(max(date, self.create_date or date), now)

    def _gatehouse_scope(self):
        """Scope values for the policy match; areas add warehouse, team and so on."""
        self.ensure_one()
        partner = self.partner_id if "partner_id" in self._fields else self.env["res.partner"]
        tags, country = self._gatehouse_remembered(
            ("partner", partner.id), lambda: (partner._gatehouse_tags(), partner.country_id.id or None)
        )
        return {
            "company_id": self.company_id.id,
            "business_unit": None,
            "warehouse_id": None,
            "team_id": None,
            "channel": None,
            "categories": [],
            "tags": tags,
            "country_id": country,
        }

    def _gatehouse_categories(self, products):
        """Ids of the categories of these products and of those above them."""

        def find():
            # a variant that is being moved has its new category already, which its template has not
            paths = "".join(category.parent_path or "" for category in products.product_tmpl_id.categ_id)
            return sorted({int(part) for part in paths.split("/") if part})

        return self._gatehouse_remembered(("categories", products._ids), find)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _gatehouse_tags(self):
        """Ids of the tags that policies know somebody by: his own and his company's, whose contact he may be.

        Archived ones too: who archives a tag switches no policy off.
        """
        return sorted((self | self.commercial_partner_id).with_context(active_test=False).category_id._ids)
