from odoo import Command
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import OrderBypass, swallowed
from odoo.addons.gatehouse.tests.common import person
from odoo.addons.gatehouse_purchase.tests.common import PurchaseCase
from odoo.addons.gatehouse_sale.tests.common import SaleCase

from .common import PartnerCase


def bands(role, up_to):
    return [Command.create({"up_to": up_to, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": role.id})]


@tagged("post_install", "-at_install")
class TestSalesBypass(OrderBypass, SaleCase):
    """{control: what its policy lets pass, values of the order, settings of the policy}"""

    BYPASS = {
        "sale_discount": (15, {"discount": 25}, {}),
        "sale_amount": (1000, {"quantity": 50}, {}),
        "sale_margin": (85, {"discount": 10}, {}),
        "sale_credit": (0.01, {"quantity": 1}, {}),
        "sale_terms": (0.5, {"terms": 60}, {}),
        "sale_master_data": (0.5, {}, {"required_fields": "barcode"}),
    }

    def test_no_way_leads_past_a_control_of_sales(self):
        self.product.standard_price = 80
        self.env.company.account_use_credit_limit = True
        self.partner.credit_limit = 50
        term = self.env["account.payment.term"].create(
            {"name": "60 days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 60})]}
        )
        shipped = self.env["gatehouse.policy"].search([("state", "=", "active")])
        shipped._transition({"mode": "off"})
        for control, (limit, values, settings) in self.BYPASS.items():
            with self.subTest(control=control):
                role = self.env.ref("sales_team.group_sale_manager")
                policy = self.env["gatehouse.policy"].create(
                    {"name": control, "control": control, "mode": "enforcing", "band_ids": bands(role, limit), **settings}
                )
                policy._activate()
                asked = dict(values)
                if asked.pop("terms", None):
                    asked["payment_term_id"] = term.id
                self.nothing_passes(self.order(**asked), "sale")
                policy._transition({"state": "retired"})

    def test_a_swallowed_refusal_of_an_edit_keeps_nothing(self):
        order = self.confirmed()
        for attempt in (
            lambda: order.order_line.write({"discount": 60}),
            lambda: order.write({"order_line": [Command.update(order.order_line.id, {"price_unit": 1})]}),
            lambda: order.write({"order_line": [Command.create({"product_id": self.product.id, "discount": 99})]}),
        ):
            with swallowed(self):
                attempt()
            self.assertEqual([(line.discount, line.price_unit) for line in order.order_line], [(0, 100)])


@tagged("post_install", "-at_install")
class TestPurchaseBypass(OrderBypass, PurchaseCase):
    """{control: what its policy lets pass, quantity and price, settings of the policy}"""

    BYPASS = {
        "purchase_amount": (100, (20, 10.0), {}),
        "purchase_supplier": (1, (1, 10.0), {}),
        "purchase_price": (2, (1, 12.0), {}),
        "purchase_master_data": (0.5, (1, 10.0), {"required_fields": "barcode"}),
    }

    def test_no_way_leads_past_a_control_of_purchasing(self):
        self.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        for control, (limit, (quantity, price), settings) in self.BYPASS.items():
            with self.subTest(control=control):
                role = self.env.ref("purchase.group_purchase_manager")
                policy = self.env["gatehouse.policy"].create(
                    {"name": control, "control": control, "mode": "enforcing", "band_ids": bands(role, limit), **settings}
                )
                policy._activate()
                if control == "purchase_price":
                    self.product.seller_ids = [Command.create({"partner_id": self.vendor.id, "price": 10.0})]
                self.nothing_passes(self.order(quantity, price), "purchase")
                policy._transition({"state": "retired"})


@tagged("post_install", "-at_install")
class TestChangeBypass(PartnerCase):
    """{control: (Odoo model, field, value asked for, whether a new record may carry it)}

    The first price, cost or category of a new item is no change, so creation and copy are no way round there.
    """

    BYPASS = {
        "vendor_onboarding": ("res.partner", "gatehouse_vendor_state", "approved", False),
        "partner_terms": ("res.partner", "property_payment_term_id", "terms", False),
        "partner_credit": ("res.partner", "credit_limit", 9000.0, False),
        "partner_price_list": ("res.partner", "property_product_pricelist", "price list", False),
        "partner_tax_id": ("res.partner", "vat", "DE129273398", True),
        "partner_bank": ("res.partner.bank", "allow_out_payment", True, False),
        "product_price": ("product.template", "list_price", 130.0, True),
        "product_cost": ("product.product", "standard_price", 130.0, True),
        "product_category": ("product.template", "categ_id", "category", True),
        "vendor_price_list": ("product.supplierinfo", "price", 130.0, False),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        cls.terms = cls.env["account.payment.term"].create(
            {"name": "60 days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 60})]}
        )
        cls.env.ref("base.group_user").implied_ids += cls.env.ref("product.group_product_pricelist")
        cls.price_list = cls.env["product.pricelist"].create([{"name": name, "sequence": n} for n, name in enumerate(("Retail", "Gold"))])[1]
        cls.admin = person(
            cls.env, "gh_all", "base.group_system,account.group_account_manager,purchase.group_purchase_manager,"
            "product.group_product_manager,account.group_validate_bank_account",
        )  # fmt: skip
        cls.vendor.vat = "DE136695976"
        goods, other = cls.env["product.category"].create([{"name": "Goods"}, {"name": "Other goods"}])
        item = cls.env["product.template"].create(
            {"name": "Item", "list_price": 100.0, "standard_price": 100.0, "categ_id": goods.id}
        )
        cls.named = {"terms": cls.terms.id, "price list": cls.price_list.id, "category": other.id}
        item.seller_ids = [Command.create({"partner_id": cls.vendor.id, "price": 100.0})]
        cls.records = {
            "res.partner": cls.vendor,
            "res.partner.bank": cls.env["res.partner.bank"].create({"partner_id": cls.vendor.id, "acc_number": "X-1"}),
            "product.template": item,
            "product.product": item.product_variant_id,
            "product.supplierinfo": item.seller_ids,
        }

    def ways(self, record, field, value, may_be_born):
        """(name, what is done); each in the name of an administrator with every role."""
        mine = record.with_user(self.admin)
        column = f"{field}/.id" if record._fields[field].type == "many2one" else field
        yield "rpc", lambda: mine.write({field: value})
        yield "import", lambda: mine.load([".id", column], [[str(record.id), str(value)]])
        yield "context", lambda: mine.with_context(**{"gatehouse.applying": 1, "install_mode": True}).write({field: value})
        if record._name != "product.product":  # valuation writes the cost as superuser
            yield "superuser", lambda: record.sudo().write({field: value})
        if not may_be_born:
            [values] = record.copy_data()
            if record._name == "res.partner.bank":
                values["acc_number"] = "X-2"
            yield "creation", lambda: mine.create({**values, field: value})
            if record._name != "res.partner.bank":
                yield "copy", lambda: mine.copy({field: value})

    def test_no_way_leads_past_a_change_that_has_to_wait(self):
        for control, (name, field, value, may_be_born) in self.BYPASS.items():
            record, value = self.records[name], self.named.get(value, value)
            policy = self.policy(control)
            for way, attempt in self.ways(record, field, value, may_be_born):
                with self.subTest(control=control, way=way), self.env.cr.savepoint() as savepoint:
                    newest = record.sudo().search([], order="id desc", limit=1)
                    attempt()
                    self.env.flush_all()
                    self.env.invalidate_all()
                    found = record | record.sudo().search([("id", ">", newest.id)])
                    self.assertNotIn(value, [one.sudo()._gatehouse_plain([field])[field] for one in found])
                    asked = self.env["gatehouse.change.request"].search(
                        [("res_model", "=", name), ("res_id", "in", found.ids), ("state", "=", "waiting")]
                    )
                    self.assertEqual(len(asked), 1)
                    savepoint.rollback()
            policy._transition({"state": "retired"})

    def test_a_swallowed_refusal_of_a_change_keeps_neither_value_nor_request(self):
        for control, (name, field, value, may_be_born) in self.BYPASS.items():
            record, value = self.records[name], self.named.get(value, value)
            before = record._gatehouse_plain([field])
            policy = self.policy(control, band_ids=[Command.create({"outcome": "forbid"})])
            for way, attempt in self.ways(record, field, value, may_be_born):
                if way not in ("rpc", "creation"):
                    continue
                with self.subTest(control=control, way=way):
                    newest = record.sudo().search([], order="id desc", limit=1)
                    with swallowed(self, why="is forbidden"):
                        attempt()
                    born = record.sudo().search([("id", ">", newest.id)])
                    self.assertNotIn(value, [one._gatehouse_plain([field])[field] for one in born])
                    self.assertEqual(record._gatehouse_plain([field]), before)
                    self.assertFalse(self.env["gatehouse.change.request"].search([("res_model", "=", name)]))
            policy._transition({"state": "retired"})
