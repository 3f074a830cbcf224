from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestEffect(GatehouseCase):
    def delivered(self, event_type="message.test.requested"):
        event = self.raise_event(event_type)
        event.write({"state": "delivered", "attempt": 1})
        return event

    def begin(self, event, kind="message"):
        entry = {"event_id": event.event_id, "kind": kind, "execution_id": "7"}
        return self.env["gatehouse.effect"].with_user(self.bot).begin([entry])[0]

    def finish(self, event, outcome, kind="message", **more):
        entry = {"event_id": event.event_id, "kind": kind, "outcome": outcome, **more}
        return self.env["gatehouse.effect"].with_user(self.bot).finish([entry])[0]

    def effect(self, event):
        return event.effect_ids

    def exception(self, event):
        return self.env["gatehouse.exception"].search([("event_id", "=", event.id)])

    def lose(self, event):
        """The execution died between its two reports."""
        self.effect(event).begun_at = fields.Datetime.now() - timedelta(minutes=5)

    def test_an_effect_that_ended_acknowledges_its_event_and_notes_it_on_the_document(self):
        event = self.delivered()
        self.assertTrue(self.begin(event)["go"])
        self.assertEqual(self.finish(event, "done", reference="<1@mail>")["status"], "recorded")
        self.assertEqual((event.state, self.effect(event).state), ("acknowledged", "done"))
        self.assertIn("1@mail", self.partner.message_ids[0].body)

    def test_a_second_delivery_after_the_end_does_nothing_again(self):
        event = self.delivered()
        self.begin(event)
        self.finish(event, "done")
        answer = self.begin(event)
        self.assertFalse(answer["go"])
        self.assertEqual(answer["status"], "done")
        self.assertEqual(self.effect(event).attempts, 1)

    def test_a_second_delivery_while_the_first_runs_waits(self):
        event = self.delivered()
        self.begin(event)
        self.assertEqual(self.begin(event), {"event_id": event.event_id, "detail": "", "go": False, "status": "begun",
                                             "key": f"{event.event_id}-message"})
        self.assertEqual(event.state, "delivered")

    def test_a_message_whose_end_is_not_known_waits_for_a_person(self):
        event = self.delivered()
        self.begin(event)
        self.lose(event)
        self.assertFalse(self.begin(event)["go"])
        self.assertEqual((self.effect(event).state, event.state), ("unknown", "acknowledged"))
        self.assertIn("nobody knows", self.exception(event).title)
        self.assertEqual(event.replay_verdict, "check_first")
        with self.assertRaisesRegex(UserError, "Nobody knows"):
            self.exception(event).with_user(self.operations).action_replay()

    def test_a_lost_booking_goes_again_with_the_same_key(self):
        event = self.delivered()
        first = self.begin(event, "booking")
        self.lose(event)
        second = self.begin(event, "booking")
        self.assertTrue(second["go"])
        self.assertEqual(second["key"], first["key"])
        self.assertEqual(self.effect(event).attempts, 2)

    def test_what_did_not_happen_is_sent_again_after_a_person_said_so(self):
        event = self.delivered()
        self.begin(event)
        self.lose(event)
        self.begin(event)
        self.effect(event).with_user(self.operations).settle(False, "The customer has no such mail")
        self.assertEqual((event.state, event.attempt), ("pending", 0))
        event.write({"state": "delivered", "attempt": 1})
        self.assertTrue(self.begin(event)["go"])

    def test_what_happened_is_closed_after_a_person_said_so(self):
        event = self.delivered()
        self.begin(event)
        self.lose(event)
        self.begin(event)
        self.effect(event).with_user(self.operations).settle(True, "In the mail server's log")
        self.assertEqual((self.effect(event).state, self.exception(event).state), ("done", "resolved"))
        self.assertEqual(event.replay_verdict, "never")

    def test_a_failure_is_tried_again_by_the_schedule_and_its_exception_closes_by_itself(self):
        event = self.delivered()
        self.begin(event)
        self.finish(event, "failed", detail="connection refused")
        self.assertEqual(event.state, "pending")
        self.assertGreater(event.next_at, fields.Datetime.now())
        self.assertEqual(self.exception(event).state, "open")
        event.write({"state": "delivered", "attempt": 2})
        self.assertTrue(self.begin(event)["go"])
        self.finish(event, "done")
        self.assertEqual(self.exception(event).state, "resolved")

    def test_nobody_says_of_what_is_at_work_that_it_did_not_happen_for_it_would_happen_twice(self):
        event = self.delivered()
        self.begin(event)
        with self.assertRaisesRegex(UserError, "may still be at work"):
            self.effect(event).with_user(self.operations).settle(False, "I saw no mail")
        self.assertEqual(self.finish(event, "done")["status"], "recorded")
        self.assertFalse(self.begin(event)["go"])

    def test_what_began_long_ago_is_settled_by_a_person(self):
        event = self.delivered()
        self.begin(event)
        self.lose(event)
        self.effect(event).with_user(self.operations).settle(False, "I saw no mail")
        self.assertEqual((event.state, self.effect(event).state), ("pending", "failed"))

    def test_a_refusal_settles_the_event_and_waits_for_a_person(self):
        event = self.delivered()
        self.begin(event)
        self.finish(event, "refused", detail="no such address")
        self.assertEqual(event.state, "acknowledged")
        self.assertIn("no such address", self.exception(event).detail)
        self.assertEqual(event.replay_verdict, "safe")

    def test_an_outcome_told_twice_counts_once(self):
        event = self.delivered()
        self.begin(event)
        self.finish(event, "done", reference="a")
        self.assertEqual(self.finish(event, "failed")["status"], "duplicate")
        self.assertEqual((self.effect(event).state, self.effect(event).reference), ("done", "a"))

    def test_a_bad_entry_holds_up_no_other(self):
        event = self.delivered()
        Effect = self.env["gatehouse.effect"].with_user(self.bot)
        good = {"event_id": event.event_id, "kind": "message"}
        answers = Effect.begin([{"event_id": "nobody", "kind": "message"}, {"kind": "x"}, "y", good])
        self.assertEqual([answer["status"] for answer in answers], ["refused", "refused", "refused", "begun"])

    def test_nobody_but_the_integration_records_effects(self):
        for user in (self.operations, self.author):
            with self.assertRaises(AccessError):
                self.env["gatehouse.effect"].with_user(user).begin([])
        event = self.delivered()
        self.begin(event)
        for method, values in (("write", {"state": "done"}), ("unlink", None)):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                effect = self.effect(event).with_user(self.bot)
                getattr(effect, method)(*([values] if values else []))

    def test_replay_of_many_delivers_the_safe_ones_and_names_the_others(self):
        doubtful, safe = self.delivered(), self.delivered()
        self.begin(doubtful)
        self.lose(doubtful)
        self.begin(doubtful)
        self.begin(safe)
        self.finish(safe, "refused")
        notice = (self.exception(doubtful) | self.exception(safe)).with_user(self.operations).action_replay()
        self.assertEqual((safe.state, doubtful.state), ("pending", "acknowledged"))
        self.assertIn("Nobody knows", notice["params"]["message"])

    def test_an_event_whose_document_is_gone_is_never_replayed(self):
        event = self.delivered()
        event.res_id = 999_999_999
        event.invalidate_recordset()
        self.assertEqual(event.replay_verdict, "never")
        self.assertFalse(self.begin(event)["go"])
