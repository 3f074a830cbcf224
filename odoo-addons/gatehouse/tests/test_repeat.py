import json

from odoo import fields
from odoo.tests import tagged

from ..models.gatehouse_repeat import FLOOD
from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestRepeat(GatehouseCase):
    """An automation rule that runs in a circle must not keep everything else waiting behind its events."""

    def setUp(self):
        super().setUp()
        self.env["gatehouse.event"].search([]).write({"state": "acknowledged"})
        self.env["ir.config_parameter"].set_param("gatehouse.gather_seconds", "0")
        self.action = self.env["ir.actions.server"].create({
            "name": "Raise", "model_id": self.env.ref("base.model_res_partner").id, "state": "gatehouse_event",
            "gatehouse_event_type": "master.data.changed",
            "gatehouse_field_ids": [(6, 0, self.env.ref("base.field_res_partner__name").ids)],
        })

    def run_action(self, times=1):
        for _nth in range(times):
            self.action.with_context(
                active_model="res.partner", active_id=self.partner.id, active_ids=self.partner.ids
            ).run()
        return self.env["gatehouse.event"].search([("type", "=", "master.data.changed"), ("res_id", "=", self.partner.id)])

    def flood(self, event):
        key = f"flood:{event.type}:{event.res_model}:{event.res_id}"
        return self.env["gatehouse.exception"].search([("key", "=", key)])

    def test_the_same_event_a_thousand_times_is_one_with_an_exception_and_the_others_go_on(self):
        event = self.run_action(1000)
        self.assertEqual((len(event), event.repeats), (1, 999))
        exception = self.flood(event)
        self.assertEqual((exception.state, exception.occurrences, exception.res_id), ("open", 10, self.partner.id))
        self.assertIn("master.data.changed of Gatehouse Customer is raised again", exception.title)
        self.assertIn(f"raised {FLOOD} times, within an hour or before it was delivered once", exception.detail)
        self.assertIn("switch the one at fault off", exception.detail)
        other = self.raise_event()
        [post] = self.deliver()
        self.assertEqual([row["event_id"] for row in post[1]["events"]], [event.event_id, other.event_id])

    def test_what_changed_between_is_an_event_of_its_own(self):
        self.run_action()
        self.partner.name = "Gatehouse Customer & Sons"
        self.assertEqual(len(self.run_action()), 2)

    def test_what_was_delivered_is_raised_anew(self):
        first = self.run_action()
        self.deliver()
        self.assertEqual(len(self.run_action()), 2)
        self.assertEqual((first.state, first.repeats), ("delivered", 0))

    def circle(self, times, states=("delivered", "acknowledged")):
        """Raise the event again after each delivery, as a rule does that reacts to what its event causes; in turn one of two names."""
        for nth in range(times):
            self.partner.name = f"Gatehouse Customer {nth % 2}"
            event = self.run_action()
            event.filtered(lambda row: row.state == "pending" and row.next_at <= fields.Datetime.now()).write(
                {"state": states[nth % len(states)], "attempt": 1}
            )
        return event

    def test_a_circle_over_the_receiver_is_slowed_down_to_an_event_a_minute_with_one_exception(self):
        events = self.circle(FLOOD + 300)
        self.assertEqual(len(events), FLOOD + 1, "a hundred at once, and one that waits for its minute")
        self.assertEqual(events[0].repeats, 299)
        self.assertGreater(events[0].next_at, fields.Datetime.now())
        self.assertEqual(json.loads(events[0].payload)["data"], {"name": self.partner.name}, "as it was last")
        exception = self.flood(events[0])
        self.assertEqual((len(exception), exception.state), (1, "open"))

    def test_an_hour_later_it_is_delivered_at_once_again(self):
        events = self.circle(FLOOD)
        events.occurred_at = fields.Datetime.subtract(fields.Datetime.now(), minutes=61)
        self.assertLessEqual(self.run_action()[0].next_at, fields.Datetime.now())

    def test_while_the_receiver_is_down_the_same_is_not_put_behind_itself_for_ever(self):
        event = self.run_action()
        event.attempt = 1
        for _nth in range(FLOOD + 50):
            self.run_action()[0].filtered(lambda row: not row.attempt).write({"attempt": 1})
        self.assertEqual(len(self.run_action()), FLOOD, "from there on the one that waits for its next try stands for all")
        self.assertEqual((event.repeats, len(self.flood(event))), (0, 1))

    def test_resolved_it_comes_back_while_the_circle_goes_on(self):
        event = self.run_action(FLOOD)
        self.flood(event).with_user(self.operations).resolve("switched off")
        self.run_action(FLOOD)
        self.assertEqual((self.flood(event).state, self.flood(event).occurrences), ("open", 2))

    def test_an_answer_to_one_of_them_ends_no_circle(self):
        event = self.run_action(FLOOD)
        event.state = "acknowledged"
        found = list(self.env["gatehouse.reconciliation"]._find_solved_exception())
        self.assertNotIn(self.flood(event), [exception for exception, *_more in found])

    def test_a_few_repeats_are_nobodys_matter(self):
        event = self.run_action(FLOOD - 1)
        self.assertEqual((len(event), len(self.flood(event))), (1, 0))
