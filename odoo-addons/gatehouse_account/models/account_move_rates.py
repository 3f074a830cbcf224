from odoo import fields, models
from odoo.exceptions import UserError

from .account_move_write_off import DEBTS
from .gatehouse_policy import WRITE_OFF

#: How far a bank's rate may lie from the day's: beyond, the difference is not the rate's.
RATE_TOLERANCE = 0.05
AMOUNTS = ("amount", "debit_amount_currency", "credit_amount_currency")


def beyond_the_rate(worth, booked):
    """What is booked below its worth, in company currency; 0 where a bank's rate explains it."""
    return worth - booked if worth - booked > RATE_TOLERANCE * worth else 0.0


class AccountMoveLine(models.Model):
    """Exchange differences: a changed rate gives nothing up, whatever is only called one does."""

    _inherit = "account.move.line"

    def _gatehouse_reduces_debt(self):
        return (self.credit if self.account_id.account_type == "asset_receivable" else self.debit) > 0

    def _gatehouse_moves_the_rate_only(self):
        """A line without an amount in its own currency leaves what is owed in it as it was."""
        return self.currency_id != self.company_currency_id and self.currency_id.is_zero(self.amount_currency)

    def _gatehouse_off_the_rate(self, sign):
        """Company currency that the line's balance lies above (1) or below (-1) its amount at the day's rate."""
        if self.currency_id == self.company_currency_id or self.currency_id.is_zero(self.amount_currency):
            return 0.0
        worth = self.currency_id._convert(abs(self.amount_currency), self.company_currency_id, self.company_id, self.date)
        booked = abs(self.balance)
        return beyond_the_rate(booked, worth) if sign > 0 else beyond_the_rate(worth, booked)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _gatehouse_called_exchange_difference(self, rates, others):
        """What lines of a changed rate have against them besides the exchange accounts.

        The net of it: Odoo's own entries move taxes due on payment along with the rate, from one account to another.
        """
        company = self.company_id
        exchange = company.expense_currency_exchange_account_id | company.income_currency_exchange_account_id
        apart = others.filtered(lambda line: line.account_id not in exchange)
        return min(sum(abs(line.balance) for line in rates), abs(sum(apart.mapped("balance"))))


class AccountPayment(models.Model):
    _inherit = "account.payment"

    gatehouse_rate = fields.Float(
        "Rate of the settlement", digits=0, readonly=True, copy=False,
        help="Units of the invoices' currency that one of the company's settles, where who registered it booked the difference "
        "to an exchange account.",
    )  # fmt: skip

    def _gatehouse_below_the_rate(self):
        """What the invoices are worth at the day's rate beyond what is paid for them, in company currency."""
        given = 0.0
        for payment in self.filtered("gatehouse_rate"):
            home, foreign = payment.company_id.currency_id, payment.invoice_ids.currency_id[:1]
            paid = payment.currency_id._convert(payment.amount, home, payment.company_id, payment.date)
            worth = foreign._convert(paid * payment.gatehouse_rate, home, payment.company_id, payment.date) if foreign else 0.0
            given += beyond_the_rate(worth, paid)
        return given


class AccountPartialReconcile(models.Model):
    """A matching at a rate that nobody quotes gives up what the entries themselves do not show."""

    _inherit = "account.partial.reconcile"

    def _gatehouse_guard_rate(self, vals):
        """Raise where a matching gives up more than passes: Odoo settles at any rate that a caller names."""
        if not self.env["gatehouse.policy"]._in_use([WRITE_OFF]):
            return
        Line = self.env["account.move.line"].sudo()
        owed, paid, settled = Line.browse(vals.get("debit_move_id")), Line.browse(vals.get("credit_move_id")), vals.get("debit_amount_currency")
        if owed.account_id.account_type == "liability_payable":
            owed, paid, settled = paid, owed, vals.get("credit_amount_currency")
        given = self._gatehouse_given_by_matching(owed, paid, abs(vals.get("amount") or 0.0), abs(settled or 0.0))
        move = paid.move_id
        policy = move._gatehouse_decide()[move.id]["policies"].get(WRITE_OFF) if given else None
        if not policy:
            return
        text = self.env._(
            "matched with %(paid)s, %(given)s %(currency)s of %(owed)s are given up",
            paid=move.display_name, given=f"{given:,.2f}", currency=owed.company_currency_id.name, owed=owed.move_id.display_name,
        )  # fmt: skip
        verdict = move._gatehouse_verdict(WRITE_OFF, policy, given, text)
        if policy["mode"] != "enforcing" or verdict["outcome"] not in ("review", "forbid"):
            return
        if move.origin_payment_id.gatehouse_rate and not move._gatehouse_uncovered(move._gatehouse_decide()[move.id]):
            return  # judged, and signed where it had to be, when the payment was posted
        raise UserError(move._gatehouse_refusal(verdict, self.env._("needs a review")))

    def _gatehouse_guard_amounts(self, vals_list):
        """Raise where more is matched than an item has left: the debt would be settled by what is not there.

        On a record: its own old amounts count as left.
        """
        if not self.env["gatehouse.policy"]._in_use([WRITE_OFF]):
            return
        left = {}
        for vals in vals_list:
            for side in ("debit", "credit"):
                line = self.env["account.move.line"].sudo().browse(vals.get(f"{side}_move_id"))
                if line.account_id.account_type not in DEBTS:
                    continue
                mine = self if self[f"{side}_move_id"] == line else self.browse()
                known = (abs(line.amount_residual) + mine.amount, abs(line.amount_residual_currency) + mine[f"{side}_amount_currency"])
                home, abroad = left.get(line.id, known)
                home -= abs(vals.get("amount") or 0.0)
                abroad -= abs(vals.get(f"{side}_amount_currency") or 0.0)
                left[line.id] = home, abroad
                if line.company_currency_id.compare_amounts(home, 0.0) < 0 or line.currency_id.compare_amounts(abroad, 0.0) < 0:
                    raise UserError(
                        self.env._(
                            "%(entry)s has less left to match than that. Book the difference by the payment or by an entry: "
                            "both wait for a signature where one is needed.",
                            entry=line.move_id.display_name,
                        )
                    )  # fmt: skip

    def _gatehouse_given_by_matching(self, owed, paid, amount, settled):
        """Company currency that the creditor loses by the matching, at the better of the two days' rates for who pays."""
        home = owed.company_currency_id
        if owed.currency_id == paid.currency_id:
            return 0.0
        if paid._gatehouse_moves_the_rate_only():
            return amount
        if owed.currency_id == home:
            return 0.0  # the entry of the payment says at what rate
        worth = (owed.currency_id._convert(settled, home, owed.company_id, day) for day in (owed.date, paid.date))
        return round(beyond_the_rate(min(worth), amount), 2)
