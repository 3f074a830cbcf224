from odoo import fields, models


class HelpdeskTicket(models.Model):
    """A disputed bill is work for finance too: an activity on the invoice, or on the order, that the mail names."""

    _inherit = "helpdesk.ticket"

    gatehouse_invoice_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, copy=False, index="btree_not_null", ondelete="set null")

    def _gatehouse_class_is_known(self):
        super()._gatehouse_class_is_known()
        for ticket in self.filtered(lambda row: row._gatehouse_effective_class() == "billing_dispute"):
            ticket._gatehouse_tell_finance()

    def _gatehouse_invoice(self, references, partner):
        """The posted invoice that the mail names, of the sender's own company; a stranger's mail finds none."""
        names = [reference["value"].strip().upper() for reference in references or [] if reference["kind"] == "invoice"]
        sender = partner.commercial_partner_id
        if not names or not sender:
            return self.env["account.move"]
        return self.env["account.move"].search([
            ("name", "in", names), ("move_type", "in", ("out_invoice", "out_refund")), ("state", "=", "posted"),
            ("commercial_partner_id", "=", sender.id), ("company_id", "in", self._gatehouse_companies())], limit=1)

    def _gatehouse_tell_finance(self):
        """One open activity a ticket; nothing where the mail names no document of the sender's."""
        document = self.gatehouse_invoice_id or self._gatehouse_reply_order()
        kind = self.env.ref("gatehouse_return.activity_dispute", raise_if_not_found=False)
        if not document or not kind:
            return
        summary = self.env._("Disputed in ticket %s", self.number)
        if document.activity_ids.filtered(lambda activity: activity.summary == summary):
            return
        reason = dict(self._fields["gatehouse_dispute_reason"]._description_selection(self.env)).get(
            self.gatehouse_dispute_reason)
        note = self.env._("%(who)s disputes the bill%(why)s: %(subject)s", who=self.partner_name or self.partner_email,
                          why=f" ({reason})" if reason else "", subject=self.name)
        document.activity_schedule(
            activity_type_id=kind.id, summary=summary, note=note, user_id=self._gatehouse_finance_user(kind, document).id)

    def _gatehouse_finance_user(self, kind, document):
        """Who the type of activity names, else the invoice's own person, else the company's first of finance."""
        finance = self.env.ref("account.group_account_invoice")
        company = document.company_id
        own = document.invoice_user_id if document._name == "account.move" else self.env["res.users"]
        for user in (kind.default_user_id, own if finance in own.all_group_ids else own.browse()):
            if user.active and company in user.company_ids:
                return user
        return finance.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids).sorted("id")[:1]
