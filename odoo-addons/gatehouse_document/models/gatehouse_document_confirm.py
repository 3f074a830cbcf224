from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .gatehouse_document import OPEN
from .gatehouse_document_compare import DELAY, VALUE


class GatehouseDocument(models.Model):
    """What a person makes of a document. Only a signed-in person with rights on orders or bills gets here."""

    _inherit = "gatehouse.document"

    # -- deciding ------------------------------------------------------------------------------
    def action_confirm(self):
        """An invoice becomes a draft bill, a confirmation a change of the order, a price list new vendor prices; a delivery note is filed."""
        self.ensure_one()
        self._require_decider()
        self.sudo()._reconsider(by_hand={"confirm"})
        if not self.type or not self.partner_id:
            raise UserError(self.env._("%s needs its type and its vendor before it is confirmed.", self.name))
        act = {
            "invoice": self._make_bill, "credit_note": self._make_bill, "order_confirmation": self._change_order,
            "delivery_note": self._file, "price_list": self._change_prices,
        }[self.type]  # fmt: skip
        outcome = act()
        self._decide("confirmed", outcome)
        self.env["gatehouse.document.template"].sudo()._learn(self.sudo())
        return self._after_confirming()

    def action_reject(self):
        return self.env["gatehouse.reason"]._open_for("document_ids", self, "reject")

    def reject(self, reason):
        """The order stays as it is, no bill is made."""
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: please say why"))
        for document in self:
            document._require_decider()
            document._close_reviews((VALUE, DELAY), self.env._("%s was rejected: %s", document.name, reason.strip()))
            document._decide("rejected", reason.strip())

    def _require_decider(self):
        self.check_access("write")
        for document in self:
            if self.env.su and self.env.uid == 1:
                raise UserError(self.env._("A person decides on %s.", document.name))
            if document.state not in OPEN:
                raise UserError(self.env._("%s is decided already.", document.name))

    def _decide(self, state, outcome):
        corrected = self.field_ids.filtered("corrected")
        self._move({"state": state, "outcome": outcome, "decided_by": self.env.uid, "decided_at": fields.Datetime.now()})
        self.env["gatehouse.exception"].sudo().search(
            [("key", "=", f"document:{self.id}"), ("state", "=", "open")]
        )._close(outcome)
        self.env["gatehouse.decision"]._append(
            f"document_{state}", self, outcome=outcome, type=self.type, sha256=self.sha256, read_by=self.read_by or "",
            corrected={field.name: [field.read_value or "", field.value or ""] for field in corrected},
        )  # fmt: skip

    def _after_confirming(self):
        if self.bill_id:
            return {"type": "ir.actions.act_window", "res_model": "account.move", "res_id": self.bill_id.id, "view_mode": "form"}
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _file(self):
        """A delivery note changes nothing: the warehouse receives what came, and the invoice is booked."""
        return self.env._("Filed; the goods are received at the warehouse")

    # -- an order confirmation -----------------------------------------------------------------
    def _proposed(self):
        """({"order_line": commands} of prices and quantities, the same of dates): what the vendor says other than the order."""
        values, dates = {}, {}
        for line in self.line_ids.filtered("order_line_id"):
            ordered = line.order_line_id
            quantity, price, comparable = line._in_unit_of_order()
            if not comparable:
                continue
            same_currency = not self.currency_id or self.currency_id == ordered.currency_id
            entry = values.setdefault(ordered.id, {"quantity": 0.0, "price": None})
            entry["quantity"] += quantity
            if line.price and same_currency:
                entry["price"] = price / (1 - ordered.discount / 100) if ordered.discount < 100 else None
            if line.delivery_date:
                dates[ordered.id] = max(line.delivery_date, dates.get(ordered.id, line.delivery_date))
        return self._value_commands(values), self._date_commands(dates)

    def _value_commands(self, values):
        commands = []
        for line in self.env["purchase.order.line"].sudo().browse(values):
            entry, vals = values[line.id], {}
            if entry["quantity"] and abs(entry["quantity"] - line.product_qty) > 1e-6:
                vals["product_qty"] = round(entry["quantity"], 6)
            if entry["price"] is not None and abs(entry["price"] - line.price_unit) > 1e-6:
                vals["price_unit"] = round(entry["price"], 6)
            if vals:
                commands.append([1, line.id, vals])
        return commands

    def _date_commands(self, dates):
        commands = []
        for line in self.env["purchase.order.line"].sudo().browse(dates):
            planned = fields.Datetime.to_datetime(line.date_planned) or fields.Datetime.now()
            if fields.Date.to_date(planned) != dates[line.id]:
                moment = planned.replace(year=dates[line.id].year, month=dates[line.id].month, day=dates[line.id].day)
                commands.append([1, line.id, {"date_planned": fields.Datetime.to_string(moment)}])
        return commands

    def _change_order(self):
        """Write what the policies let pass; the rest waits as a change request, and the order's review with it."""
        order = self.order_id
        if not order:
            raise UserError(self.env._("%s belongs to no order: choose one.", self.name))
        if order.state != "purchase":
            raise UserError(self.env._("%s is not confirmed yet: confirm the order first, or reject this document.", order.name))
        order.check_access("write")
        values, dates = self._proposed()
        waiting, written = self.env["gatehouse.change.request"], []
        for control, commands in ((VALUE, values), (DELAY, dates)):
            if commands:
                request = waiting._ask(order, control, {"order_line": commands})
                if request.state == "waiting":
                    waiting |= request
                    continue
                if not request:
                    order.write({"order_line": commands})
                written += commands
            self._close_reviews((control,), self.env._("%s was confirmed", self.name))
        if self.number and not order.partner_ref:
            order.write({"partner_ref": self.number})
        self._note_vendor_codes()
        self._move({"change_ids": [(6, 0, waiting.ids)]})
        if waiting:
            return self.env._("%(count)s changes of %(order)s wait for approval", count=len(waiting), order=order.name)
        if written:
            return self.env._("%(order)s was changed in %(count)s lines", order=order.name, count=len({command[1] for command in written}))
        return self.env._("%s is as ordered", order.name)

    def _note_vendor_codes(self):
        """How the vendor calls an item that a person matched: the next document finds it by that."""
        for line in self.line_ids.filtered(lambda line: line.product_id and line.item):
            sellers = line.product_id.seller_ids.filtered(
                lambda seller: seller.partner_id.commercial_partner_id == self.partner_id.commercial_partner_id and not seller.product_code
            )
            known = {line.product_id.default_code, line.product_id.barcode}
            if sellers and line.item not in known:
                sellers.sudo().write({"product_code": line.item})

    # -- the review on the order ---------------------------------------------------------------
    def _raise_review(self):
        """A confirmation that differs by more than the policy lets pass holds the receipt until somebody looked.

        Asked again with each correction: a review for the same reasons stays as it is.
        """
        order = self.order_id.sudo()
        if self.type != "order_confirmation" or order.state != "purchase" or order._gatehouse_goods_gone():
            return
        policies, verdicts = self._policies(), []
        for control, commands in zip((VALUE, DELAY), self._proposed(), strict=True):
            verdict = self._confirmed_otherwise(control, commands, policies.get(control))
            held = self._open_reviews((control,)).filtered(lambda hold: verdict and hold.reason_text == verdict["text"])
            if not held:
                self._close_reviews((control,), self.env._("Replaced by %s", self.name))
                verdicts += [verdict] if verdict else []
        if verdicts:
            order._gatehouse_place_reviews(verdicts, "receive", order._gatehouse_material_hash())

    def _confirmed_otherwise(self, control, commands, policy):
        """The verdict on what the vendor confirms differently; None where it passes, or where nothing is enforced."""
        if not policy or not commands or policy["mode"] != "enforcing":
            return None
        value, text = self.order_id.sudo()._gatehouse_change_value(control, {"order_line": commands}, policy)
        if self.env["gatehouse.policy"]._judge_band(policy, value)[0] not in ("review", "forbid"):
            return None
        return {
            "control": control, "policy": policy["id"], "version": policy["version"], "value": value, "text": text,
            "role_ids": self.env["gatehouse.policy"]._judge_roles(policy, value),
        }  # fmt: skip

    def _open_reviews(self, controls):
        holds = self.env["gatehouse.hold"]._open_on("purchase.order", self.order_id.ids, "receive")
        return holds.filtered(lambda hold: hold.control in controls)

    def _close_reviews(self, controls, reason):
        self._open_reviews(controls)._close("voided", reason)


class GatehouseReason(models.TransientModel):
    _inherit = "gatehouse.reason"

    # whoever decides about other things must not need to see supplier documents
    document_ids = fields.Many2many("gatehouse.document", groups="purchase.group_purchase_user,account.group_account_invoice")

    def action_apply(self):
        if self.sudo().document_ids:
            self.document_ids.reject(self.reason)
        return super().action_apply()
