from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from .gatehouse_document_match import plain


class GatehouseDocument(models.Model):
    """A draft bill from an invoice, in the name and with the rights of the person who confirms. It is never posted here."""

    _inherit = "gatehouse.document"

    def _make_bill(self):
        twin = self._twin()
        if twin:
            raise UserError(self.env._("%(number)s of %(vendor)s is here already: %(twin)s. Reject this one, or correct its number.",
                                       number=self.number, vendor=self.partner_id.display_name, twin=twin.display_name))  # fmt: skip
        if not self.line_ids:
            raise UserError(self.env._("%s has no lines: add them, at least one with the net amount.", self.name))
        kind = "in_invoice" if self.type == "invoice" else "in_refund"
        move = self.env["account.move"].with_context(default_move_type=kind).with_company(self.company_id).create(self._bill_values(kind))
        if move.state != "draft":
            raise UserError(self.env._("The bill of %s did not stay a draft.", self.name))
        self._attach_to(move)
        self._move({"bill_id": move.id})
        gross = self._amount_of("totals.gross")
        off = round(move.amount_total - gross, 2) if gross else 0.0
        texts = [f"{line.item or line.description or ''}: {line.difference}" for line in self.line_ids if line.difference]
        if abs(off) > 0.02:
            texts.append(self.env._("the bill comes to %(bill).2f, the document says %(document).2f", bill=move.amount_total, document=gross))
        if texts:
            items = Markup("").join(Markup("<li>%s</li>") % text for text in texts)
            move.message_post(body=Markup("<p>%s</p><ul>%s</ul>") % (self.env._("Differs from order and receipt:"), items))
        return self.env._("Draft bill, %s differences", len(texts)) if texts else self.env._("Draft bill, as ordered and received")

    def _bill_values(self, kind):
        order = self.order_id
        if order:
            vals = order.with_context(default_move_type=kind)._prepare_invoice()
        else:
            vals = {"move_type": kind, "partner_id": self.partner_id.id, "company_id": self.company_id.id}
        vals.update({
            "move_type": kind, "ref": self.number or self.file_name, "invoice_date": self._value("date") or fields.Date.today(),
            "invoice_line_ids": [(0, 0, line._bill_line()) for line in self.line_ids],
        })  # fmt: skip
        if self.currency_id:
            vals["currency_id"] = self.currency_id.id
        if self._value("due_date"):
            vals.update(invoice_date_due=self._value("due_date"), invoice_payment_term_id=False)
        account = self._own_account()
        if account:
            vals["partner_bank_id"] = account.id
        return vals

    def _own_account(self):
        """The vendor's account with the document's IBAN, if it is one that is known; an unknown one is never taken."""
        iban = plain(self._value("seller.iban"))
        return self.partner_id.commercial_partner_id.bank_ids.filtered(lambda bank: iban and bank.sanitized_acc_number == iban)[:1]

    def _order_findings(self):
        found = super()._order_findings()
        if self.type == "invoice" and self._value("seller.iban") and self.partner_id.commercial_partner_id.bank_ids and not self._own_account():
            found.append({"field": "seller.iban", "code": "bank", "text": self.env._(
                "%(iban)s is none of the accounts that %(vendor)s is known by: ask the vendor by a number you know.",
                iban=self._value("seller.iban"), vendor=self.partner_id.display_name)})
        return found

    def _attach_to(self, move):
        """The file stands beside the bill too."""
        attachment = self.env["ir.attachment"].create({
            "name": self.file_name, "raw": self.env["ir.attachment"].sudo().search(
                [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "file")], limit=1).raw,
            "res_model": move._name, "res_id": move.id, "mimetype": self.mimetype,
        })  # fmt: skip
        move.message_main_attachment_id = attachment


class GatehouseDocumentLine(models.Model):
    _inherit = "gatehouse.document.line"

    def _bill_line(self):
        """Values of the bill's line: the order's accounts and taxes with the document's quantity and price."""
        ordered = self.order_line_id
        quantity, price, _comparable = self._in_unit_of_order()
        if ordered:
            return {**ordered._prepare_account_move_line(), "quantity": quantity or 1.0, "price_unit": price or self.amount, "discount": 0.0}
        vals = {"name": self.description or self.item or self.document_id.name, "quantity": self.quantity or 1.0,
                "price_unit": self._net_price() or self.amount}  # fmt: skip
        if self.product_id:
            vals["product_id"] = self.product_id.id
        return vals
