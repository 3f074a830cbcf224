import json
import os
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.gatehouse.tests.common import person

OUTSIDE = {"GATEHOUSE_EVENTS_URL": "http://127.0.0.1:9/webhook", "GATEHOUSE_SIGNING_SECRET": "whsec_" + "A" * 40}


@tagged("post_install", "-at_install")
class TestReply(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        started = patch.dict(os.environ, OUTSIDE)
        started.start()
        cls.addClassCleanup(started.stop)
        cls.bot = person(cls.env, "gh_reply_bot", "base.group_user,gatehouse.group_bot")
        cls.agent = person(cls.env, "gh_reply_agent", "base.group_user,helpdesk_mgmt.group_helpdesk_user")
        cls.clerk = person(cls.env, "gh_reply_clerk", "base.group_user")
        cls.accountant = person(cls.env, "gh_reply_finance", "base.group_user,account.group_account_invoice")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Reply Customer", "is_company": True, "email": "buying@reply.example.com"})
        cls.order = cls.env["sale.order"].create({
            "partner_id": cls.customer.id, "name": "S88001", "commitment_date": "2026-12-24 12:00:00"})

    def ticket(self, sender="buying@reply.example.com", number=1, **said):
        said = {"class": "delivery_delay", "confidence": 0.9, "abstained": False, "degraded": False, "model": "emails 1",
                "language": "en", "references": [{"kind": "order", "value": "S88001"}], **said}
        message = {"message_id": f"<{number}@reply.example.com>", "sender": sender, "subject": "Where is it?",
                   "text": "Late.", "classification": said}
        answer = self.env["helpdesk.ticket"].with_user(self.bot).gatehouse_ingest_email(message)
        return self.env["helpdesk.ticket"].browse(answer["ticket_id"]).with_user(self.agent)

    def asked(self, reply):
        return self.env["gatehouse.event"].search([("res_model", "=", "gatehouse.reply"), ("res_id", "=", reply.id)])

    # -- what a draft says -----------------------------------------------------------------------
    def test_a_contact_of_the_customer_is_told_about_the_order(self):
        ticket = self.ticket()
        draft = ticket.gatehouse_draft_id
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.to, "buying@reply.example.com")
        self.assertEqual(draft.subject, f"Re: Where is it? [{ticket.number}]")
        self.assertIn("S88001", draft.body)
        self.assertIn("12/24/2026", draft.body)
        self.assertFalse(self.asked(draft), "a draft is sent to nobody")

    def test_a_stranger_who_names_the_order_is_told_nothing_of_it(self):
        ticket = self.ticket(sender="stranger@elsewhere.example.com")
        self.assertEqual(ticket.sudo().gatehouse_order_id, self.order, "the agent sees which order was meant")
        draft = ticket.gatehouse_draft_id
        self.assertEqual(draft.to, "stranger@elsewhere.example.com")
        for told in ("S88001", "12/24/2026", "Reply Customer"):
            self.assertNotIn(told, draft.body)

    def test_the_template_follows_class_claim_and_language(self):
        ref = self.env.ref
        damaged = self.ticket(number=2, **{"class": "return", "claim_type": "damaged", "language": "de"})
        self.assertEqual(damaged.gatehouse_draft_id.sudo().template_id, ref("gatehouse_return.reply_return_damaged_de"))
        plain = self.ticket(number=3, **{"class": "return", "claim_type": "late", "language": "fr"})
        self.assertEqual(plain.gatehouse_draft_id.sudo().template_id, ref("gatehouse_return.reply_return_en"))

    def test_an_unsure_class_and_a_robot_get_no_draft(self):
        self.assertFalse(self.ticket(number=4, abstained=True).gatehouse_draft_id)
        self.assertFalse(self.ticket(number=5, sender="MAILER-DAEMON@relay.example.com").gatehouse_draft_id)

    def test_a_template_that_fails_keeps_the_mail_and_opens_an_exception(self):
        self.env.ref("gatehouse_return.reply_delivery_delay_en").subject = "{{ 1 / (object.name != 'Where is it?') }}"
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            ticket = self.ticket(number=6)
        self.assertFalse(ticket.gatehouse_draft_id)
        exception = self.env["gatehouse.exception"].search([("key", "=", f"reply:{ticket.id}")])
        self.assertEqual(exception.state, "open")

    # -- approval --------------------------------------------------------------------------------
    def test_one_click_sends_the_draft_once_as_it_stands(self):
        ticket = self.ticket()
        draft = ticket.gatehouse_draft_id
        ticket.action_gatehouse_approve()
        event = self.asked(draft)
        self.assertEqual((len(event), event.type), (1, "message.ticket_reply.requested"))
        message = json.loads(event.payload)["data"]["message"]
        self.assertEqual((message["to"], message["subject"]), (draft.to, draft.subject))
        self.assertTrue(draft.unchanged)
        self.assertEqual(draft.approved_by, self.agent)
        with self.assertRaises(UserError):
            draft.action_approve()
        self.assertEqual(len(self.asked(draft)), 1)

    def test_an_edited_draft_counts_as_changed_and_is_frozen_by_its_approval(self):
        ticket = self.ticket()
        draft = ticket.gatehouse_draft_id
        ticket.write({"gatehouse_draft_body": "<p>It left this morning.</p>"})
        draft.action_approve()
        self.assertFalse(draft.unchanged)
        self.assertIn("It left this morning", json.loads(self.asked(draft).payload)["data"]["message"]["text"])
        for user in (self.agent, self.env.user):
            with self.assertRaises(UserError):
                draft.with_user(user).write({"body": "<p>Something else</p>"})

    def test_no_path_sends_a_reply_that_nobody_approved(self):
        draft = self.ticket().gatehouse_draft_id
        for values in ({"state": "approved"}, {"approved_by": self.agent.id}, {"to": "other@example.com"},
                       {"unchanged": True}, {"drafted_text": "x"}):
            with self.assertRaises(AccessError):
                draft.write(values)
        with self.assertRaises(AccessError):
            self.env["gatehouse.reply"].with_user(self.agent).create(
                {"ticket_id": draft.ticket_id.id, "to": "x@example.com", "subject": "x", "body": "x"})
        for user in (self.clerk, self.bot):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_approve()
        # an event that somebody made all the same: n8n is told not to act
        event = self.env["gatehouse.event"]._raise_event(
            draft.sudo(), "message.ticket_reply.requested", {"occasion": "ticket_reply", "message": draft.sudo()._message()})
        event.attempt = 1
        asked = [{"event_id": event.event_id, "kind": "message"}]
        [answer] = self.env["gatehouse.effect"].with_user(self.bot).begin(asked)
        self.assertFalse(answer["go"])
        self.assertFalse(self.env["gatehouse.effect"].search([("event_id", "=", event.id)]))

    def test_what_n8n_says_comes_back_to_the_reply_and_the_ticket(self):
        ticket = self.ticket()
        draft = ticket.gatehouse_draft_id
        draft.action_approve()
        event = self.asked(draft)
        event.attempt = 1
        effect = self.env["gatehouse.effect"].with_user(self.bot)
        asked = {"event_id": event.event_id, "kind": "message"}
        self.assertTrue(effect.begin([asked])[0]["go"])
        effect.finish([{**asked, "outcome": "done", "reference": "<sent@example.com>"}])
        self.assertEqual(draft.state, "sent")
        self.assertIn("S88001", "".join(ticket.message_ids.mapped("body")))
        self.assertFalse(effect.begin([asked])[0]["go"], "once")

    def test_a_refused_address_leaves_the_reply_stuck(self):
        draft = self.ticket().gatehouse_draft_id
        draft.action_approve()
        event = self.asked(draft)
        event.attempt = 1
        effect = self.env["gatehouse.effect"].with_user(self.bot)
        asked = {"event_id": event.event_id, "kind": "message"}
        effect.begin([asked])
        effect.finish([{**asked, "outcome": "refused", "detail": "550 no such mailbox"}])
        self.assertEqual(draft.state, "stuck")

    def test_without_n8n_odoo_sends_the_approved_reply_itself(self):
        draft = self.ticket().gatehouse_draft_id
        with patch.dict(os.environ, {"GATEHOUSE_EVENTS_URL": ""}):
            draft.action_approve()
        self.assertEqual(draft.state, "sent")
        mail = self.env["mail.mail"].search([("email_to", "=", draft.to)])
        self.assertEqual(mail.subject, draft.subject)

    # -- the class -------------------------------------------------------------------------------
    def test_a_corrected_class_is_kept_returned_and_drafts_anew(self):
        ticket = self.ticket()
        before = ticket.gatehouse_draft_id
        ticket.with_context(gatehouse_right_class="return").action_gatehouse_review()
        self.assertEqual((ticket.gatehouse_class, ticket.gatehouse_final_class), ("delivery_delay", "return"))
        self.assertEqual(ticket.gatehouse_reviewed_by, self.agent)
        self.assertEqual(ticket.category_id, self.env.ref("gatehouse_return.category_return"))
        self.assertEqual(before.state, "discarded")
        self.assertEqual(ticket.gatehouse_draft_id.sudo().template_id, self.env.ref("gatehouse_return.reply_return_en"))
        event = self.env["gatehouse.event"].search(
            [("type", "=", "ai.output.reviewed"), ("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)])
        data = json.loads(event.payload)["data"]
        self.assertEqual((data["check"], data["outcome"], data["comment"]), ("email_class", "rejected", "return"))
        self.assertRegex(data["event_id"], "^[0-9a-f]{64}$")

    def test_a_confirmed_class_is_feedback_too_and_keeps_an_edited_draft(self):
        ticket = self.ticket()
        draft = ticket.gatehouse_draft_id
        draft.write({"body": "<p>Mine.</p>"})
        ticket.gatehouse_review("delivery_delay")
        self.assertEqual(ticket.gatehouse_draft_id, draft)
        event = self.env["gatehouse.event"].search([("type", "=", "ai.output.reviewed"), ("res_id", "=", ticket.id)])
        self.assertEqual(json.loads(event.payload)["data"]["outcome"], "confirmed")

    def test_a_review_is_nobody_elses_and_names_a_class(self):
        ticket = self.ticket()
        with self.assertRaises(AccessError):
            ticket.write({"gatehouse_final_class": "return"})
        with self.assertRaises(AccessError):
            ticket.with_user(self.clerk).gatehouse_review("return")
        with self.assertRaises(ValidationError):
            ticket.gatehouse_review("nonsense")

    def test_corrections_and_unchanged_drafts_are_figures(self):
        first, second = self.ticket(), self.ticket(number=7)
        first.gatehouse_review("delivery_delay")
        second.gatehouse_review("order_issue")
        first.action_gatehouse_approve()
        second.gatehouse_draft_id.write({"body": "<p>Mine.</p>"})
        second.action_gatehouse_approve()
        self.env["gatehouse.kpi"]._refresh(3)
        today = [("day", "=", fields.Date.today()), ("company_id", "=", first.company_id.id)]
        found = {row.metric: (row.value, row.samples) for row in self.env["gatehouse.kpi"].search(today)}
        self.assertEqual(found["mail_classes_corrected"], (50.0, 2))
        self.assertEqual(found["override_rate"], (50.0, 2))
        self.assertEqual(found["drafts_unchanged"], (50.0, 2))

    # -- disputes --------------------------------------------------------------------------------
    def test_a_disputed_bill_is_an_activity_of_finance_on_the_order(self):
        self.env.ref("gatehouse_return.activity_dispute").default_user_id = self.accountant
        ticket = self.ticket(**{"class": "billing_dispute", "dispute_reason": "price"})
        activity = self.order.activity_ids.filtered(lambda row: ticket.number in (row.summary or ""))
        self.assertEqual(activity.user_id, self.accountant)
        self.assertIn("Price", activity.note)
        ticket.sudo()._gatehouse_class_is_known()
        self.assertEqual(len(self.order.activity_ids.filtered(lambda row: ticket.number in (row.summary or ""))), 1)

    def test_a_strangers_dispute_touches_no_document(self):
        self.ticket(sender="stranger@elsewhere.example.com", **{"class": "billing_dispute"})
        self.assertFalse(self.order.activity_ids)
