from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestBadOrders(SaleCase):
    """Orders that no policy can judge are refused with what to do, and move again when it is done."""

    def foreign(self, rates):
        currency = self.env["res.currency"].create(
            {"name": "XGT", "symbol": "G", "rate_ids": [Command.create({"name": "2020-01-01", "rate": rate}) for rate in rates]}
        )
        pricelist = self.env["product.pricelist"].create({"name": "G", "currency_id": currency.id})
        return currency, self.order(pricelist_id=pricelist.id, price_unit=1000000.0)

    def test_two_million_in_a_currency_without_a_rate(self):
        currency, order = self.foreign([])
        with self.assertRaisesRegex(UserError, f"{order.name} is in XGT, which has no exchange rate"), self.env.cr.savepoint():
            order.action_confirm()
        with self.assertRaisesRegex(UserError, "no exchange rate"), self.env.cr.savepoint():
            order.sudo().write({"state": "sale"})
        self.env.invalidate_all()
        currency.rate_ids = [Command.create({"name": "2020-01-01", "rate": 1000.0})]
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_rate_is_used(self):
        _currency, order = self.foreign([0.5])
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertIn("4000000.00", self.holds(order).filtered(lambda hold: hold.control == "sale_amount").reason_text)

    def test_a_measure_in_a_currency_without_a_rate_counts_as_no_answer(self):
        self.env["res.currency"].create({"name": "XGT", "symbol": "G"})
        order = self.confirmed()
        checks = self.good_checks()
        checks[1] = self.check("finance_exposure", headroom={"value": "2000000.00", "currency": "XGT"})
        self.record(order, checks)
        check = order.gatehouse_check_ids.filtered(lambda row: row.code == "finance_exposure")
        self.assertEqual(check.verdict, "unavailable")
        self.assertIn("without a rate", check.verdict_text)

    def strict(self, **scope):
        """A policy that forbids every order in this scope."""
        policy = self.env["gatehouse.policy"].create(
            {
                "name": "Nothing here", "control": "sale_amount", "mode": "enforcing", **scope,
                "band_ids": [Command.create({"outcome": "forbid"})],
            }
        )  # fmt: skip
        policy._activate()
        return policy

    def test_who_archives_a_tag_switches_no_policy_off(self):
        tag = self.env["res.partner.category"].create({"name": "Late payer"})
        self.partner.category_id = tag
        self.strict(partner_tag_id=tag.id)
        tag.active = False
        with self.assertRaisesRegex(UserError, "Nothing here"):
            self.order().action_confirm()

    def test_a_contacts_order_meets_the_policies_of_its_companys_tags(self):
        tag = self.env["res.partner.category"].create({"name": "Late payer"})
        self.partner.write({"is_company": True, "category_id": tag})
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.partner.id})
        self.strict(partner_tag_id=tag.id)
        with self.assertRaisesRegex(UserError, "Nothing here"):
            self.order(partner_id=contact.id).action_confirm()

    def test_a_place_written_together_with_the_state_is_judged_by_its_own_policies(self):
        team = self.env["crm.team"].create({"name": "Strict team"})
        self.strict(team_id=team.id)
        for together in (True, False):
            order = self.order()
            order._gatehouse_decide()  # remembered until the next savepoint, which assertRaises would make
            try:
                if not together:
                    order.team_id = team
                order.write({"state": "sale", **({"team_id": team.id} if together else {})})
            except UserError as refusal:
                self.assertIn("Nothing here", str(refusal))
            else:
                self.fail("what was decided for the old team counted")
            self.assertNotEqual(order.state, "sale")

    def test_another_companys_policy_says_nothing_here(self):
        other = self.env["res.company"].create({"name": "Sister"})
        policy = self.env["gatehouse.policy"].create(
            {
                "name": "Theirs", "control": "sale_amount", "mode": "enforcing", "company_id": other.id,
                "band_ids": [Command.create({"outcome": "forbid"})],
            }
        )  # fmt: skip
        policy._activate()
        self.assertTrue(self.confirmed())
