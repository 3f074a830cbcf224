from collections import defaultdict

from odoo import fields, models
from odoo.tools import float_compare

CENT = 0.02
VALUE, DELAY, INVOICE = "confirmation_value", "confirmation_delay", "invoice_match"


class GatehouseDocument(models.Model):
    """The document against its order and against itself. What differs by more than the policy lets pass is said line by line."""

    _inherit = "gatehouse.document"

    def _policies(self):
        """{control: compiled policy} for this document's order."""
        scope = self.order_id.sudo()._gatehouse_scope() if self.order_id else {
            "company_id": self.company_id.id, "business_unit": None, "warehouse_id": None, "team_id": None, "channel": None,
            "categories": [], "tags": self.partner_id._gatehouse_tags(), "country_id": self.partner_id.country_id.id or None,
        }  # fmt: skip
        return self.env["gatehouse.policy"].sudo()._match({self.id: scope}, [VALUE, DELAY, INVOICE])[self.id]

    def _passes(self, policies, control, value):
        """Without a policy every difference is named."""
        policy = policies.get(control)
        if not policy:
            return value <= 1e-9
        return self.env["gatehouse.policy"]._judge_band(policy, value)[0] == "pass"

    def _compare(self):
        """Write each line's difference, the findings and the state."""
        self.ensure_one()
        policies = self._policies()
        together = defaultdict(float)
        for line in self.line_ids:
            together[line.order_line_id.id] += line._in_unit_of_order()[0]
        for line in self.line_ids:
            line.sudo().write(line._compared(policies, together[line.order_line_id.id]))
        findings = [*self._own_findings(), *self._order_findings()]
        marked = {finding["field"] for finding in findings}
        for field in self.field_ids.filtered(lambda field: field.confidence < 1.0 and not field.doubtful and field.name in marked):
            field.sudo().write({"doubtful": True})
        doubts = len(self.field_ids.filtered("doubtful"))
        differences = len(self.line_ids.filtered(lambda line: line.state in ("differs", "unmatched")))
        needs = bool(doubts or differences or findings or self.problem or not self.partner_id or (self._wants_order() and not self.order_id))
        self._move({"findings": findings, "doubts": doubts, "differences": differences, "state": "review" if needs else "extracted"})

    def _wants_order(self):
        return self.type in ("invoice", "order_confirmation")

    # -- against itself ------------------------------------------------------------------------
    def _own_findings(self):
        """What does not add up. Computed anew, so that a correction settles it; other findings of the reading stay until corrected."""
        found = [
            finding for finding in self.read_findings or []
            if finding["code"] not in ("gross", "line_sum", "line_amount", "negative", "missing")
            and not self.field_ids.filtered(lambda field, finding=finding: field.name == finding["field"] and field.corrected)
        ]  # fmt: skip
        billed = ("number", "date", "currency", "totals.payable")
        needed = billed if self.type in ("invoice", "credit_note") else ()
        labels = self.field_ids._labels()
        found += [
            {"field": name, "code": "missing", "text": self.env._("%s was not found.", labels[name])} for name in needed if not self._value(name)
        ]
        net, tax, gross = (self._amount_of(f"totals.{name}") for name in ("net", "tax", "gross"))
        if self._value("totals.net") and self._value("totals.gross") and abs(net + tax - gross) > CENT:
            found.append({"field": "totals.gross", "code": "gross", "text": self.env._(
                "Net %(net).2f and tax %(tax).2f make %(sum).2f, the document says %(gross).2f.", net=net, tax=tax, sum=net + tax, gross=gross)})
        return [*found, *self._line_findings(net)]

    def _line_findings(self, net):
        found, total = [], 0.0
        for at, line in enumerate(self.line_ids, 1):
            expected = line._net_price() * line.quantity
            total += line.amount or expected
            if self.type != "credit_note" and min(line.quantity, line.price) < 0:
                found.append({"field": f"lines[{at - 1}].quantity", "code": "negative", "text": self.env._(
                    "Line %(at)s is %(quantity)g at %(price)g: a return is a credit note.", at=at, quantity=line.quantity, price=line.price)})
            if line.amount and line.quantity and line.price and abs(expected - line.amount) > max(CENT, abs(line.amount) * 0.005):
                found.append({"field": f"lines[{at - 1}].amount", "code": "line_amount", "text": self.env._(
                    "Line %(at)s: %(quantity)g at %(price)g make %(expected).2f, the line says %(amount).2f.",
                    at=at, quantity=line.quantity, price=line._net_price(), expected=expected, amount=line.amount)})
        if self.type in ("invoice", "credit_note") and self.line_ids and self._value("totals.net") and abs(total - net) > CENT:
            found.append({"field": "totals.net", "code": "line_sum", "text": self.env._(
                "The lines add up to %(total).2f, the document says %(net).2f net.", total=total, net=net)})
        return found

    # -- against the order ---------------------------------------------------------------------
    def _order_findings(self):
        found = []
        say = lambda code, text: found.append({"field": "order", "code": code, "text": text})  # noqa: E731
        twin = self._twin()
        if twin:
            say("duplicate", self.env._("%(number)s of this vendor is here already: %(twin)s.", number=self.number, twin=twin.display_name))
        if not self.partner_id:
            say("vendor", self.env._("No vendor was found by VAT number, IBAN, order, name or sender: choose one."))
        order = self.order_id
        if not order:
            if self._wants_order():
                say("order", self.env._("No order was found: choose one, or confirm without."))
            return found
        if self.partner_id.commercial_partner_id != order.partner_id.commercial_partner_id:
            say("vendor", self.env._("%(order)s is an order to %(vendor)s.", order=order.name, vendor=order.partner_id.display_name))
        if order.state != "purchase":
            say("state", self.env._("%s is not confirmed.", order.name))
        if self.currency_id and self.currency_id != order.currency_id:
            say("currency", self.env._("The document is in %(here)s, the order in %(there)s.", here=self.currency_id.name, there=order.currency_id.name))
        if self.type == "order_confirmation":
            silent = order.order_line.filtered(lambda line: line.product_id and not line.display_type) - self.line_ids.order_line_id
            if silent:
                say("silent", self.env._("Not confirmed: %s.", ", ".join(silent.product_id.mapped("display_name")[:10])))
        return found

    def _twin(self):
        """Another document or bill of the same vendor with the same number; an empty value without."""
        if not self.number or not self.partner_id or self.type not in ("invoice", "credit_note"):
            return None
        vendor = self.partner_id.commercial_partner_id
        other = self.sudo().search(
            [("partner_id", "child_of", vendor.id), ("number", "=", self.number), ("type", "=", self.type), ("id", "!=", self.id),
             ("state", "!=", "rejected"), ("company_id", "=", self.company_id.id)], limit=1,
        )  # fmt: skip
        bill = self.env["account.move"].sudo().search(
            [("commercial_partner_id", "=", vendor.id), ("ref", "=", self.number), ("state", "!=", "cancel"), ("id", "!=", self.bill_id.id),
             ("move_type", "in", ("in_invoice", "in_refund")), ("company_id", "=", self.company_id.id)], limit=1,
        )  # fmt: skip
        return other or bill or None


