import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.gatehouse.models import gatehouse_differences

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestReconciliation(SaleCase):
    def run_once(self, executions=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["gatehouse.reconciliation"].with_user(self.operations).reconcile(executions)

    def setUp(self):
        super().setUp()
        self.run_once()  # whatever the demo company brought along is put in order first

    def sql(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def ago(self, **span):
        return fields.Datetime.now() - datetime.timedelta(**span)

    def review(self, order):
        return self.env["gatehouse.hold"]._place(
            order, "sale_discount", "review", "confirm", role_id=self.env.ref("gatehouse.group_operations_manager").id,
            reasons=[{"code": "x", "text": "why"}],
        )

    # -- seeding: each makes one difference a call ---------------------------------------------
    def seed_no_event(self, **values):
        order = self.confirmed(**values)
        self.holds(order)._close("voided", "seed")
        self.event(order).unlink()
        self.sql(
            "ALTER TABLE gatehouse_decision DISABLE TRIGGER gatehouse_decision_append_only;"
            "UPDATE gatehouse_decision SET content = jsonb_set(content::jsonb, '{at}', to_jsonb(%s::text))"
            " WHERE content->>'res_model' = 'sale.order' AND content->>'res_id' = %s AND content->>'action' = 'confirmed';"
            "ALTER TABLE gatehouse_decision ENABLE TRIGGER gatehouse_decision_append_only",
            self.ago(minutes=10).isoformat() + "Z", str(order.id),
        )

    def seed_pending_without_event(self):
        hold = self.holds(self.confirmed())
        self.sql("UPDATE gatehouse_hold SET event_id = NULL WHERE id = %s", hold.id)

    def seed_pending_after_answer(self):
        order = self.confirmed()
        self.record(order, self.good_checks())
        hold = self.holds(order, "released")
        self.sql("UPDATE gatehouse_hold SET state = 'open' WHERE id = %s", hold.id)

    def seed_hold_on_gone(self):
        hold = self.review(self.order())
        self.sql("UPDATE gatehouse_hold SET res_id = 2000000000 + id WHERE id = %s", hold.id)

    def seed_hold_on_cancelled(self):
        order = self.order()
        self.review(order)
        self.sql("UPDATE sale_order SET state = 'cancel' WHERE id = %s", order.id)

    def seed_event_stuck(self):
        order = self.confirmed()
        self.sql("UPDATE gatehouse_event SET state = 'leased', next_at = %s WHERE id = %s", self.ago(hours=2), self.event(order).id)

    def seed_event_unanswered(self):
        order = self.confirmed()
        self.sql(
            "UPDATE gatehouse_event SET state = 'delivered', attempt = 1, delivered_at = %s, next_at = %s WHERE id = %s",
            self.ago(hours=8), fields.Datetime.now() + datetime.timedelta(hours=1), self.event(order).id,
        )

    def seed_review_without_approval(self):
        hold = self.review(self.order())
        self.sql("DELETE FROM gatehouse_approval WHERE hold_id = %s", hold.id)

    def seed_approval_without_hold(self):
        hold = self.review(self.order())
        self.sql("UPDATE gatehouse_hold SET state = 'voided' WHERE id = %s", hold.id)

    def seed_goods_left_under_hold(self):
        order = self.confirmed()
        hold = self.holds(order)
        move = order.sudo().picking_ids.move_ids
        self.sql("UPDATE stock_move SET state = 'done', date = %s WHERE id = %s", fields.Datetime.now(), move.id)
        self.sql("UPDATE gatehouse_hold SET placed_at = %s WHERE id = %s", self.ago(minutes=5), hold.id)

    def seed_solved_exception(self):
        order = self.confirmed()
        self.record(order, self.good_checks())
        event = self.event(order)
        self.env["gatehouse.exception"]._open(f"dead:{event.event_id}", "delivery", "x", event_id=event.id)

    def seed_deadline_passed(self):
        order = self.confirmed()
        self.sql(
            "UPDATE gatehouse_event SET deadline = %s, occurred_at = %s WHERE id = %s",
            self.ago(hours=3), self.ago(hours=4), self.event(order).id,
        )

    KINDS = (
        "no_event", "pending_without_event", "pending_after_answer", "hold_on_gone", "hold_on_cancelled", "event_stuck",
        "event_unanswered", "review_without_approval", "approval_without_hold", "goods_left_under_hold",
        "solved_exception", "deadline_passed",
    )  # fmt: skip
    PERSON = ("goods_left_under_hold",)

    def test_sixty_differences_of_twelve_kinds_are_found_the_safe_ones_repaired_and_none_invented(self):
        for kind in self.KINDS:
            for _ in range(5):
                getattr(self, f"seed_{kind}")()
        with patch.object(gatehouse_differences, "MOST", 5):  # there are six times as many open holds
            found = self.run_once()
        counted = {kind: sum(line["kind"] == kind for line in found["lines"]) for kind in self.KINDS}
        self.assertEqual(counted, dict.fromkeys(self.KINDS, 5))
        self.assertEqual(found["found"], 60)
        by_person = {line["kind"] for line in found["lines"] if line["outcome"] == "person"}
        self.assertEqual(by_person, set(self.PERSON))
        again = self.run_once()
        self.assertEqual({line["kind"] for line in again["lines"]}, set(self.PERSON))

    def test_confirmations_without_an_event_are_all_found_however_many_of_them_need_none(self):
        other = self.env["crm.team"].create({"name": "Elsewhere"})
        policy = self.env["gatehouse.policy"].search([("control", "=", "sale_checks"), ("state", "=", "active")])
        self.sql("UPDATE gatehouse_policy SET team_id = %s WHERE id = %s", other.id, policy.id)
        for _needs_none in range(2):
            self.seed_no_event()
        for _needs_one in range(3):
            self.seed_no_event(team_id=other.id)
        with patch.object(gatehouse_differences, "MOST", 2):
            found = self.run_once()
        self.assertEqual([line["kind"] for line in found["lines"]], ["no_event"] * 3)

    def test_a_difference_that_stays_is_one_exception_however_often_it_is_seen(self):
        self.seed_goods_left_under_hold()
        for _ in range(3):
            self.run_once()
        opened = self.env["gatehouse.exception"].search([("category", "=", "reconciliation"), ("state", "=", "open")])
        self.assertEqual(len(opened), 1)
        self.assertEqual((opened.res_model, opened.occurrences), ("sale.order", 3))

    def test_an_event_nobody_ever_answers_keeps_its_attempts_and_ends_as_a_dead_letter(self):
        self.seed_event_unanswered()
        event = self.env["gatehouse.event"].search([("state", "=", "delivered")], limit=1)
        event.attempt = 7
        self.run_once()
        self.assertEqual((event.state, event.attempt), ("pending", 7))

    def test_orders_that_go_their_way_are_no_difference(self):
        order = self.confirmed()
        self.confirmed()
        self.record(order, self.good_checks())
        self.review(self.order())
        self.assertEqual(self.run_once()["lines"], [])

    def test_lost_and_unreported_executions_of_n8n_are_told(self):
        long_ago, now = self.ago(hours=1).isoformat() + "Z", fields.Datetime.now().isoformat() + "Z"
        self.env["gatehouse.exception"]._open("t", "workflow", "told", execution_id="3")
        executions = [
            {"id": "1", "workflow": "10-check", "status": "running", "started_at": long_ago, "timeout_seconds": 90},
            {"id": "2", "workflow": "10-check", "status": "error", "started_at": long_ago},
            {"id": "3", "workflow": "10-check", "status": "error", "started_at": long_ago},
            {"id": "4", "workflow": "10-check", "status": "running", "started_at": now, "timeout_seconds": 90},
            {"id": "5", "workflow": "10-check", "status": "success", "started_at": long_ago},
        ]
        found = self.run_once(executions)
        self.assertEqual([line["kind"] for line in found["lines"]], ["execution_lost", "execution_unreported"])
        # the exception opened for 2 names it now
        self.assertEqual([line["kind"] for line in self.run_once(executions)["lines"]], ["execution_lost"])

    def test_a_failed_execution_that_counts_on_an_exception_of_its_workflow_is_told(self):
        queue = self.env["gatehouse.exception"].with_user(self.bot)
        for number in ("1", "2", "3"):
            queue.report([{"key": f"execution:{number}", "category": "workflow", "title": "Workflow failed: 10-check",
                           "workflow": "10-check", "detail": "Record: no connection", "execution_id": number}])
        before, later = self.ago(hours=1).isoformat() + "Z", self.ago(hours=-1).isoformat() + "Z"
        executions = [
            {"id": "2", "workflow": "10-check", "status": "error", "started_at": before},
            {"id": "4", "workflow": "20-check", "status": "error", "started_at": before},
            {"id": "5", "workflow": "10-check", "status": "error", "started_at": later},
        ]
        self.assertEqual([line["name"] for line in self.run_once(executions)["lines"]], ["20-check 4", "10-check 5"])

    def test_an_operations_manager_compares_now_and_sees_what_was_found(self):
        self.seed_solved_exception()
        self.seed_goods_left_under_hold()
        Reconciliation = self.env["gatehouse.reconciliation"]
        for counts in ((2, 1, 1), (1, 0, 1)):  # what was repaired the first time is no difference any more
            action = Reconciliation.with_user(self.operations).action_reconcile()
            run = self.env[action["res_model"]].with_user(self.operations).browse(action["res_id"])
            self.assertEqual((run.found_count, run.repaired_count, run.person_count), counts)
        with self.assertRaisesRegex(AccessError, "Only the operations manager"):
            Reconciliation.with_user(self.seller).action_reconcile()

    def test_only_the_integration_and_operations_reconcile_and_bad_executions_are_named(self):
        with self.assertRaises(AccessError):
            self.env["gatehouse.reconciliation"].with_user(self.seller).reconcile()
        for bad, field in (("x", "executions"), ([{"id": 1}], r"executions\[0\].id"), ([{"id": "1", "started_at": "x"}], r"executions\[0\]")):
            with self.assertRaisesRegex(ValidationError, field):
                self.run_once(bad)
