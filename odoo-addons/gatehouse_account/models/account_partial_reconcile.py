from odoo import api, models

from .account_move import BILLS
from .account_move_rates import AMOUNTS

CREDIT_NOTES = ("in_refund",)
MATCHED = {"debit_move_id", "credit_move_id", *AMOUNTS}


class AccountPartialReconcile(models.Model):
    """A held bill is matched with no payment: not by register, bank statement, an entry by hand or RPC."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._gatehouse_guard(vals.get("debit_move_id"), vals.get("credit_move_id"))
            self._gatehouse_guard_rate(vals)
        self.browse()._gatehouse_guard_amounts(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """A matching that is turned to other items, or to another amount, is another matching."""
        if {"debit_move_id", "credit_move_id"} & vals.keys():
            for partial in self:
                self._gatehouse_guard(
                    vals.get("debit_move_id", partial.debit_move_id.id), vals.get("credit_move_id", partial.credit_move_id.id)
                )
        if MATCHED & vals.keys():
            for partial in self:
                lines = {name: partial[name].id for name in ("debit_move_id", "credit_move_id")}
                partial._gatehouse_guard_amounts([{**lines, **{name: partial[name] for name in AMOUNTS}, **vals}])
        return super().write(vals)

    def _gatehouse_guard(self, debit, credit):
        Line = self.env["account.move.line"].sudo()
        bill, other = Line.browse(credit).move_id, Line.browse(debit).move_id
        if bill.move_type in BILLS and other.move_type not in CREDIT_NOTES:
            bill._gatehouse_refuse_payment()
