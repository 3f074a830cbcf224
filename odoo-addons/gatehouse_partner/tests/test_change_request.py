from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import PartnerCase


@tagged("post_install", "-at_install")
class TestChangeRequest(PartnerCase):
    def test_without_a_policy_nothing_waits(self):
        self.vendor.with_user(self.clerk).write({"credit_limit": 50000})
        self.assertEqual(self.vendor.credit_limit, 50000)
        self.assertFalse(self.requests(self.vendor))

    def test_an_observing_policy_writes_and_logs(self):
        self.policy("partner_credit", 1000, mode="observing")
        self.vendor.with_user(self.clerk).write({"credit_limit": 50000})
        self.assertEqual(self.vendor.credit_limit, 50000)
        logged = self.env["gatehouse.decision"].search([], limit=1).content
        self.assertEqual((logged["action"], logged["controls"][0]["outcome"]), ("master_data_changed", "review"))

    def test_a_back_test_is_refused_with_the_way_that_there_is_and_that_way_counts(self):
        policy = self.policy("partner_credit", 1000, mode="observing")
        author = person(self.env, "gh_credit_author", "base.group_user,gatehouse.group_policy_author")
        with self.assertRaisesRegex(UserError, 'credit limit.*keeps no history.*Activate "partner_credit" in observing mode'):
            policy.with_user(author).action_backtest()
        self.vendor.with_user(self.clerk).write({"credit_limit": 50000})
        self.assertEqual(policy._observed_numbers()["review"], 1)

    def test_a_high_limit_waits_and_comes_with_the_signature(self):
        self.policy("partner_credit", 1000)
        self.vendor.with_user(self.clerk).write({"credit_limit": 50000, "phone": "123"})
        self.assertEqual((self.vendor.credit_limit, self.vendor.phone), (0, "123"))
        request = self.requests(self.vendor)
        self.assertIn("50,000.00", request.name)
        self.assertIn("50,000.00", self.vendor.gatehouse_change_banner)
        with self.assertRaises(AccessError):
            self.approve(request, self.clerk)
        self.approve(request)
        self.assertEqual((self.vendor.credit_limit, request.state), (50000, "applied"))
        logged = self.env["gatehouse.decision"].search([], limit=1).content
        self.assertEqual((logged["action"], logged["after"]), ("change_applied", {"credit_limit": 50000}))

    def test_a_low_limit_and_a_lower_one_pass(self):
        self.policy("partner_credit", 1000)
        self.vendor.with_user(self.clerk).write({"credit_limit": 800})
        self.assertEqual(self.vendor.credit_limit, 800)
        self.vendor.sudo().credit_limit = 0
        self.assertFalse(self.requests(self.vendor))

    def test_no_path_writes_past_it(self):
        self.policy("partner_credit", 1000)
        admin = self.env.ref("base.user_admin")
        self.vendor.with_user(admin).with_context(**{"gatehouse.applying": 1}).write({"credit_limit": 9000})
        self.vendor.sudo().write({"credit_limit": 9001})
        loaded = self.env["res.partner"].with_user(admin).load([".id", "credit_limit"], [[str(self.vendor.id), "9002"]])
        self.assertEqual(loaded["ids"], self.vendor.ids)
        self.assertEqual(self.vendor.credit_limit, 0)
        born = self.env["res.partner"].with_user(admin).create({"name": "Newborn", "credit_limit": 9003})
        self.assertEqual(born.credit_limit, 0)
        self.assertEqual(self.requests(born).proposed, {"credit_limit": 9003})
        copy = self.vendor.copy({"credit_limit": 9004})
        self.assertEqual(copy.credit_limit, 0)

    def test_who_may_not_write_the_record_does_not_ask_either(self):
        self.policy("partner_credit", 1000)
        reader = person(self.env, "gh_reader", "base.group_user")
        with self.assertRaises(AccessError):
            self.vendor.with_user(reader).write({"credit_limit": 50000})
        self.assertFalse(self.requests(self.vendor))

    def test_a_newer_request_replaces_the_one_before(self):
        self.policy("partner_credit", 1000)
        for limit in (5000, 6000):
            self.vendor.with_user(self.clerk).write({"credit_limit": limit})
        self.assertEqual(self.requests(self.vendor).proposed, {"credit_limit": 6000})
        holds = self.env["gatehouse.hold"].search([("res_model", "=", "gatehouse.change.request")])
        self.assertEqual(sorted(holds.mapped("state"))[-2:], ["open", "voided"])

    def test_changed_meanwhile_it_has_to_be_asked_again(self):
        policy = self.policy("partner_credit", 1000)
        self.vendor.with_user(self.clerk).write({"credit_limit": 5000})
        request = self.requests(self.vendor)
        policy._transition({"mode": "off"})
        self.vendor.write({"credit_limit": 700})
        policy._transition({"mode": "enforcing"})
        with self.assertRaisesRegex(UserError, "has changed since"):
            self.approve(request)
        self.env["gatehouse.hold"]._open_on(request._name, request.ids)._step().with_user(self.finance).reject("Asked anew")
        self.assertEqual((request.state, self.vendor.credit_limit), ("waiting", 700))

    def test_a_deleted_record_leaves_nothing_to_decide(self):
        self.policy("partner_credit", 1000)
        self.vendor.with_user(self.clerk).write({"credit_limit": 5000})
        request = self.requests(self.vendor)
        hold = self.env["gatehouse.hold"]._open_on(request._name, request.ids)
        self.vendor.unlink()
        self.assertEqual((request.state, hold.state, hold.approval_ids.state), ("voided", "voided", "voided"))

    def test_longer_terms_wait_shorter_pass_and_contacts_follow(self):
        self.policy("partner_terms", 5)
        terms = [
            self.env["account.payment.term"].create(
                {"name": f"{days} days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": days})]}
            )
            for days in (10, 60)
        ]
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.vendor.id})
        self.vendor.property_payment_term_id = terms[0]
        self.requests(self.vendor).sudo()._apply()
        self.assertEqual(self.vendor.property_payment_term_id, terms[0])
        self.vendor.with_user(self.clerk).write({"property_payment_term_id": terms[1].id})
        self.assertEqual(self.vendor.property_payment_term_id, terms[0])
        self.approve(self.requests(self.vendor))
        self.assertEqual((self.vendor | contact).property_payment_term_id, terms[1])
        self.vendor.with_user(self.clerk).write({"property_payment_term_id": terms[0].id})
        self.assertEqual(self.vendor.property_payment_term_id, terms[0])

    def test_the_account_one_pays_to_changes_by_approval_alone(self):
        self.policy("partner_bank")
        account = self.env["res.partner.bank"].with_user(self.finance).create(
            {"acc_number": "DE89370400440532013000", "partner_id": self.vendor.id, "allow_out_payment": True}
        )
        self.assertFalse(account.allow_out_payment)
        account.with_user(self.finance).write({"allow_out_payment": True})
        other = self.env["res.users"].search([("all_group_ids", "in", self.role.ids), ("id", "!=", self.finance.id)], limit=1)
        with self.assertRaises(AccessError):
            self.approve(self.requests(account))
        self.approve(self.requests(account), other)
        self.assertTrue(account.allow_out_payment)
        with self.assertRaisesRegex(UserError, "trusted"):
            account.with_user(self.finance).write({"acc_number": "GB33BUKB20201555555555"})
        account.with_user(self.finance).write({"allow_out_payment": False})
        account.with_user(self.finance).write({"acc_number": "GB33BUKB20201555555555"})
        self.vendor.with_user(self.finance).write(
            {"credit_limit": 0, "bank_ids": [Command.update(account.id, {"allow_out_payment": True})]}
        )
        self.assertFalse(account.allow_out_payment)
        self.assertIn("GB33BUKB20201555555555", self.requests(account).name)

    def test_a_withdrawn_request_leaves_no_hold(self):
        self.policy("partner_credit", 1000)
        self.vendor.with_user(self.clerk).write({"credit_limit": 5000})
        request = self.requests(self.vendor)
        with self.assertRaises(AccessError):
            request.with_user(self.finance).action_withdraw()
        request.with_user(self.clerk).action_withdraw()
        self.assertFalse(self.env["gatehouse.hold"]._open_on(request._name, request.ids))

    def test_a_request_explains_the_policies_of_its_change_until_it_is_decided(self):
        tag = self.env["res.partner.category"].create({"name": "Key vendors"})
        self.policy("partner_credit", 1000, partner_tag_id=tag.id, name="Of key vendors")
        applied = self.policy("partner_credit", 5000)
        self.vendor.with_user(self.clerk).write({"credit_limit": 50000})
        request = self.requests(self.vendor)
        [row] = request.with_user(self.clerk).gatehouse_explain()
        told = {policy["name"]: (policy["applies"], policy["why"]) for policy in row["policies"]}
        self.assertEqual(told["Of key vendors"], (False, "it is for partner tag Key vendors"))
        self.assertEqual(told[applied.name], (True, "the most specific one that fits"))
        self.assertIn(f"over the limit of 5000: needs a review by {self.role.full_name}", row["verdict"])
        self.assertEqual(request.state, "waiting")
        shown = request.with_user(self.clerk).action_gatehouse_explain()
        self.assertIn("Key vendors", self.env[shown["res_model"]].browse(shown["res_id"]).content)
        self.approve(request)
        with self.assertRaisesRegex(UserError, "decision log"):
            request.gatehouse_explain()

    def test_nobody_writes_a_request(self):
        self.policy("partner_credit", 1000)
        self.vendor.with_user(self.clerk).write({"credit_limit": 5000})
        request = self.requests(self.vendor)
        for user in (self.clerk, self.finance, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                request.with_user(user).write({"state": "applied"})

    def test_a_week_given_twice_is_a_fortnight_where_the_policy_counts_together(self):
        self.policy("partner_terms", 7, rolling_days=30)
        weeks = self.env["account.payment.term"].create([
            {"name": f"{days} days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": days})]}
            for days in (7, 14)
        ])  # fmt: skip
        for term in weeks:
            self.vendor.with_user(self.clerk).property_payment_term_id = term
        self.assertEqual(self.vendor.property_payment_term_id, weeks[0])
        self.assertIn("together 14", self.requests(self.vendor).name)
