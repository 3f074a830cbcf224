from odoo import fields, models

from .account_move import BILLS
from .account_move_write_off import DEBTS
from .gatehouse_policy import WRITE_OFF


class AccountMove(models.Model):
    """What the bands judge; higher is worse in each."""

    _inherit = "account.move"

    _gatehouse_replay_date = "date"

    def _gatehouse_controls(self):
        bills, credits = ["bill_match", "bill_duplicate", "bill_abnormal"], ["credit_note"]
        if len(self) != 1:
            return [*bills, *credits, WRITE_OFF]
        # of receipts Odoo finds neither twins nor unusual amounts
        return {"in_invoice": bills, "in_receipt": ["bill_match"], "out_refund": credits, "entry": [WRITE_OFF]}.get(self.move_type, [])

    def _gatehouse_past_transition(self):
        return [
            ("state", "=", "posted"),
            "|", ("move_type", "in", (*BILLS, "out_refund")),
            "&", ("move_type", "=", "entry"), ("line_ids.account_id.account_type", "in", DEBTS),
        ]  # fmt: skip

    def _gatehouse_value(self, control, policy):
        self.ensure_one()
        return {
            "bill_match": self._gatehouse_match_value,
            "bill_duplicate": self._gatehouse_duplicate_value,
            "bill_abnormal": self._gatehouse_abnormal_value,
            "credit_note": self._gatehouse_credit_note_value,
            WRITE_OFF: lambda: self._gatehouse_write_off_value(policy),
        }[control]()

    def _gatehouse_in_company_currency(self, amount):
        when = self.invoice_date or fields.Date.context_today(self)
        return self.currency_id._convert(amount, self.company_id.currency_id, self.company_id, when, round=False)

    def _gatehouse_match_value(self):
        """What the bill asks beyond its order's price and what came in, in company currency; without an order all of it."""
        lines, texts = self.invoice_line_ids.filtered(lambda line: line.display_type == "product"), []
        beyond = max(0.0, self.amount_untaxed - sum(lines.mapped("price_subtotal")))
        if beyond > 0.005:  # typed into the journal items, or rounding
            texts.append(self.env._("%s that no line explains", f"{beyond:.2f}"))
        for line in lines:
            more, why = self._gatehouse_line_beyond(line)
            if more > 0.005:
                beyond += more
                texts.append(why)
        worth = round(self._gatehouse_in_company_currency(beyond), 2)
        return worth, "; ".join(texts[:5]) or self.env._("it matches order and receipt")

    def _gatehouse_line_beyond(self, line):
        """(amount in the bill's currency, text) that neither order nor receipt explains."""
        name = line.product_id.display_name or line.name or self.env._("A line")
        bought = line.purchase_line_id
        if not bought or bought.product_id != line.product_id:
            return max(0.0, line.price_subtotal), self.env._("%s is on no order", name)
        ordered = bought.product_uom_id._compute_price(
            bought.price_unit_discounted, line.product_uom_id
        )
        ordered = bought.currency_id._convert(
            ordered, self.currency_id, self.company_id, self.invoice_date or fields.Date.context_today(self), round=False
        )
        asked = line.price_subtotal / line.quantity if line.quantity else 0.0
        came = bought.product_qty if bought.product_id.purchase_method == "purchase" else bought.qty_received
        surplus = bought.product_uom_id._compute_quantity(
            max(0.0, self._gatehouse_billed(bought) - came), line.product_uom_id, round=False
        )
        surplus = min(surplus, max(0.0, line.quantity))
        dearer = max(0.0, asked - ordered) * max(0.0, line.quantity - surplus)
        return dearer + surplus * max(asked, 0.0), self.env._(
            "%(name)s: billed %(asked)s each, ordered at %(ordered)s; %(surplus)g more than came in",
            name=name, asked=f"{asked:.2f}", ordered=f"{ordered:.2f}", surplus=surplus,
        )

    def _gatehouse_billed(self, bought):
        """Quantity in the order line's unit on its bills that are not cancelled, this one included, less credit notes."""
        lines = bought.invoice_lines.filtered(lambda line: line.move_id.state == "posted" or line.move_id == self)
        return sum(
            (-1 if line.move_id.move_type == "in_refund" else 1)
            * line.product_uom_id._compute_quantity(line.quantity, bought.product_uom_id, round=False)
            for line in lines
        )

    def _gatehouse_duplicate_value(self):
        twins = self.duplicated_ref_ids.filtered(lambda move: move.state != "cancel")
        if not twins:
            return 0.0, self.env._("no other bill looks the same")
        return float(len(twins)), self.env._("it looks like %s", ", ".join(twins.mapped("display_name")[:5]))

    def _gatehouse_abnormal_value(self):
        """1 where Odoo itself warns of an unusual amount; no context key of a caller switches that off."""
        fresh = self.with_context(disable_abnormal_invoice_detection=False)
        fresh.invalidate_recordset(["abnormal_amount_warning"])
        warning = fresh.abnormal_amount_warning
        return (1.0, warning.split("\n")[0]) if warning else (0.0, self.env._("a usual amount"))

    def _gatehouse_credit_note_value(self):
        amount = self._gatehouse_amount()
        return amount, self.env._(
            "credit note of %(amount)s %(currency)s", amount=f"{amount:,.2f}", currency=self.company_id.currency_id.name
        )
