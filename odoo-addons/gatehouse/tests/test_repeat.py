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
        return self.env["gatehouse.exception"].search([("key", "=", f"flood:{event.event_id}")])

    def test_the_same_event_a_thousand_times_is_one_with_an_exception_and_the_others_go_on(self):
        event = self.run_action(1000)
        self.assertEqual((len(event), event.repeats), (1, 999))
        exception = self.flood(event)
        self.assertEqual((exception.state, exception.occurrences, exception.res_id), ("open", 1, self.partner.id))
        self.assertIn(f"raised {FLOOD} times before it was delivered", exception.detail)
        self.assertIn("automation rule", exception.detail)
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

    def test_a_few_repeats_are_nobodys_matter(self):
        event = self.run_action(FLOOD - 1)
        self.assertEqual((len(event), len(self.flood(event))), (1, 0))
