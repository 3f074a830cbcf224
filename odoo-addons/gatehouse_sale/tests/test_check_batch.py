from odoo import fields, sql_db
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestCheckBatch(SaleCase):
    """A batch of answers: each event as if it came alone, at about the cost of one."""

    def answered(self, *pairs):
        """What the integration hears when it writes back these (order, checks) together."""
        events = [self.event(order) for order, _checks in pairs]
        for event in events:
            event.attempt = event.attempt or 1
        self.env.flush_all()
        self.env.invalidate_all()
        answers = self.env["gatehouse.event"].with_user(self.bot).record_checks_batch(
            [{"event_id": event.event_id, "checks": checks} for event, (_order, checks) in zip(events, pairs, strict=True)]
        )
        self.assertEqual([answer["event_id"] for answer in answers], [event.event_id for event in events])
        self.env.flush_all()
        self.env.invalidate_all()
        return [answer["status"] for answer in answers]

    def failing_checks(self):
        return [self.check("discount_anomaly", "sidecar", anomaly_percentile=0.999), *self.good_checks()[1:]]

    def unanswered_checks(self):
        return [{"check": "discount_anomaly", "source": "sidecar", "available": False}, *self.good_checks()[1:]]

    def test_each_event_of_a_batch_gets_its_own_outcome(self):
        clear, held, degraded = self.confirmed(), self.confirmed(), self.confirmed()
        answers = self.answered((held, self.failing_checks()), (clear, self.good_checks()), (degraded, self.unanswered_checks()))
        self.assertEqual(answers, ["recorded"] * 3)
        self.assertEqual([order.gatehouse_status for order in (clear, held, degraded)], ["clear", "held", "degraded"])
        self.assertEqual(
            [self.holds(order, "released").mapped("release_reason") for order in (clear, held, degraded)],
            [["All checks are in"], ["A review took its place"], ["All checks are in; degraded, without discount_anomaly"]],
        )
        self.assertEqual([len(order.gatehouse_check_ids) for order in (clear, held, degraded)], [4, 4, 4])
        self.assertEqual({self.event(order).state for order in (clear, held, degraded)}, {"acknowledged"})
        self.assertEqual([order.picking_ids.gatehouse_held for order in (clear, held, degraded)], [False, True, False])

    def test_a_deleted_document_and_a_known_event_do_not_hold_up_their_batch(self):
        known, fresh, gone = self.confirmed(), self.confirmed(), self.order()
        event = self.env["gatehouse.event"]._raise_event(gone, "sale.order.confirmed", {})
        event.attempt = 1
        gone.sudo().unlink()
        self.record(known, self.good_checks())
        entries = [(known, self.failing_checks()), (fresh, self.good_checks())]
        results = [{"event_id": self.event(order).event_id, "checks": checks} for order, checks in entries]
        self.event(fresh).attempt = 1
        answers = self.env["gatehouse.event"].with_user(self.bot).record_checks_batch(
            [{"event_id": event.event_id, "checks": []}, *results]
        )
        self.assertEqual(
            [(answer["status"], answer["detail"]) for answer in answers],
            [("recorded", "the document is gone"), ("duplicate", ""), ("recorded", "")],
        )
        exception = self.env["gatehouse.exception"].search([("key", "=", f"gone:{event.event_id}")])
        self.assertEqual((exception.state, exception.event_id), ("open", event))
        self.assertIn("was deleted while it was checked", exception.title)
        self.assertIn(f"sale.order.confirmed of {event.res_name} met no document", exception.detail)
        self.assertIn("Was it deleted on purpose? Then resolve this", exception.detail)
        with self.assertRaisesRegex(UserError, "was deleted"):
            exception.action_open_document()
        self.assertEqual((known.gatehouse_status, fresh.gatehouse_status, event.state), ("clear", "clear", "acknowledged"))

    def test_checks_of_an_event_that_names_another_company_are_refused_with_the_field_and_the_others_are_recorded(self):
        wrong, own = self.confirmed(), self.confirmed()
        events = [self.event(order) for order in (wrong, own)]
        companies = ["company:999999", f"company:{self.env.company.id}"]
        for event in events:
            event.attempt = 1
        answers = self.env["gatehouse.event"].with_user(self.bot).record_checks_batch([
            {"event_id": event.event_id, "checks": self.good_checks(), "company": company}
            for event, company in zip(events, companies, strict=True)
        ])
        self.assertEqual([answer["status"] for answer in answers], ["refused", "recorded"])
        self.assertEqual(answers[0]["detail"], f"company: company:999999 is not the company of this event, which is {companies[1]}")
        self.assertEqual([event.state for event in events], ["pending", "acknowledged"])
        self.assertFalse(wrong.gatehouse_check_ids)

    def outside(self, text="finance: answer outside the contract: headroom has no currency"):
        """Good checks but for a finance system that changed what it answers."""
        checks = [check for check in self.good_checks() if check["check"] != "finance_exposure"]
        reasons = [{"code": "contract", "text": text}]
        return [*checks, {"check": "finance_exposure", "source": "partner", "available": False, "reasons": reasons}]

    def test_a_partner_that_changes_its_answers_is_one_exception_that_says_which_field_and_what_to_do(self):
        first, second, third = self.confirmed(), self.confirmed(), self.confirmed()
        self.answered((first, self.outside()), (second, self.outside()))
        key = f"contract:finance_exposure:{self.env.company.id}"
        exception = self.env["gatehouse.exception"].search([("key", "=", key)])
        self.assertEqual((exception.state, exception.occurrences), ("open", 1))
        self.assertEqual(exception.title, "Finance exposure: answers are outside the contract")
        self.assertIn("headroom has no currency", exception.detail)
        self.assertIn(f"Seen last on {second.name}", exception.detail)
        self.assertIn("Compare its answer", exception.detail)
        exception.last_at = fields.Datetime.subtract(fields.Datetime.now(), minutes=2)
        self.answered((third, self.outside()))
        self.assertEqual(exception.occurrences, 2, "once a minute, for all orders together")
        self.assertIn(f"Seen last on {third.name}", exception.detail)

    def test_a_partner_that_is_down_ends_by_itself_and_is_no_exception_of_its_contract(self):
        order = self.confirmed()
        reasons = [{"code": "unavailable", "text": "finance: answered HTTP 503"}]
        down = [{**check, "available": False, "measures": {}, "reasons": reasons} for check in self.good_checks()]
        self.answered((order, down))
        self.assertFalse(self.env["gatehouse.exception"].search([("key", "=like", "contract:%")]))

    def test_an_event_that_is_twice_in_a_batch_is_recorded_once(self):
        order = self.confirmed()
        self.assertEqual(self.answered((order, self.good_checks()), (order, self.failing_checks())), ["recorded", "duplicate"])
        self.assertEqual((len(order.gatehouse_check_ids), order.gatehouse_status), (4, "clear"))

    def test_two_events_of_one_order_in_a_batch_leave_no_hold_behind(self):
        order = self.confirmed()
        first = self.event(order)
        order.with_user(self.manager).action_recheck()
        second = self.event(order)
        self.assertNotEqual(first, second)
        (first | second).write({"attempt": 1})
        answers = self.env["gatehouse.event"].with_user(self.bot).record_checks_batch(
            [{"event_id": event.event_id, "checks": self.good_checks()} for event in (first, second)]
        )
        self.assertEqual([answer["status"] for answer in answers], ["recorded", "recorded"])
        self.assertEqual((order.gatehouse_status, self.holds(order).ids), ("clear", []))

    def test_a_batch_that_is_asked_for_again_while_it_is_recorded_is_answered_at_once_and_another_one_is_recorded(self):
        first, second = self.confirmed(), self.confirmed()
        both = [{"event_id": self.event(order).event_id, "checks": self.good_checks()} for order in (first, second)]
        (self.event(first) | self.event(second)).write({"attempt": 1})
        record = self.env["gatehouse.event"].with_user(self.bot).record_checks_batch
        with sql_db.db_connect(self.env.cr.dbname).cursor() as other:
            judge = self.env(cr=other)["gatehouse.judge"]
            self.assertFalse(judge._being_recorded(both))
            answers = record(both)
            self.assertEqual([answer["status"] for answer in answers], ["in_progress"] * 2)
            self.assertEqual(first.gatehouse_status, "waiting")
            self.assertEqual([answer["status"] for answer in record(both[:1])], ["recorded"])
        self.assertEqual([answer["status"] for answer in record(both)], ["duplicate", "recorded"])

    def statements(self, count):
        """Statements that a batch of so many events takes, flush included; the first one warms what is cached."""
        found = 0
        for _warm in range(2):
            pairs = [(self.confirmed(), self.good_checks()) for _nth in range(count)]
            for order, _checks in pairs:
                self.event(order).attempt = 1
            results = [{"event_id": self.event(order).event_id, "checks": checks} for order, checks in pairs]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["gatehouse.event"].with_user(self.bot).record_checks_batch(results)
            self.env.flush_all()
            found = self.env.cr.sql_log_count - before
        return found

    def test_a_larger_batch_takes_the_same_statements(self):
        self.assertLessEqual(self.statements(9), self.statements(3) + 1)
