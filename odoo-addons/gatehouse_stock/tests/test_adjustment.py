from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import StockCase


@tagged("post_install", "-at_install")
class TestAdjustment(StockCase):
    BYPASS = {"stock_adjustment": 3}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.standard_price = 50.0
        cls.counter = person(cls.env, "gatehouse_counter", groups="stock.group_stock_manager")
        cls.controller = person(cls.env, "gatehouse_controller", groups="account.group_account_manager")
        cls.role = cls.env.ref("account.group_account_manager")
        cls.quant = cls.env["stock.quant"].search(
            [("product_id", "=", cls.product.id), ("location_id", "=", cls.warehouse.lot_stock_id.id)]
        )
        policy = cls.env["gatehouse.policy"].create(
            {
                "name": "Adjustments", "control": "stock_adjustment", "mode": "enforcing",
                "band_ids": [
                    Command.create({"up_to": 100, "outcome": "pass"}),
                    Command.create({"outcome": "review", "role_id": cls.role.id}),
                ],
            }
        )  # fmt: skip
        policy._activate()

    def count(self, quantity, user=None):
        quant = self.quant.with_user(user or self.counter).with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()
        self.env.flush_all()
        self.env.invalidate_all()

    def request(self):
        return self.env["gatehouse.change.request"].search(
            [("res_model", "=", "stock.quant"), ("res_id", "=", self.quant.id), ("state", "=", "waiting")]
        )

    def sign(self, request):
        hold = self.env["gatehouse.hold"]._open_on(request._name, request.ids)
        hold.with_user(self.controller).release("counted twice")
        self.env.invalidate_all()

    def test_a_small_difference_is_applied_at_once(self):
        self.count(9)
        self.assertEqual(self.quant.quantity, 9)
        self.assertFalse(self.request())

    def test_a_difference_that_a_rule_approves_is_applied_at_once(self):
        self.env["gatehouse.policy"].search([("control", "=", "stock_adjustment")])._transition({"state": "retired"})
        by_rule = {"outcome": "auto", "role_id": self.role.id}
        self.env["gatehouse.policy"].create(
            {"name": "By rule", "control": "stock_adjustment", "mode": "enforcing", "band_ids": [Command.create(by_rule)]}
        )._activate()
        self.count(3)
        self.assertEqual(self.quant.quantity, 3)
        self.assertFalse(self.request())

    def test_a_dear_difference_waits_and_is_applied_by_the_signature(self):
        self.count(3)
        self.assertEqual(self.quant.quantity, 10)
        request = self.request()
        self.assertIn("counted 3, on hand 10, worth 350.00", request.name)
        self.sign(request)
        self.assertEqual((self.quant.quantity, request.state), (3, "applied"))

    def test_a_count_of_a_worker_is_applied_by_the_signature(self):
        """Odoo lets every stock user apply a count, so the signature carries his out as well."""
        self.count(3, self.worker)
        self.assertEqual(self.quant.quantity, 10)
        request = self.request()
        self.assertEqual(request.requested_by, self.worker)
        self.sign(request)
        self.assertEqual((self.quant.quantity, request.state), (3, "applied"))

    def test_the_superuser_and_rpc_wait_as_well(self):
        quant = self.quant.sudo().with_context(inventory_mode=True)
        quant.inventory_quantity = 0
        quant._apply_inventory()
        self.assertEqual(self.quant.quantity, 10)
        self.assertTrue(self.request())

    def test_no_way_leads_past_it(self):
        """Each path in the name of a stock manager: the quantity itself, an import, a creation, the button, a context key, the superuser."""
        for control, asked in self.BYPASS.items():
            quant = self.quant.with_user(self.counter).with_context(inventory_mode=True)
            ways = {
                "rpc": lambda: quant.write({"inventory_quantity_auto_apply": asked}),
                "import": lambda: quant.load([".id", "inventory_quantity_auto_apply"], [[str(quant.id), str(asked)]]),
                "creation": lambda: quant.create(
                    {"product_id": self.product.id, "location_id": quant.location_id.id, "inventory_quantity_auto_apply": asked}
                ),
                "button": lambda: (quant.write({"inventory_quantity": asked}), quant.action_apply_inventory()),
                "context": lambda: quant.with_context(**{"gatehouse.applying": 1}).write({"inventory_quantity_auto_apply": asked}),
                "superuser": lambda: quant.sudo().write({"inventory_quantity_auto_apply": asked}),
            }
            for way, attempt in ways.items():
                with self.subTest(control=control, way=way), self.env.cr.savepoint() as savepoint:
                    attempt()
                    self.env.flush_all()
                    self.env.invalidate_all()
                    self.assertEqual(self.quant.quantity, 10)
                    self.assertIn("counted 3", self.request().name)
                    savepoint.rollback()

    def test_the_list_of_counts_says_for_whom_it_waits(self):
        self.count(3)
        self.assertIn("waits for", self.quant.gatehouse_waits)
        self.assertIn(self.role.name, self.quant.gatehouse_waits)
        self.sign(self.request())
        self.assertFalse(self.quant.gatehouse_waits)

    def test_a_count_explains_its_policies_before_and_after_it_is_applied(self):
        quant = self.quant.with_user(self.counter).with_context(inventory_mode=True)
        explained = lambda: self.env["gatehouse.explanation"].browse(quant.action_gatehouse_explain()["res_id"]).content  # noqa: E731
        self.assertIn("nobody needs to look at this change", explained())
        quant.inventory_quantity = 3
        before = explained()
        self.assertIn("Adjustments", before)
        self.assertIn("over the limit of 100: needs a review by", before)
        self.assertFalse(self.request(), "explaining asks for nothing")
        self.count(3)
        self.assertEqual(explained(), before)
        self.assertIn("worth 350.00", self.request().gatehouse_explain()[0]["verdict"])

    def test_goods_that_moved_meanwhile_make_the_count_void(self):
        self.count(3)
        request = self.request()
        self.env["stock.quant"]._update_available_quantity(self.product, self.warehouse.lot_stock_id, 5)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "has changed since"):
            self.sign(request)
        self.assertEqual(self.quant.quantity, 15)

    def test_a_count_that_agrees_asks_nobody(self):
        self.count(10)
        self.assertFalse(self.request())

    def together(self, **values):
        policy = self.env["gatehouse.policy"].search([("control", "=", "stock_adjustment"), ("state", "=", "active")])
        further = policy.copy({"rolling_days": 30, **values})
        policy._transition({"state": "retired"})
        further._activate()

    def another(self, product, location):
        """Ten pieces elsewhere, which further counts are of."""
        self.env["stock.quant"]._update_available_quantity(product, location, 10)
        return self.env["stock.quant"].search([("product_id", "=", product.id), ("location_id", "=", location.id)])

    def test_small_differences_of_an_item_count_together_wherever_it_lies(self):
        self.together()
        self.count(9)
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id})
        self.quant = self.another(self.product, shelf)
        self.count(8)
        self.assertEqual(self.quant.quantity, 10)
        self.assertIn("together 150 with what nobody signed of the last 30 days", self.request().name)

    def test_small_differences_of_one_person_count_together_where_the_policy_says_so(self):
        self.together(rolling_by="requester")
        self.count(9)
        post = self.env["product.product"].create({"name": "Post", "type": "consu", "is_storable": True, "standard_price": 50.0})
        self.quant = self.another(post, self.warehouse.lot_stock_id)
        self.count(8)
        self.assertIn("together 150", self.request().name)
        self.request().with_user(self.counter).action_withdraw()
        self.count(8, self.worker)
        self.assertEqual(self.quant.quantity, 8)
