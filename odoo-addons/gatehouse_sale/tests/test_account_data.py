from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestAccountData(SaleCase):
    """Tier and segment of the account master: on the customer, and by tags in the scope of policies."""

    def answered(self, order, observed_at=None, **attributes):
        checks = self.good_checks()
        observed = (observed_at or fields.Datetime.now()).strftime("%Y-%m-%dT%H:%M:%SZ")
        checks[3] = {**checks[3], "attributes": attributes, "observed_at": observed}
        return self.record(order, checks)

    def tags(self, *names):
        return self.env["res.partner.category"].create([{"name": name, "gatehouse_account": "tier"} for name in names])

    def test_a_checked_order_shows_tier_and_segment_on_its_customer_and_a_repeat_changes_nothing(self):
        order = self.confirmed()
        self.answered(order, tier="Gold", segment="trade")
        self.assertEqual((self.partner.gatehouse_tier, self.partner.gatehouse_segment), ("Gold", "trade"))
        since = self.partner.gatehouse_account_at
        self.assertEqual(self.answered(order, tier="Bronze"), "duplicate")
        self.answered(self.confirmed(), tier="Gold", segment="trade")
        self.assertEqual((self.partner.gatehouse_tier, self.partner.gatehouse_account_at), ("Gold", since))
        view = self.env["res.partner"].with_user(self.seller).get_view(self.env.ref("base.view_partner_form").id, "form")["arch"]
        self.assertIn('name="gatehouse_tier"', view)

    def test_a_policy_for_the_tag_of_a_tier_applies_to_the_customers_of_that_tier(self):
        gold, silver = self.tags("gold", "Silver")
        role = self.env.ref("sales_team.group_sale_manager").id
        self.env["gatehouse.policy"].create({
            "name": "Silver discounts", "control": "sale_discount", "mode": "enforcing", "partner_tag_id": silver.id,
            "band_ids": [Command.create({"up_to": 1, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": role})],
        })._activate()  # fmt: skip
        first = self.confirmed(discount=4)
        self.answered(first, tier="Gold")
        self.assertEqual((self.partner.category_id, first.gatehouse_status), (gold, "clear"))
        second = self.confirmed(discount=4)
        self.answered(second, tier="Silver")
        self.assertEqual((self.partner.category_id, second.gatehouse_status), (silver, "held"))
        third = self.order(discount=4)
        third.action_confirm()
        self.assertEqual((third.state, self.holds(third).blocks), ("draft", "confirm"))

    def test_what_is_missing_unreadable_or_older_than_the_last_change_changes_nothing(self):
        now = fields.Datetime.now()
        self.answered(self.confirmed(), now, tier="Gold", segment="trade")
        self.answered(self.confirmed(), now - timedelta(hours=1), tier="Bronze")
        self.answered(self.confirmed(), now, tier=7, segment=" ")
        self.assertEqual((self.partner.gatehouse_tier, self.partner.gatehouse_segment), ("Gold", "trade"))

    def test_nobody_writes_a_tier_by_hand(self):
        for login in (self.seller, self.manager):
            with self.assertRaisesRegex(AccessError, "account master"):
                self.partner.with_user(login).write({"gatehouse_tier": "Gold"})
        with self.assertRaisesRegex(AccessError, "account master"):
            self.env["res.partner"].with_user(self.manager).create({"name": "Golden", "gatehouse_segment": "trade"})

    def test_what_cannot_be_kept_is_an_exception_and_the_checks_stand(self):
        order = self.confirmed()
        self.patch(type(self.env["res.partner"]), "_gatehouse_require_account_master", self.refuse)
        self.answered(order, tier="Gold")
        self.assertEqual((order.gatehouse_status, len(order.gatehouse_check_ids)), ("clear", 4))
        self.assertFalse(self.partner.gatehouse_tier)
        [told] = self.env["gatehouse.exception"].search([("key", "=", f"account:{self.partner.id}")])
        self.assertRegex(told.detail, "another system's\\n.*the check of his next order tries again")

    @staticmethod
    def refuse(partner, vals):
        if "gatehouse_tier" in vals:
            raise AccessError(f"the tier of {partner.name} is another system's")
