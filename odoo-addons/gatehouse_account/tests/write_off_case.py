from odoo import Command, fields

from odoo.addons.gatehouse.tests.common import person

from .common import AccountCase


class WriteOffCase(AccountCase):
    """Up to 10 passes, up to 1,000 is reviewed; a clerk who registers payments, a chief who may do everything in accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy("write_off", [(10, "pass"), (1000, "review"), (0, "forbid")])
        cls.clerk = person(cls.env, "gh_clerk", "base.group_user,account.group_account_invoice")
        cls.chief = person(cls.env, "gh_chief", "base.group_user,account.group_account_manager")
        cls.loss = cls.env["account.account"].create({"name": "Bad debts", "code": "GHLOSS", "account_type": "expense"})

    def invoice(self, amount=200.0, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.partner.id, "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})], **values,
            }
        )  # fmt: skip
        invoice.action_post()
        return invoice

    def register(self, invoice, amount, user=None, **values):
        Wizard = self.env["account.payment.register"].with_user(user or self.clerk)
        wizard = Wizard.with_context(active_model="account.move", active_ids=invoice.ids, dont_redirect_to_payments=True).create(
            {"amount": amount, "payment_difference_handling": "reconcile", "writeoff_account_id": self.loss.id, **values}
        )
        return wizard.action_create_payments()

    def entry(self, amount, user=None):
        """A debt written off by hand."""
        receivable = self.partner.property_account_receivable_id
        return self.env["account.move"].with_user(user or self.chief).create(
            {
                "line_ids": [
                    Command.create({"account_id": self.loss.id, "partner_id": self.partner.id, "debit": amount}),
                    Command.create({"account_id": receivable.id, "partner_id": self.partner.id, "credit": amount}),
                ],
            }
        )  # fmt: skip

    def owed(self, invoice):
        self.env.flush_all()
        self.env.invalidate_all()
        return invoice.amount_residual
