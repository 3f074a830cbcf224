
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SaleCase


class PolicyCase(SaleCase):
    def draft(self, pass_up_to=5.0, **values):
        role = self.env.ref("sales_team.group_sale_manager")
        return (
            self.env["gatehouse.policy"]
            .with_user(self.author)
            .create(
                {
                    "name": "Tighter discounts",
                    "control": "sale_discount",
                    "mode": "enforcing",
                    "band_ids": [
                        Command.create({"up_to": pass_up_to, "outcome": "pass"}),
                        Command.create({"up_to": 30, "outcome": "review", "role_id": role.id}),
                        Command.create({"outcome": "forbid"}),
                    ],
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestExplain(PolicyCase):
    def test_it_names_what_applies_what_does_not_and_why(self):
        team = self.env["crm.team"].create({"name": "Key accounts"})
        self.draft(team_id=team.id).sudo()._activate()
        self.draft(company_id=self.env.company.id, name="This company").sudo()._activate()
        order = self.order(discount=8)
        rows = {row["control"]: row for row in order.gatehouse_explain()}
        by_name = {policy["name"]: policy for policy in rows["sale_discount"]["policies"]}
        self.assertEqual(by_name["Tighter discounts"]["why"], "it is for sales team Key accounts")
        self.assertTrue(by_name["This company"]["applies"])
        self.assertEqual(by_name["Discounts"]["why"], "another one is more specific")
        self.assertIn("over the limit of 5: needs a review by Sales / Administrator", rows["sale_discount"]["verdict"])
        html = order._gatehouse_explain_html()
        self.assertIn("Key accounts", html)

    def test_of_many_policies_for_other_places_it_says_how_many_and_folds_them_away(self):
        for team in self.env["crm.team"].create([{"name": f"Team {number}"} for number in range(6)]):
            self.draft(team_id=team.id, name=f"Only {team.name}").sudo()._activate()
        html = self.order(discount=8)._gatehouse_explain_html()
        told, folded = html.split("<details>", 1)
        self.assertIn("Discounts", told)
        self.assertNotIn("Only Team 3", told)
        self.assertIn("6 policies do not apply", folded)
        self.assertIn("Only Team 3", folded)

    def test_it_changes_nothing_and_agrees_with_the_gate(self):
        draft = self.draft(valid_to="2020-01-01")
        draft.sudo()._activate()
        order = self.order(discount=8)
        rows = {row["control"]: row for row in order.gatehouse_explain()}
        applied = next(policy for policy in rows["sale_discount"]["policies"] if policy["applies"])
        decided = order._gatehouse_decide()[order.id]["policies"]["sale_discount"]
        self.assertEqual(applied["name"], decided["name"])
        self.assertIn("it ended on 2020-01-01", [policy["why"] for policy in rows["sale_discount"]["policies"]])
        self.assertFalse(self.holds(order))


@tagged("post_install", "-at_install")
class TestBacktest(PolicyCase):
    def run_test(self, draft, days=90):
        test = self.env["gatehouse.backtest"]._start(draft, days)
        self.env["gatehouse.backtest"]._cron_run()
        return test

    def test_its_verdicts_are_those_of_the_gate_on_a_thousand_documents(self):
        draft = self.draft(pass_up_to=6.0)
        draft._transition({"supersedes_id": self.active().id})
        test = self.run_test(draft, days=3650)
        self.assertEqual((test.state, test.done_count), ("done", test.document_count))
        told = {row.res_id: row.outcome for row in test.line_ids}
        orders = self.env["sale.order"].search(test._domain(), order="id desc", limit=1000)
        self.assertEqual(len(orders), 1000, "the demo company's history is large enough")
        draft.sudo()._activate()
        judged = {
            order.id: next(v["outcome"] for v in decided["bands"] if v["control"] == "sale_discount")
            for order in orders
            for decided in order._gatehouse_decide().values()
        }
        self.assertEqual({order.id: told.get(order.id, "pass") for order in orders}, judged)
        self.assertEqual(set(judged.values()), {"pass", "review"})

    def active(self):
        return self.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "active")])

    def test_it_shows_reviews_value_and_the_difference_to_today_and_changes_no_document(self):
        order = self.confirmed(discount=8)
        before = (order.write_date, len(order.gatehouse_hold_ids))
        test = self.run_test(self.draft())
        row = test.line_ids.filtered(lambda row: row.res_id == order.id)
        self.assertEqual((row.outcome, row.active_outcome, row.amount), ("review", "pass", 184.0))
        self.assertGreaterEqual(test.value_held, 184.0)
        self.assertEqual(test.reviews_by_role, f"{row.role_id.full_name}: {test.reviews_a_day:.2f}")
        self.assertGreaterEqual(test.changed_count, 1)
        self.assertEqual((order.write_date, len(order.gatehouse_hold_ids)), before)

    def test_a_draft_for_another_place_changes_nothing_here(self):
        team = self.env["crm.team"].create({"name": "Key accounts"})
        self.confirmed(discount=8)
        self.assertEqual(self.run_test(self.draft(team_id=team.id)).changed_count, 0)

    def test_what_a_caller_sends_as_known_about_an_order_is_not_believed(self):
        order = self.order()
        order.order_line.product_id.sudo().categ_id = self.env["product.category"].sudo().create({"name": "Tools"})
        sent = {("partner", order.partner_id.id): ([], None), ("categories", order.order_line.product_id._ids): []}
        self.assertEqual(order.with_context(gatehouse_together=sent)._gatehouse_scope(), order._gatehouse_scope())
        self.assertTrue(order._gatehouse_scope()["categories"])

    def test_only_authors_start_one_and_only_with_bands(self):
        started = self.draft(backtest_days=30).action_backtest()
        self.assertEqual(self.env["gatehouse.backtest"].browse(started["res_id"]).days, 30)
        with self.assertRaisesRegex(ValidationError, "one day or more"):
            self.draft(backtest_days=0)
        with self.assertRaises(AccessError):
            self.draft().with_user(self.operations).action_backtest()
        checks = self.env["gatehouse.policy"].search([("control", "=", "sale_checks")], limit=1)
        with self.assertRaisesRegex(UserError, "no bands"):
            checks.with_user(self.author).action_backtest()


