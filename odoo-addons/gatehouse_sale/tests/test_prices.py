from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestPrices(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("product.group_product_pricelist")
        cls.products = cls.env["product.product"].create(
            [{"name": f"P{n}", "type": "consu", "list_price": 100.0, "taxes_id": [Command.clear()]} for n in range(12)]
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Tiers",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 5}),
                    *[
                        Command.create({
                            "applied_on": "0_product_variant", "product_id": product.id, "min_quantity": 10,
                            "compute_price": "fixed", "fixed_price": 80 - number,
                        })
                        for number, product in enumerate(cls.products)
                    ],
                ],
            }
        )  # fmt: skip

    def priced_order(self, count):
        self.partner.property_product_pricelist = self.pricelist
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": 10 if number % 2 else 1})
            for number, product in enumerate(self.products[:count])
        ]
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "pricelist_id": self.pricelist.id, "order_line": lines}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return order

    def test_prices_asked_for_together_are_those_of_each_line_alone(self):
        order = self.priced_order(12)
        alone = [line._gatehouse_tier_price() for line in order.order_line]
        self.env.invalidate_all()
        together = [line._gatehouse_tier_price() for line in order._gatehouse_lines_with_price_memo()]
        self.assertEqual(together, alone)
        self.assertEqual(alone[:4], [95.0, 79.0, 95.0, 77.0])

    def test_the_price_rules_are_read_once_however_many_lines_an_order_has(self):
        searches = []
        Item = type(self.env["product.pricelist.item"])
        original = Item.search_fetch

        def search_fetch(self, *args, **kwargs):
            searches.append(args)
            return original(self, *args, **kwargs)

        self.patch(Item, "search_fetch", search_fetch)
        for count in (2, 12):
            order = self.priced_order(count)
            searches.clear()
            order._gatehouse_effective_discount()
            self.assertEqual(len(searches), 1, f"{count} lines")

    def test_orders_judged_together_read_a_list_once_whether_it_is_dated_or_not(self):
        orders = self.priced_order(4) | self.priced_order(6) | self.priced_order(2)
        for place, order in enumerate(orders):
            order.date_order = f"2026-0{place + 1}-15 10:00:00"
        Item = type(self.env["product.pricelist.item"])
        original, searches = Item.search_fetch, []
        self.patch(Item, "search_fetch", lambda self, *args, **kwargs: searches.append(args) or original(self, *args, **kwargs))

        def discounts(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            searches.clear()
            return [order._gatehouse_effective_discount() for order in orders]

        alone = discounts(orders)
        self.assertEqual((discounts(orders._gatehouse_together({}, replay=True)), len(searches)), (alone, 1))
        self.pricelist.item_ids.filtered(lambda item: item.compute_price == "percentage").write(
            {"date_start": "2026-02-01", "percent_price": 50}
        )
        dated = [discounts(order._gatehouse_together({}, replay=True))[0] for order in orders]
        self.assertNotEqual(dated, alone)
        self.assertEqual((discounts(orders._gatehouse_together({}, replay=True)), len(searches)), (dated, 1))

    def test_rules_that_another_addon_chooses_otherwise_are_the_ones_it_chooses(self):
        order = self.priced_order(4)
        Pricelist = type(self.env["product.pricelist"])
        odoos = Pricelist._get_applicable_rules_domain

        def without_percentages(self, products, date, **kwargs):
            return [*odoos(self, products, date, **kwargs), ("compute_price", "!=", "percentage")]

        self.patch(Pricelist, "_get_applicable_rules_domain", without_percentages)
        together = [line._gatehouse_tier_price() for line in order._gatehouse_together({}, replay=True).order_line]
        self.assertEqual(together, [100.0, 79.0, 100.0, 77.0])

    def test_equal_lines_of_other_days_have_their_own_price_where_the_day_matters(self):
        """A rule that builds on a list with dates, and a list in a currency whose rate moves."""
        abroad = self.env.ref("base.EUR") if self.env.company.currency_id != self.env.ref("base.EUR") else self.env.ref("base.USD")
        abroad.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", abroad.id)]).unlink()
        self.env["res.currency.rate"].create(
            [{"name": f"2026-0{month}-01", "rate": month, "currency_id": abroad.id, "company_id": self.env.company.id} for month in (1, 2)]
        )
        base = self.env["product.pricelist"].create(
            {
                "name": "Season",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 0}),
                    Command.create({"compute_price": "percentage", "percent_price": 50, "date_start": "2026-02-01"}),
                ],
            }
        )  # fmt: skip
        rule = {"compute_price": "formula", "base": "pricelist", "base_pricelist_id": base.id, "price_discount": 0}
        lists = self.env["product.pricelist"].create(
            [{"name": "On top", "item_ids": [Command.create(rule)]},
             {"name": "Abroad", "currency_id": abroad.id, "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 5})]}]
        )  # fmt: skip
        for pricelist in lists:
            with self.subTest(pricelist=pricelist.name):
                self.partner.property_product_pricelist = pricelist
                orders = self.env["sale.order"].browse()
                for month in (1, 2, 2):
                    order = self.env["sale.order"].create(
                        {"partner_id": self.partner.id, "pricelist_id": pricelist.id, "date_order": f"2026-0{month}-15 10:00:00",
                         "order_line": [Command.create({"product_id": self.products[0].id, "product_uom_qty": 1})]}
                    )  # fmt: skip
                    orders |= order
                alone = [order._gatehouse_together({}, replay=True).order_line._gatehouse_tier_price() for order in orders]
                self.env.invalidate_all()
                together = orders._gatehouse_together({}, replay=True)
                shared = [line._gatehouse_tier_price() for order in together for line in order.order_line]
                self.assertEqual(shared, alone)
                self.assertEqual((alone[0] == alone[1], alone[1] == alone[2]), (False, True))

    def test_equal_lines_of_many_orders_are_priced_once(self):
        orders = self.priced_order(4) | self.priced_order(6)
        Item = type(self.env["product.pricelist.item"])
        original, priced = Item._compute_price, []
        self.patch(Item, "_compute_price", lambda self, *args, **kwargs: priced.append(args) or original(self, *args, **kwargs))
        self.env.invalidate_all()
        memory = {}
        for order in orders._gatehouse_together(memory):
            order._gatehouse_effective_discount()
        self.assertEqual(len(priced), 6)

    # -- the customer's own list ---------------------------------------------------------------
    def own(self, partner):
        return partner.with_company(self.env.company)._gatehouse_price_list()

    def test_the_customers_own_list_is_the_one_that_odoo_would_choose(self):
        group = self.env["res.country.group"].create({"name": "North", "country_ids": [Command.link(self.env.ref("base.no").id)]})
        north = self.pricelist.copy({"name": "North", "country_group_ids": [Command.link(group.id)]})
        people = self.env["res.partner"].create(
            [{"name": "N", "country_id": self.env.ref("base.no").id}, {"name": "S", "country_id": self.env.ref("base.es").id}, {"name": "?"}]
        )
        mine = self.env["res.partner"].create({"name": "M", "country_id": self.env.ref("base.no").id})
        mine.property_product_pricelist = self.pricelist
        for change in (lambda: None, lambda: group.write({"country_ids": [Command.set(self.env.ref("base.es").ids)]}),
                       lambda: self.pricelist.write({"active": False}), north.unlink):  # fmt: skip
            change()
            self.env.flush_all()
            self.env.invalidate_all()
            for partner in people | mine:
                self.assertEqual(self.own(partner), partner.property_product_pricelist, partner.name)
        self.assertEqual(self.own(people[2].with_context(country_code="NO")), self.own(people[2]), "a caller names no country")

    def test_what_is_remembered_of_countries_is_forgotten_only_when_their_lists_may_be_others(self):
        norway, group = self.env.ref("base.no"), self.env["res.country.group"].create({"name": "North"})
        with patch.object(type(self.env.registry), "clear_cache") as clear:
            norway.zip_required = not norway.zip_required
            group.name = "Norden"
            self.pricelist.write({"name": "Tiers 2", "item_ids": [Command.update(self.pricelist.item_ids[0].id, {"percent_price": 6})]})
            self.env.flush_all()
            self.assertFalse(clear.call_args_list)
            for count, change in enumerate((
                lambda: group.write({"country_ids": [Command.link(norway.id)]}), lambda: self.pricelist.write({"sequence": 9}),
                lambda: norway.write({"country_group_ids": [Command.clear()]}),
            ), start=1):  # fmt: skip
                change()
                self.assertEqual(clear.call_count, count)

    def test_a_countrys_list_is_searched_for_once_and_not_for_each_confirmation(self):
        order = self.order()
        order._gatehouse_effective_discount()
        searches = []
        List = type(self.env["product.pricelist"])
        original = List.search
        self.patch(List, "search", lambda self, *args, **kwargs: searches.append(args) or original(self, *args, **kwargs))
        self.env.invalidate_all()
        order._gatehouse_discount_value()
        self.assertFalse(searches)

    def test_orders_judged_together_look_up_their_customers_list_once(self):
        orders = self.priced_order(2) | self.priced_order(3)
        asked = []
        Partner = type(self.env["res.partner"])
        original = Partner._gatehouse_price_list
        self.patch(Partner, "_gatehouse_price_list", lambda self: asked.append(self.id) or original(self))
        memory = {}
        for batch in (orders[0], orders[1]):
            for order in batch._gatehouse_together(memory):
                order._gatehouse_discount_value()
        self.assertEqual(asked, self.partner.ids)
