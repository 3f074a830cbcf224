from odoo import Command
from odoo.addons.gatehouse.tests.common import people
from odoo.tests import TransactionCase


class PartnerCase(TransactionCase):
    """A clerk who keeps master data, a finance manager who signs, and policies that a test asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,base.group_partner_manager,purchase.group_purchase_user,product.group_product_manager"
        cls.clerk, cls.finance = people(cls.env, {
            "gh_clerk": f"{groups},account.group_account_invoice",
            "gh_finance": f"{groups},account.group_account_manager,account.group_validate_bank_account",
        })
        cls.role = cls.env.ref("account.group_account_manager")
        cls.vendor = cls.env["res.partner"].create({"name": "Plain Bolts Ltd", "is_company": True})

    @classmethod
    def policy(cls, control, up_to=0.0, mode="enforcing", **values):
        bands = [Command.create({"outcome": "review", "role_id": cls.role.id})]
        if up_to:
            bands.insert(0, Command.create({"up_to": up_to, "outcome": "pass"}))
        draft = cls.env["gatehouse.policy"].create(
            {"name": control, "control": control, "mode": mode, "band_ids": bands, **values}
        )
        draft._activate()
        return draft

    def requests(self, record):
        return self.env["gatehouse.change.request"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id), ("state", "=", "waiting")]
        )

    def approve(self, request, user=None):
        hold = self.env["gatehouse.hold"]._open_on(request._name, request.ids)
        hold.with_user(user or self.finance).release("looked at it")
