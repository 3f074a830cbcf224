from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PartnerCase


@tagged("post_install", "-at_install")
class TestPriceList(PartnerCase):
    """Whoever changes a customer's price list changes what counts as a discount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids += cls.env.ref("product.group_product_pricelist")
        cls.basic, cls.retail, cls.gold = cls.env["product.pricelist"].create(
            [{"name": name, "sequence": place} for place, name in enumerate(("Basic", "Retail", "Gold"))]
        )
        cls.customer = cls.env["res.partner"].create({"name": "Small Shop", "is_company": True, "country_id": cls.env.ref("base.de").id})
        cls.customer.property_product_pricelist = cls.retail
        cls.policy("partner_price_list")

    def kept(self, partner=None, price_list=None):
        """Nothing changed; the request that waits, if there is one."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((partner or self.customer).property_product_pricelist, price_list or self.retail)
        return self.requests(partner or self.customer)

    def test_another_price_list_waits_and_comes_with_the_signature(self):
        self.customer.with_user(self.clerk).write({"property_product_pricelist": self.gold.id, "phone": "123"})
        request = self.kept()
        self.assertEqual(self.customer.phone, "123")
        self.assertIn("price list Gold instead of Retail", request.name)
        self.assertIn("Gold", self.customer.gatehouse_change_banner)
        with self.assertRaises(AccessError):
            self.approve(request, self.clerk)
        self.approve(request)
        self.assertEqual((self.customer.property_product_pricelist, request.state), (self.gold, "applied"))

    def test_the_list_that_he_has_already_passes_under_either_name(self):
        self.customer.with_user(self.clerk).write({"property_product_pricelist": self.retail.id})
        self.customer.with_user(self.clerk).write({"specific_property_product_pricelist": self.retail.id})
        self.assertFalse(self.kept())

    def test_the_field_behind_it_is_no_way_round(self):
        self.customer.with_user(self.clerk).write({"specific_property_product_pricelist": self.gold.id})
        self.assertTrue(self.kept())

    def test_a_country_with_another_list_waits_and_one_with_the_same_passes(self):
        group = self.env["res.country.group"].create({"name": "North", "country_ids": [Command.link(self.env.ref("base.no").id)]})
        self.gold.country_group_ids = group
        newcomer = self.env["res.partner"].create({"name": "Newcomer", "is_company": True, "country_id": self.env.ref("base.de").id})
        newcomer.with_user(self.clerk).write({"country_id": self.env.ref("base.es").id, "city": "Vigo"})
        self.assertFalse(self.kept(newcomer, self.basic))
        newcomer.with_user(self.clerk).write({"country_id": self.env.ref("base.no").id, "city": "Oslo"})
        request = self.kept(newcomer, self.basic)
        self.assertEqual((newcomer.country_id.code, newcomer.city), ("ES", "Oslo"))
        self.approve(request)
        self.assertEqual((newcomer.country_id.code, newcomer.property_product_pricelist), ("NO", self.gold))
        self.customer.with_user(self.clerk).write({"country_id": self.env.ref("base.no").id})
        self.assertFalse(self.kept(), "a list of his own is not his country's")

    def test_what_a_contact_takes_over_to_its_company_waits_there(self):
        """Odoo carries these fields of a contact up to the company."""
        self.policy("partner_tax_id")
        self.customer.vat = "DE136695976"
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.customer.id})
        contact.with_user(self.clerk).write({"property_product_pricelist": self.gold.id, "vat": "DE129273398"})
        waiting = self.kept()
        self.assertEqual(sorted(waiting.mapped("control")), ["partner_price_list", "partner_tax_id"])
        self.assertEqual(self.customer.vat, "DE136695976")
        born = self.env["res.partner"].with_user(self.clerk).create(
            {"name": "Bob", "parent_id": self.customer.id, "property_product_pricelist": self.gold.id, "vat": "DE129273398"}
        )
        self.kept()
        self.assertEqual((born.commercial_partner_id, self.customer.vat), (self.customer, "DE136695976"))

    def test_a_contact_with_a_list_of_its_own_is_measured_by_its_companys(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.customer.id})
        contact.with_user(self.clerk).write({"property_product_pricelist": self.gold.id})
        item = self.env["product.product"].create({"name": "Hose", "list_price": 100.0})
        self.gold.item_ids = [Command.create({"compute_price": "percentage", "percent_price": 30})]
        order = self.env["sale.order"].create({"partner_id": contact.id, "order_line": [Command.create({"product_id": item.id})]})
        self.assertEqual(order.pricelist_id, self.gold)
        self.assertAlmostEqual(order._gatehouse_effective_discount(), 30)