@tagged("post_install", "-at_install")
class TestSwitchOver(PolicyCase):
    def observing(self):
        current = self.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "active")])
        draft = self.draft(pass_up_to=6.0, mode="observing")
        draft._transition({"supersedes_id": current.id})
        draft.sudo()._activate()
        return draft

    def test_observed_counts_equal_the_verdicts_enforced_on_the_same_documents(self):
        policy = self.observing()
        orders = self.env["sale.order"]
        for discount in (0, 3, 5, 8, 12, 40):
            orders |= self.confirmed(discount=discount)
        observed = policy._observed_numbers()
        policy.with_user(self.author).action_switch_over()
        follower = self.env["gatehouse.policy"].search([("supersedes_id", "=", policy.id)])
        self.assertEqual((follower.mode, follower.state), ("enforcing", "in_review"))
        self.assertIn("6 documents", follower.observed)
        follower.sudo()._activate()
        enforced = dict.fromkeys(observed, 0)
        for decided in orders._gatehouse_decide().values():
            enforced[next(v["outcome"] for v in decided["bands"] if v["control"] == "sale_discount")] += 1
        self.assertEqual(observed, enforced)
        self.assertEqual(observed, {"pass": 3, "auto": 0, "review": 2, "forbid": 1})

    def test_only_an_active_policy_that_observes_is_switched_and_by_an_author_only(self):
        policy = self.observing()
        with self.assertRaises(AccessError):
            policy.with_user(self.operations).action_switch_over()
        with self.assertRaisesRegex(UserError, "not an active policy that observes"):
            self.draft().with_user(self.author).action_switch_over()

    def test_figures_show_what_was_observed_and_hours_to_an_order(self):
        self.observing()
        self.confirmed(discount=8)  # its first decision begins the measured time, a second after its own date at worst
        self.confirmed(discount=8)
        self.env["gatehouse.kpi"]._refresh(3)
        rows = self.env["gatehouse.kpi"].search([("day", "=", fields.Date.today())])
        self.assertIn(("reviews", "observing"), {(row.metric, row.basis) for row in rows})
        self.assertIn(("order_hours", "measured"), {(row.metric, row.basis) for row in rows})


