from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SaleCase

STORY = "odoo.addons.gatehouse.models.gatehouse_story"


@tagged("post_install", "-at_install")
class TestStory(SaleCase):
    """From an exception a person gets to everything that happened to the order, in one step."""

    def shown(self, exception, user=None):
        """The story that the exception's button opens, as text."""
        action = exception.with_user(user or self.operations).action_story()
        return str(self.env[action["res_model"]].browse(action["res_id"]).content)

    def opened(self, document, **values):
        about = {"res_model": document._name, "res_id": document.id, "company_id": document.company_id.id}
        return self.env["gatehouse.exception"]._open(f"test:{document}", "other", "Look at it", **about, **values)[0]

    def held(self):
        """An order that a failed check holds, released by its manager."""
        order = self.confirmed()
        self.record(order, [self.check("discount_anomaly", "sidecar", anomaly_percentile=0.999), *self.good_checks()[1:]])
        self.holds(order).with_user(self.manager).release("Agreed by phone")
        return order

    def test_an_exception_on_an_order_tells_event_checks_hold_and_who_released_it_in_their_order(self):
        order = self.held()
        told = self.shown(self.opened(order, event_id=self.event(order).id))
        steps = ["sale.order.confirmed", "discount_anomaly: fail", "finance_exposure: pass", "Agreed by phone", "Look at it"]
        self.assertEqual([step for step in steps if step not in told], [])
        self.assertLess(told.index("raised"), told.index("Agreed by phone"))
        self.assertIn(self.manager.name, told)

    def test_an_exception_on_a_delivery_tells_the_story_of_its_order(self):
        order = self.held()
        told = self.shown(self.opened(order.sudo().picking_ids))
        self.assertIn("discount_anomaly: fail", told)
        self.assertIn("Agreed by phone", told)

    def test_a_story_by_the_orders_name_tells_what_stopped_its_delivery(self):
        order = self.held()
        self.opened(order.sudo().picking_ids)
        lines = self.env["gatehouse.event"].with_user(self.operations).story(order.name)["lines"]
        self.assertIn("exception: Look at it", [line["what"] for line in lines])

    def test_a_story_by_an_events_id_tells_that_event_alone_and_what_was_held(self):
        order = self.held()
        event = self.event(order)
        other = self.env["gatehouse.event"]._raise_event(order, "sale.order.noted", {})
        story = self.env["gatehouse.event"].with_user(self.operations).story(event.event_id)
        self.assertEqual((story["document"], [row["event_id"] for row in story["events"]]), (order.name, [event.event_id]))
        told = "\n".join(line["what"] for line in story["lines"])
        self.assertIn("Agreed by phone", told)
        self.assertNotIn(other.event_id[:8], told)

    def test_a_story_of_very_many_events_tells_the_newest_and_how_many_it_leaves_out(self):
        order = self.order()
        Event = self.env["gatehouse.event"].with_user(self.operations)
        raised = [Event.sudo()._raise_event(order, f"sale.order.noted{nth}", {}).event_id for nth in range(3)]
        with patch(f"{STORY}.MOST_EVENTS", 2):
            story = Event._story_of_document(order._name, order.id, order.name)
        self.assertEqual([row["event_id"] for row in story["events"]], raised[1:])
        self.assertEqual(story["lines"][0]["what"], "1 earlier events are left out of this story; Gatehouse > Log > Events has them")
        self.assertNotIn("left out", str(Event._story_of_document(order._name, order.id, order.name)))

    def test_a_document_without_any_event_has_its_holds_told(self):
        order = self.order()
        self.env["gatehouse.hold"]._place(
            order, "manual", "review", "confirm", role_id=self.env.ref("gatehouse.group_operations_manager").id,
            reasons=[{"code": "x", "text": "A strange customer"}],
        )
        self.assertFalse(self.event(order))
        self.assertIn("A strange customer", self.shown(self.opened(order)))

    def test_a_deleted_document_has_what_is_left_told(self):
        order = self.order()
        event = self.env["gatehouse.event"]._raise_event(order, "sale.order.confirmed", {})
        exception = self.opened(order, event_id=event.id)
        order.sudo().unlink()
        self.assertIn("sale.order.confirmed", self.shown(exception))

    def test_a_salesperson_is_told_nothing(self):
        order = self.held()
        with self.assertRaises(AccessError):
            self.shown(self.opened(order), self.seller)
