from odoo.addons.gatehouse.tests.common import people
from odoo.tests import TransactionCase


class IngestCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bot, cls.agent = people(cls.env, {
            "gh_mail_bot": "base.group_user,gatehouse.group_bot",
            "gh_mail_agent": "base.group_user,helpdesk_mgmt.group_helpdesk_user",
        })
        cls.customer = cls.env["res.partner"].create(
            {"name": "Mail Customer", "is_company": True, "email": "buying@customer.example.com"})
        cls.stranger = cls.env["res.partner"].create({"name": "Somebody else", "is_company": True})
        cls.order = cls._order(cls.customer, "S77001")

    @classmethod
    def _order(cls, partner, name):
        return cls.env["sale.order"].create({"partner_id": partner.id, "name": name})

    def message(self, classification=True, **values):
        said = {
            "class": "delivery_delay", "confidence": 0.91, "abstained": False, "degraded": False, "model": "emails 1",
            "scores": {"delivery_delay": 0.91}, "references": [{"kind": "order", "value": "S77001"}],
        }
        if isinstance(classification, dict):
            said.update(classification)
        return {
            "message_id": "<one@customer.example.com>", "sender": "Buying <Buying@Customer.example.com>",
            "recipient": "service@company.example.com", "subject": "Where is it?", "text": "Late.\n<b>Really</b>",
            "received_at": "2026-11-23T08:12:00+01:00", "classification": said if classification else None, **values,
        }

    def ingest(self, message=None, user=None):
        message = self.message() if message is None else message
        return self.env["helpdesk.ticket"].with_user(user or self.bot).gatehouse_ingest_email(message)

    def ticket(self, message=None):
        answer = self.ingest(message)
        self.assertTrue(answer["created"])
        return self.env["helpdesk.ticket"].browse(answer["ticket_id"])
