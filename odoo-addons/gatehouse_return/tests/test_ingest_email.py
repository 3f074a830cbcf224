from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, ConcurrencyError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IngestCase


@tagged("post_install", "-at_install")
class TestIngestEmail(IngestCase):
    # -- what the ticket says ------------------------------------------------------------------
    def test_a_classified_mail(self):
        ticket = self.ticket()
        self.assertEqual(ticket.name, "Where is it?")
        self.assertEqual(ticket.gatehouse_class, "delivery_delay")
        self.assertAlmostEqual(ticket.gatehouse_confidence, 0.91)
        self.assertEqual(ticket.gatehouse_model, "emails 1")
        self.assertFalse(ticket.gatehouse_abstained or ticket.gatehouse_degraded)
        self.assertEqual(ticket.gatehouse_order_id, self.order)
        self.assertEqual(ticket.gatehouse_reference_text, "order S77001")
        self.assertEqual(ticket.category_id, self.env.ref("gatehouse_return.category_delivery_delay"))
        self.assertEqual(ticket.team_id, self.env.ref("gatehouse_return.team_inbox"))
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(str(ticket.gatehouse_received_at), "2026-11-23 07:12:00")
        self.assertFalse(ticket.user_id or ticket.tag_ids)
        self.assertNotIn(self.bot.partner_id, ticket.message_partner_ids)

    def test_what_the_mail_is_about_stands_on_the_ticket_and_urgency_is_its_priority(self):
        said = {
            "class": "return", "language": "de", "claim_type": "damaged", "dispute_reason": "duplicate", "urgency": "high",
            "intents": [{"class": "return", "confidence": 0.9}, {"class": "billing_dispute", "confidence": 0.8}],
        }
        ticket = self.ticket(self.message(said))
        self.assertEqual(
            (ticket.gatehouse_language, ticket.gatehouse_claim_type, ticket.gatehouse_dispute_reason, ticket.priority),
            ("de", "damaged", "duplicate", "2"),
        )
        self.assertEqual(ticket.gatehouse_intents, "Billing dispute")

    def test_the_text_is_no_markup(self):
        self.assertNotIn("<b>", str(self.ticket().description))

    def test_an_agent_reads_it_without_any_right_on_orders(self):
        row = self.ticket().with_user(self.agent).read(["gatehouse_order_id", "gatehouse_class"])[0]
        self.assertEqual(row["gatehouse_order_id"], (self.order.id, "S77001"))

    def test_abstained_is_left_to_a_person(self):
        ticket = self.ticket(self.message({"class": "return", "confidence": 0.3, "abstained": True}))
        self.assertEqual(ticket.gatehouse_class, "return")
        self.assertFalse(ticket.category_id)
        self.assertEqual(ticket.tag_ids, self.env.ref("gatehouse_return.tag_triage"))

    def test_without_a_classifier_it_is_left_to_a_person_and_degraded(self):
        nothing = {"available": False, "reason": "scoring service: timeout", "class": None, "confidence": 0}
        for number, message in enumerate([self.message(False), self.message(nothing)]):
            ticket = self.ticket({**message, "message_id": f"<nothing-{number}@x>"})
            self.assertTrue(ticket.gatehouse_abstained and ticket.gatehouse_degraded)
            self.assertFalse(ticket.gatehouse_class or ticket.category_id)
            self.assertEqual(ticket.tag_ids, self.env.ref("gatehouse_return.tag_triage"))

    def test_an_order_that_does_not_exist_is_only_mentioned(self):
        ticket = self.ticket(self.message({"references": [{"kind": "order", "value": "S99999"}]}))
        self.assertFalse(ticket.gatehouse_order_id)
        self.assertEqual(ticket.gatehouse_reference_text, "order S99999")

    def named(self, kind, value):
        """The ticket of a mail that names this."""
        return self.ticket(self.message({"references": [{"kind": kind, "value": value}]}, message_id=f"<{kind}-{value}@x>"))

    def test_the_senders_own_posted_invoice_stands_on_the_ticket_and_nobody_elses(self):
        mine, draft, theirs = self.env["account.move"].create([
            {"move_type": "out_invoice", "partner_id": partner.id, "invoice_date": "2026-11-20", "name": f"INV/2026/7700{n}",
             "invoice_line_ids": [(0, 0, {"name": "Desk", "quantity": 1, "price_unit": 10.0, "tax_ids": []})]}
            for n, partner in enumerate((self.customer, self.customer, self.stranger))
        ])  # fmt: skip
        (mine | theirs).action_post()
        self.assertEqual(self.named("invoice", mine.name.lower()).gatehouse_invoice_id, mine)
        for other in (draft.name, theirs.name, "INV/2026/99999"):
            self.assertFalse(self.named("invoice", other).gatehouse_invoice_id, other)

    def shipment(self, name, partner, **values):
        kind = self.env["stock.picking.type"].search([("code", "=", "outgoing"), ("company_id", "=", self.env.company.id)], limit=1)
        return self.env["stock.picking"].create({
            "name": name, "partner_id": partner.id, "picking_type_id": kind.id, "location_id": kind.default_location_src_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id, **values})  # fmt: skip

    def test_a_shipment_is_found_by_its_name_and_by_the_carriers_number_and_brings_its_order(self):
        values = {}
        if "carrier_tracking_ref" in self.env["stock.picking"]:
            values["carrier_tracking_ref"] = "1Z999AA10123456784"
        if "sale_id" in self.env["stock.picking"]:
            values["sale_id"] = self.order.id
        shipment = self.shipment("WH/OUT/77001", self.customer, **values)
        for said in ("wh/out/77001", *(["1Z999AA10123456784"] if "carrier_tracking_ref" in values else [])):
            ticket = self.named("shipment", said)
            self.assertEqual(ticket.gatehouse_shipment_id, shipment)
            self.assertEqual(ticket.gatehouse_order_id, self.order if "sale_id" in values else self.env["sale.order"])

    def test_a_shipment_that_does_not_exist_is_only_mentioned_and_the_senders_own_comes_first(self):
        ticket = self.named("shipment", "WH/OUT/99999")
        self.assertFalse(ticket.gatehouse_shipment_id or ticket.gatehouse_order_id)
        self.assertEqual(ticket.gatehouse_reference_text, "shipment WH/OUT/99999")
        mine = self.shipment("WH/OUT/77001", self.customer)
        self.shipment("WH/OUT/77002", self.stranger)
        found = self.ticket(self.message({"references": [
            {"kind": "shipment", "value": "WH/OUT/77002"}, {"kind": "shipment", "value": "WH/OUT/77001"}]}))
        self.assertEqual(found.gatehouse_shipment_id, mine)

    def test_an_invoice_number_is_no_order(self):
        ticket = self.ticket(self.message({"references": [{"kind": "invoice", "value": "S77001"}]}))
        self.assertFalse(ticket.gatehouse_order_id)

    def test_the_senders_own_order_comes_first(self):
        self._order(self.stranger, "S77000")
        ticket = self.ticket(self.message({"references": [
            {"kind": "order", "value": "S77000"}, {"kind": "order", "value": "s77001"}]}))
        self.assertEqual(ticket.gatehouse_order_id, self.order)

    def test_orders_of_companies_that_the_bot_does_not_serve_stay_unseen(self):
        other = self.env["res.company"].create({"name": "Another company"})
        self.order.copy({"name": "S77002", "company_id": other.id, "warehouse_id": False} if "warehouse_id" in self.order
                        else {"name": "S77002", "company_id": other.id})
        ticket = self.ticket(self.message({"references": [{"kind": "order", "value": "S77002"}]}))
        self.assertFalse(ticket.gatehouse_order_id)

    def test_an_unknown_sender_without_subject_and_text(self):
        ticket = self.ticket(self.message(sender="new@nowhere.example.com", subject="", text="", received_at=""))
        self.assertFalse(ticket.partner_id)
        self.assertEqual((ticket.partner_name, ticket.partner_email), ("new@nowhere.example.com",) * 2)
        self.assertEqual(ticket.name, "(no subject)")

    def test_characters_that_no_database_takes(self):
        ticket = self.ticket(self.message(subject="a\x00b\ud800", text="\x00"))
        self.assertEqual(ticket.name, "ab?")

    # -- once ----------------------------------------------------------------------------------
    def test_the_same_mail_twice_is_one_ticket(self):
        first = self.ingest()
        again = self.ingest({**self.message(), "subject": "changed"})
        self.assertEqual(again, {"ticket_id": first["ticket_id"], "created": False})
        self.assertEqual(self.env["helpdesk.ticket"].browse(first["ticket_id"]).name, "Where is it?")

    def test_an_archived_ticket_does_not_come_back(self):
        ticket = self.ticket()
        ticket.active = False
        self.assertFalse(self.ingest()["created"])

    def test_a_copied_ticket_is_no_second_of_the_mail(self):
        self.assertFalse(self.ticket().copy().gatehouse_message_id)

    def test_two_at_once_are_run_again(self):
        self.ingest()
        Ticket = self.env.registry["helpdesk.ticket"]
        blind = patch.object(Ticket, "_gatehouse_ticket_of", lambda self, message_id: self.browse())
        with blind, self.assertNoLogs("odoo.sql_db", "ERROR"), self.assertRaises(ConcurrencyError):
            self.ingest()
        self.assertFalse(self.ingest()["created"], "the transaction is still usable")

    def test_the_database_keeps_it_unique(self):
        ticket = self.ticket()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            ticket.copy().sudo().write({"gatehouse_message_id": ticket.gatehouse_message_id})
            self.env.flush_all()

    # -- who -----------------------------------------------------------------------------------
    def test_only_the_integration_may_call(self):
        for user in (self.agent, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.ingest(user=user)

    def test_the_bot_may_nothing_else(self):
        ticket = self.ticket().with_user(self.bot)
        with self.assertRaises(AccessError):
            ticket.write({"name": "x"})
        with self.assertRaises(AccessError):
            ticket.create({"name": "x", "description": "x"})
        with self.assertRaises(AccessError):
            self.order.with_user(self.bot).read(["name"])

    # -- bad input -----------------------------------------------------------------------------
    def test_what_is_wrong_is_named(self):
        message = self.message
        cases = {
            "message: must be an object": ["no", None, []],
            "message.message_id": [message(message_id=""), message(message_id=None), message(message_id=7)],
            "message.sender": [message(sender=""), message(sender="nobody"), message(sender={})],
            "message.subject": [message(subject=[]), message(subject="x" * 2001)],
            "message.text": [message(text=1), message(text="x" * 1_000_001)],
            "message.received_at": [message(received_at="yesterday"), message(received_at="0001-01-01T00:00:00+14:00")],
        }
        before = self.env["helpdesk.ticket"].search_count([])
        for field, messages in cases.items():
            for bad in messages:
                with self.subTest(field=field), self.assertRaises(ValidationError) as caught:
                    self.ingest(bad if bad is not None else [])
                self.assertIn(field, str(caught.exception))
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_an_answer_of_the_classifier_that_cannot_be_read_is_told_and_the_mail_is_left_to_a_person(self):
        message = self.message
        cases = {
            "message.classification.urgency: must be": [message({"urgency": "panic"})],
            "message.classification.claim_type: must be": [message({"claim_type": "haunted"})],
            "message.classification.intents": [message({"intents": "return"}), message({"intents": [{"class": 1}]})],
            "message.classification: must be": [message(classification=True) | {"classification": "late"}],
            "message.classification.class": [message({"class": "spam"}), message({"class": None}), message({"class": []})],
            "message.classification.confidence": [
                message({"confidence": value}) for value in (None, True, "high", 1.5, -0.1, float("nan"), float("inf"))],
            "message.classification.abstained": [message({"abstained": "no"})],
            "message.classification.degraded": [message({"degraded": 1})],
            "message.classification.references": [message({"references": {}}), message({"references": [{}] * 51})],
            "message.classification.references[0].kind": [message({"references": [{"kind": "person", "value": "x"}]})],
            "message.classification.references[0].value": [message({"references": [{"kind": "order", "value": ""}]})],
            "scoring service: answer outside the contract: no messages": [
                message({"available": False, "reason": "scoring service: answer outside the contract: no messages"})],
        }
        bad = [(field, one) for field, messages in cases.items() for one in messages]
        for number, (field, one) in enumerate(bad):
            with self.subTest(field=field, number=number):
                ticket = self.ticket({**one, "message_id": f"<bad-{number}@x>"})
                self.assertTrue(ticket.gatehouse_degraded and ticket.gatehouse_abstained)
                self.assertFalse(ticket.gatehouse_class or ticket.gatehouse_references)
                told = self.env["gatehouse.exception"].search([("key", "=", f"contract:email_class:{ticket.company_id.id}")])
                told.last_at = "2026-01-01 00:00:00"  # so that each of them counts
                self.assertIn(field, told.detail)
                self.assertIn(f"Seen last on ticket {ticket.number}", told.detail)
        self.assertEqual((told.state, told.occurrences), ("open", len(bad)))
