import datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import StockCase


@tagged("post_install", "-at_install")
class TestBookingComparison(StockCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.out_type_id.gatehouse_book_carrier = True
        cls.env["res.company"].search([]).gatehouse_compare_bookings = False
        cls.company = cls.env.company
        cls.company.gatehouse_compare_bookings = True
        cls.since = (fields.Datetime.now() - datetime.timedelta(days=2)).isoformat() + "Z"

    def booking(self, outcome=None, tracking="T1", minutes=60):
        picking = self.delivery(1)
        self.ship(picking)
        event = self.events(picking, "stock.picking.validated")
        event.write({"state": "delivered", "attempt": 1})
        Effect = self.env["gatehouse.effect"].with_user(self.bot)
        entry = {"event_id": event.event_id, "kind": "booking"}
        Effect.begin([entry])
        if outcome:
            Effect.finish([{**entry, "outcome": outcome, "reference": tracking, "detail": "why"}])
        effect = self.env["gatehouse.effect"].search([("event_id", "=", event.id)])
        ago = fields.Datetime.now() - datetime.timedelta(minutes=minutes)
        effect.write({"begun_at": ago, "ended_at": ago if outcome else False})
        return picking, effect

    def row(self, effect, tracking="T1", **more):
        return {"key": effect.key, "reference": effect.res_name, "tracking_number": tracking, **more}

    def asked(self):
        self.env["gatehouse.reconciliation"]._ask_partners()
        event = self.env["gatehouse.event"].search(
            [("type", "=", "reconciliation.requested"), ("res_id", "=", self.company.id)], order="id desc", limit=1
        )
        return event

    def compare(self, *rows, **entry):
        event = self.asked()
        records = {"kind": "bookings", "available": True, "since": self.since, "rows": list(rows), **entry}
        result = {"event_id": event.event_id, "records": [records]}
        answer = self.env["gatehouse.reconciliation"].with_user(self.bot).compare_partners([result])[0]
        self.env.flush_all()
        return answer, event, result

    def kinds(self):
        run = self.env["gatehouse.reconciliation"].search([], limit=1)
        return [(line.kind, line.outcome) for line in run.line_ids]

    def found(self, effect):
        return self.env["gatehouse.exception"].search(
            [("category", "=", "reconciliation"), ("res_model", "=", "stock.picking"), ("res_id", "=", effect.res_id)]
        )

    def test_a_booking_whose_answer_got_lost_is_taken_over_from_the_carrier(self):
        picking, effect = self.booking()
        self.compare(self.row(effect, "T77"))
        self.assertEqual((effect.state, picking.carrier_tracking_ref, picking.gatehouse_booking), ("done", "T77", "booked"))
        self.assertEqual(effect.event_id.state, "acknowledged")
        self.assertEqual(self.kinds(), [("booking_unreported", "repaired")])

    def test_a_booking_that_is_being_made_is_let_be(self):
        _picking, effect = self.booking(minutes=0)
        answer = self.compare(self.row(effect))[0]
        self.assertEqual((answer["status"], effect.state), ("recorded", "begun"))

    def test_a_booking_the_carrier_does_not_list_is_an_exception_until_it_does(self):
        _picking, effect = self.booking("done")
        self.compare()
        self.assertIn("the carrier lists no such booking", self.found(effect).detail)
        self.compare(self.row(effect))
        self.assertEqual(self.found(effect).state, "resolved")

    def test_a_fresh_booking_is_not_missed_at_once(self):
        _picking, effect = self.booking("done", minutes=1)
        self.compare()
        self.assertFalse(self.found(effect))

    def test_another_tracking_number_shows_both(self):
        _picking, effect = self.booking("done")
        self.compare(self.row(effect, "T2"))
        self.assertIn("the carrier says T2, here it says T1", self.found(effect).detail)

    def test_a_refused_booking_the_carrier_made_all_the_same_is_an_exception(self):
        _picking, effect = self.booking("refused", tracking="")
        self.compare(self.row(effect, "T3"))
        self.assertIn("cancel one of the two", self.found(effect)[-1:].detail)

    def test_a_booking_nobody_asked_for_is_an_exception_on_its_delivery(self):
        picking = self.delivery(1)
        self.compare({"key": "stranger", "reference": picking.name, "tracking_number": "T9"})
        exception = self.env["gatehouse.exception"].search([("key", "=", "reconcile:booking_unasked:stranger")])
        self.assertIn("T9", exception.detail)
        self.assertEqual((exception.res_model, exception.res_id), ("stock.picking", picking.id))

    def test_a_booking_of_no_known_delivery_is_an_exception_and_of_another_companys_is_left_to_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        picking = self.delivery(1)
        self.env.cr.execute("UPDATE stock_picking SET company_id = %s WHERE id = %s", [other.id, picking.id])
        self.env.invalidate_all()
        self.compare(
            {"key": "theirs", "reference": picking.name, "tracking_number": "T8"},
            {"key": "nobodys", "reference": "X/1", "tracking_number": "T9"},
        )
        found = self.env["gatehouse.exception"].search([("key", "like", "reconcile:booking_unasked:%")])
        self.assertEqual(found.mapped("key"), ["reconcile:booking_unasked:nobodys"])

    def test_what_agrees_leaves_nothing_and_the_question_is_settled_once(self):
        _picking, effect = self.booking("done")
        runs = self.env["gatehouse.reconciliation"].search_count([])
        answer, event, result = self.compare(self.row(effect))
        self.assertEqual((answer["status"], event.state), ("recorded", "acknowledged"))
        again = self.env["gatehouse.reconciliation"].with_user(self.bot).compare_partners([result])
        self.assertEqual(again[0]["status"], "duplicate")
        self.assertEqual(self.env["gatehouse.reconciliation"].search_count([]), runs)

    def test_a_carrier_that_does_not_answer_is_an_exception_until_it_does(self):
        key = f"partner:bookings:{self.company.id}"
        self.compare(available=False, reason="no answer within 10000 ms")
        exception = self.env["gatehouse.exception"].search([("key", "=", key)])
        self.assertIn("no answer within 10000 ms", exception.detail)
        self.compare()
        self.assertEqual(exception.state, "resolved")

    def test_bad_records_are_refused_by_name_and_the_question_stays_open(self):
        for entry, words in (({"rows": "x"}, "rows: must be a list"), ({"since": "soon"}, "since"), ({"kind": "gold"}, "kind: must be one of")):
            answer, event, _result = self.compare(**entry)
            self.assertEqual((answer["status"], event.state), ("refused", "pending"), entry)
            self.assertIn(words, answer["detail"])

    def test_one_question_at_a_time_and_only_where_it_is_wanted(self):
        first = self.asked()
        self.assertEqual(self.asked(), first)
        first.state = "acknowledged"
        self.company.gatehouse_compare_bookings = False
        self.assertFalse(self.env["gatehouse.reconciliation"]._ask_partners())
        with self.assertRaisesRegex(UserError, "Nothing to ask"):
            self.env["gatehouse.reconciliation"].with_user(self.operations).action_ask_partners()

    def test_only_the_integration_hands_in_records(self):
        with self.assertRaises(AccessError):
            self.env["gatehouse.reconciliation"].with_user(self.worker).compare_partners([])
        with self.assertRaises(AccessError):
            self.env["gatehouse.reconciliation"].with_user(self.worker).action_ask_partners()