class GatehouseDocumentLine(models.Model):
    _inherit = "gatehouse.document.line"

    def _in_unit_of_order(self):
        """(quantity, net price, True when the units can be compared) in the unit of the order's line."""
        self.ensure_one()
        mine, theirs = self._uom(), self.order_line_id.product_uom_id
        price = self._net_price()
        if not theirs or not self.unit or mine == theirs:
            return self.quantity, price, True
        if not mine or not mine._has_common_reference(theirs):
            return self.quantity, price, False
        return mine._compute_quantity(self.quantity, theirs, round=False), mine._compute_price(price, theirs), True

    def _compared(self, policies, together):
        """What to write on a line: its state, what differs in words, and what was ordered."""
        ordered = self.order_line_id
        nothing = {"ordered_quantity": 0.0, "ordered_price": 0.0, "difference": False}
        document = self.document_id
        if not ordered:
            if document.type == "price_list" or not document.order_id:
                return {**nothing, "state": "known" if self.product_id else "none" if document.type != "price_list" else "unmatched"}
            return {**nothing, "state": "unmatched", "difference": self.env._("not on the order")}
        price = ordered.price_unit * (1 - ordered.discount / 100)
        texts, tolerated = [], []
        for control, value, text in self._differences(together, price):
            (tolerated if document._passes(policies, control, value) else texts).append(text)
        return {
            "ordered_quantity": ordered.product_qty, "ordered_price": price, "difference": "\n".join([*texts, *tolerated]) or False,
            "state": "differs" if texts else "tolerated" if tolerated else "match",
        }  # fmt: skip

    def _differences(self, together, ordered_price):
        """[(control, value its bands judge, text)] of one line."""
        ordered, document = self.order_line_id, self.document_id
        _quantity, price, comparable = self._in_unit_of_order()
        if not comparable:
            yield VALUE if document.type == "order_confirmation" else INVOICE, 1000.0, self.env._(
                "in %(here)s, ordered in %(there)s", here=self.unit, there=ordered.product_uom_id.name)
            return
        invoice = document.type in ("invoice", "credit_note")
        control = INVOICE if invoice else VALUE
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        expected = ordered.qty_to_invoice if document.type == "invoice" else ordered.qty_invoiced if invoice else ordered.product_qty
        if self.quantity and float_compare(together, expected, precision_digits=digits):
            off = abs(together - expected) / abs(expected) * 100 if expected else 1000.0
            if not invoice or together > expected:
                yield control, off, self._quantity_text(together, expected)
        same_currency = not document.currency_id or document.currency_id == ordered.currency_id
        if self.price and same_currency and abs(price - ordered_price) > 1e-6:
            off = abs(price - ordered_price) / ordered_price * 100 if ordered_price else 1000.0
            yield control, off, self.env._("price %(here)g, ordered at %(there)g", here=round(price, 6), there=round(ordered_price, 6))
        if document.type == "order_confirmation" and self.delivery_date and ordered.date_planned:
            late = (self.delivery_date - fields.Date.to_date(ordered.date_planned)).days
            if late > 0:
                yield DELAY, float(late), self.env._(
                    "on %(date)s, %(days)s days later than ordered", date=self.delivery_date.isoformat(), days=late)

    def _quantity_text(self, together, expected):
        ordered, document = self.order_line_id, self.document_id
        if document.type == "invoice":
            return self.env._(
                "%(here)g invoiced, %(open)g open (ordered %(ordered)g, received %(received)g, invoiced before %(before)g)",
                here=together, open=expected, ordered=ordered.product_qty, received=ordered.qty_received, before=ordered.qty_invoiced)
        if document.type == "credit_note":
            return self.env._("%(here)g credited, %(there)g invoiced", here=together, there=expected)
        if document.type == "delivery_note":
            return self.env._("%(here)g delivered, %(there)g ordered", here=together, there=expected)
        return self.env._("%(here)g confirmed, %(there)g ordered", here=together, there=expected)