@tagged("post_install", "-at_install")
class TestPolicyFile(PolicyCase):
    def api(self):
        return self.env["gatehouse.policy"].with_user(self.author)

    def test_what_was_exported_applies_without_a_change(self):
        documents = self.api().export_documents()
        self.assertIn("sale_discount", [document["control"] for document in documents])
        self.assertEqual({row["action"] for row in self.api().apply_documents(documents)}, {"unchanged"})

    def test_a_dry_run_shows_the_difference_and_writes_nothing(self):
        [document] = [row for row in self.api().export_documents() if row["control"] == "sale_discount"]
        document["bands"][0]["up_to"] = 12
        before = self.env["gatehouse.policy"].search_count([])
        [row] = self.api().apply_documents([document], dry_run=True)
        self.assertEqual(row["action"], "new_version")
        self.assertEqual([change[0] for change in row["changes"]], ["bands"])
        self.assertEqual(self.env["gatehouse.policy"].search_count([]), before)

    def test_applying_makes_a_draft_and_activates_nothing(self):
        [document] = [row for row in self.api().export_documents() if row["control"] == "sale_discount"]
        document.update(bands=[{"outcome": "review", "role": "sales_team.group_sale_manager"}], rolling_days=7)
        self.api().apply_documents([document], dry_run=False)
        active = self.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "active")])
        draft = self.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "draft")])
        self.assertEqual((active.version, draft.version, draft.supersedes_id, draft.rolling_days), (1, 2, active, 7))
        self.assertEqual(self.api().apply_documents([document])[0]["action"], "unchanged")
        with self.assertRaises(AccessError):
            draft.with_user(self.author).action_activate()

    def test_a_new_policy_with_a_scope_is_found_by_names(self):
        company = self.env.company.name
        document = {
            "control": "sale_margin", "name": "Margin floor", "mode": "observing", "company": company,
            "bands": [{"up_to": 85, "outcome": "pass"}, {"outcome": "review", "role": "sales_team.group_sale_manager"}],
        }  # fmt: skip
        [row] = self.api().apply_documents([document], dry_run=False)
        self.assertEqual(row["action"], "new")
        made = self.env["gatehouse.policy"].search([("name", "=", "Margin floor")])
        self.assertEqual((made.company_id, made.state, len(made.band_ids)), (self.env.company, "draft", 2))

    def test_what_is_wrong_is_named_with_its_policy_and_field(self):
        good = {"control": "sale_margin", "name": "Floor"}
        for bad, message in (
            ({**good, "company": "Nowhere"}, 'sale_margin: Floor: company: there is no "Nowhere"'),
            ({**good, "color": "red"}, "color is no field"),
            ({**good, "mode": "angry"}, "mode is angry"),
            ({"control": "sale_margin"}, "name is missing"),
            ({**good, "bands": [{"up_to": 1, "outcome": "pass", "roll": "x"}]}, "bands.roll is unknown"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self.api().apply_documents([bad])
        with self.assertRaisesRegex(ValidationError, "twice"):
            self.api().apply_documents([good, good])
        with self.assertRaises(AccessError):
            self.env["gatehouse.policy"].with_user(self.seller).apply_documents([good])
