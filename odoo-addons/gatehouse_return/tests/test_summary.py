from odoo.tests import tagged

from .common import IngestCase


@tagged("post_install", "-at_install")
class TestTicketSummary(IngestCase):
    def due(self, ticket):
        rows = self.env["gatehouse.summary"].with_user(self.bot).read_due()
        return next((row for row in rows if row["id"] == f"helpdesk.ticket:{ticket.id}"), None)

    def test_a_ticket_names_the_mail_the_order_and_what_the_customer_wrote(self):
        row = self.due(self.ticket())
        facts = {fact["kind"]: fact for fact in row["facts"]}
        self.assertEqual((row["subject"], row["topic"], row["party"]), ("ticket", "delivery_delay", "Mail Customer"))
        self.assertIn("Late.", facts["said"]["text"])
        self.assertEqual(facts["amount"]["label"], "Order S77001")
        self.assertIn("Mail Customer", row["names"])

    def test_a_mail_that_nobody_sorted_has_no_topic(self):
        row = self.due(self.ticket(self.message({"abstained": True})))
        self.assertEqual(row["topic"], "")

    def test_the_ticket_shows_its_facts_until_the_service_answers(self):
        ticket = self.ticket()
        self.assertIn("the summary service has not answered", ticket.with_user(self.agent).gatehouse_summary)
