import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestChecks(SaleCase):
    def overdue(self, order):
        event = self.event(order)
        event.write(
            {
                "deadline": fields.Datetime.now() - timedelta(minutes=1),
                "occurred_at": fields.Datetime.now() - timedelta(minutes=30),
            }
        )
        self.env["gatehouse.judge"]._fall_back(event)
        self.env.invalidate_all()

    def test_all_pass_releases(self):
        order = self.confirmed()
        self.assertEqual(self.record(order, self.good_checks()), "recorded")
        self.assertEqual((order.gatehouse_status, self.event(order).state), ("clear", "acknowledged"))
        self.assertEqual(set(order.gatehouse_check_ids.mapped("policy_version")), {1})

    def test_twice_changes_nothing(self):
        order = self.confirmed()
        self.record(order, self.good_checks())
        checks, holds = order.gatehouse_check_ids, order.gatehouse_hold_ids
        bad = self.good_checks()
        bad[0]["measures"]["anomaly_percentile"]["value"] = 0.9999
        self.assertEqual(self.record(order, bad), "duplicate")
        self.assertEqual(
            (order.gatehouse_check_ids, order.gatehouse_hold_ids, order.gatehouse_status),
            (checks, holds, "clear"),
        )

    def test_partial_write_keeps_it_waiting(self):
        order = self.confirmed()
        self.assertEqual(self.record(order, self.good_checks()[:2], final=False), "recorded")
        self.assertEqual((order.gatehouse_status, self.event(order).state), ("waiting", "pending"))
        self.record(order, self.good_checks()[2:])
        self.assertEqual(order.gatehouse_status, "clear")

    def test_failing_check_holds_with_reasons_for_the_role(self):
        order = self.confirmed()
        checks = self.good_checks()
        checks[0] = {
            **self.check("discount_anomaly", "sidecar", anomaly_percentile=0.999),
            "reasons": [{"code": "depth", "text": "32 % off; usually 0-8 %", "weight": 0.6}],
            "score": 0.93,
        }
        self.record(order, checks)
        hold = self.holds(order)
        self.assertEqual(
            (hold.kind, hold.blocks, hold.role_id),
            ("review", "ship", self.env.ref("sales_team.group_sale_manager")),
        )
        self.assertIn("32 % off", hold.reason_text)
        self.assertIn("32 % off", order.gatehouse_banner)
        with self.assertRaises(AccessError):
            hold.with_user(self.seller).release("mine")
        hold.with_user(self.manager).release("agreed with the customer")
        self.assertEqual(order.gatehouse_status, "clear")
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_money_in_another_currency_is_converted(self):
        order = self.confirmed()
        checks = self.good_checks()
        checks[1] = self.check("finance_exposure", headroom={"value": "-1.00", "currency": "GBP"})
        self.record(order, checks)
        self.assertEqual(order.gatehouse_status, "held")

    def test_deadline_falls_back_by_check(self):
        order = self.confirmed()
        self.record(order, self.good_checks()[1:3], final=False)
        self.overdue(order)
        self.assertEqual(order.gatehouse_status, "degraded")
        self.assertIn("discount anomaly", order.gatehouse_banner)
        late = self.good_checks()[:1]
        late[0]["measures"]["anomaly_percentile"]["value"] = 0.999
        self.assertEqual(self.record(order, late), "recorded")
        self.assertEqual(order.gatehouse_status, "held")
        self.assertTrue(
            order.gatehouse_check_ids.filtered(lambda check: check.code == "discount_anomaly").late
        )

    def test_deadline_holds_and_triages_what_matters(self):
        order = self.confirmed()
        self.overdue(order)
        self.assertEqual(order.gatehouse_status, "held")
        self.assertEqual(len(self.holds(order)), 2)
        self.assertTrue(
            self.env["gatehouse.exception"].search([("res_id", "=", order.id), ("category", "=", "check")])
        )
        self.record(order, self.good_checks())
        self.assertEqual(order.gatehouse_status, "clear", "what was missing came late and passed")

    def test_degraded_is_asked_again_until_shipped(self):
        order = self.confirmed()
        self.record(order, self.good_checks()[1:3], final=False)
        self.overdue(order)
        first = self.event(order)
        self.assertTrue(first.recheck_at)
        first.recheck_at = fields.Datetime.now()
        self.env["gatehouse.judge"]._cron_recheck()
        again = self.event(order)
        self.assertEqual((again.type, again.recheck_count), ("sale.order.recheck_requested", 1))
        self.assertFalse(self.holds(order), "asking again does not stop what went on")
        self.record(order, self.good_checks())
        self.assertEqual(order.gatehouse_status, "clear")

    def test_check_again_by_hand(self):
        order = self.confirmed()
        order.action_recheck()
        self.assertEqual(self.event(order).type, "sale.order.recheck_requested")
        self.assertEqual(len(self.holds(order)), 1)
        self.env["ir.config_parameter"].set_param("gatehouse.events_url", "off")
        with self.assertRaises(UserError):
            order.action_recheck()

    def test_asked_again_and_again_before_the_question_left_it_is_one_question(self):
        order = self.confirmed()
        for _nth in range(150):
            order.action_recheck()
        event, hold = self.event(order), self.holds(order)
        self.assertEqual((event.repeats, hold.event_id, hold.kind), (149, event, "checks_pending"))
        self.assertEqual(self.env["gatehouse.event"].search_count([("res_model", "=", "sale.order"), ("res_id", "=", order.id)]), 2)
        event.attempt = 1
        order.action_recheck()
        self.assertNotEqual(self.event(order), event, "what left may be at work already: this is another question")

    def test_asked_again_after_the_order_changed_it_is_another_question(self):
        order = self.confirmed()
        order.action_recheck()
        first = self.event(order)
        order.order_line[0].price_unit -= 1
        order.action_recheck()
        self.assertNotEqual((self.event(order), self.event(order).material_hash), (first, first.material_hash))

    def test_bad_input_names_the_field_and_stores_nothing(self):
        order = self.confirmed()
        good = self.check("account_data", active=1)
        for checks, field in (
            ("x", "checks"),
            ([1], r"checks\[0\]"),
            ([{**good, "source": "person"}], "source"),
            ([{**good, "check": "made_up"}], r"checks\[0\].check"),
            ([good, good], r"checks\[1\].check"),
            ([self.check("account_data", active=float("inf"))], "measures.active.value"),
        ):
            with self.assertRaisesRegex(ValidationError, field), self.env.cr.savepoint():
                self.record(order, checks)
        self.assertFalse(order.gatehouse_check_ids)

    def test_batch_goes_on_past_bad_entries(self):
        first, second = self.confirmed(), self.confirmed()
        events = self.event(first) | self.event(second)
        events.write({"attempt": 1})
        answers = (
            self.env["gatehouse.event"]
            .with_user(self.bot)
            .record_checks_batch(
                [
                    {"event_id": self.event(first).event_id, "checks": [{"check": "nonsense"}]},
                    {"event_id": self.event(second).event_id, "checks": self.good_checks()},
                    {"event_id": "no-such-event", "checks": []},
                    7,
                ]
            )
        )
        self.assertEqual(
            [answer["status"] for answer in answers], ["refused", "recorded", "unknown", "refused"]
        )
        self.assertIn("source", answers[0]["detail"])

    def test_never_delivered_is_refused(self):
        order = self.confirmed()
        with self.assertRaises(ValidationError):
            self.env["gatehouse.event"].with_user(self.bot).record_checks(
                self.event(order).event_id, self.good_checks()
            )

    def test_deleted_document_opens_an_exception(self):
        order = self.order()
        event = self.env["gatehouse.event"]._raise_event(order, "sale.order.confirmed", {})
        event.attempt = 1
        order.sudo().unlink()
        answer = self.env["gatehouse.event"].with_user(self.bot).record_checks(event.event_id, [])
        self.assertEqual((answer["status"], event.state), ("recorded", "acknowledged"))
        self.assertTrue(
            self.env["gatehouse.exception"].search(
                [("event_id", "=", event.id), ("category", "=", "document")]
            )
        )

    def test_the_event_names_the_checks_that_its_policy_waits_for(self):
        payload = json.loads(self.event(self.confirmed()).payload)
        self.assertEqual(payload["expects"], ["account_data", "carrier_limits", "discount_anomaly", "finance_exposure"])
        self.assertEqual(payload["data"]["currency_rate"], 1.0)

    def test_a_ratio_is_read_in_percent(self):
        order = self.confirmed()
        discount, finance, _carrier, account = self.good_checks()
        heavy = self.check("carrier_limits", weight_ratio={"value": 1.25, "unit": "ratio"})
        self.record(order, [discount, finance, heavy, account])
        self.assertIn("weight ratio 125.0 %, at most 100.0 %", self.holds(order).reason_text)

    def test_order_risk_is_judged_where_a_policy_expects_it(self):
        order = self.confirmed()
        event = self.event(order)
        entry = {**event.expected[0], "check": "order_risk", "measure": "risk", "operator": "<=", "threshold": 0.5, "fallback": "release"}
        event.expected = [*event.expected, entry]
        risk = {**self.check("order_risk", "sidecar", risk={"value": 0.8, "unit": "probability"}), "score": 0.8,
                "model": "orders 2026.11.24 (baseline)",
                "reasons": [{"code": "value", "text": "order value 200", "weight": 1}]}
        self.record(order, [*self.good_checks(), risk])
        self.assertEqual(order.gatehouse_status, "held")
        self.assertIn("risk 0.8, at most 0.5", self.holds(order).reason_text)
        self.assertIn("order value 200", self.holds(order).reason_text)
        check = order.gatehouse_check_ids.filtered(lambda check: check.code == "order_risk")
        self.assertEqual((check.model, check.score), ("orders 2026.11.24 (baseline)", 0.8))

    def test_without_the_sidecar_an_order_goes_on_without_its_risk(self):
        order = self.confirmed()
        event = self.event(order)
        entry = {**event.expected[0], "check": "order_risk", "measure": "risk", "threshold": 0.5, "fallback": "release"}
        event.expected = [*event.expected, entry]
        self.record(order, [*self.good_checks(), {**self.check("order_risk", "sidecar"), "available": False}])
        self.assertEqual(order.gatehouse_status, "degraded")
        self.assertIn("order risk", order.gatehouse_banner)

    def test_a_contacts_order_is_asked_about_as_its_companys(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner.id})
        order = self.confirmed(partner_id=contact.id)
        self.assertEqual(json.loads(self.event(order).payload)["data"]["customer"], f"partner:{self.partner.id}")
