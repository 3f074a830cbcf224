import base64
import json

from odoo.tests import tagged

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestReport(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operations.email = "ops@shop.example"
        cls.company = cls.env.company
        cls.env["gatehouse.exception"]._open("in-use", "supply", "In use", company_id=cls.company.id)
        cls.env["res.company"].search([("id", "!=", cls.company.id)]).gatehouse_daily_report = False

    def run_report(self):
        self.env["gatehouse.report"]._cron_daily()

    def message(self):
        event = self.env["gatehouse.event"].search([("type", "=", "message.daily_report.requested")], limit=1)
        return json.loads(event.payload)["data"]["message"] if event else None

    def test_the_report_counts_what_waits_and_links_to_it(self):
        before = self.env["gatehouse.exception"].search_count([("state", "=", "open")])
        for number in range(3):
            self.env["gatehouse.exception"]._open(f"t{number}", "supply", "Late", company_id=self.company.id)
        self.run_report()
        message = self.message()
        self.assertIn("ops@shop.example", message["to"])
        self.assertIn("/odoo/action-gatehouse.gatehouse_exception_action", message["html"])
        rows = self.env["gatehouse.report"]._figures(self.company)["rows"]
        self.assertEqual(rows[2]["count"], before + 3)
        self.assertIn(f"{before + 3} exceptions are open", " ".join(message["text"].split()))

    def test_the_picture_is_a_png_that_the_page_shows(self):
        self.run_report()
        (picture,) = self.message()["attachments"]
        self.assertTrue(base64.b64decode(picture["base64"]).startswith(b"\x89PNG"))
        self.assertIn(f"cid:{picture['name']}", self.message()["html"])

    def test_another_company_s_exceptions_are_not_counted(self):
        other = self.env["res.company"].create({"name": "Other", "gatehouse_daily_report": False})
        before = self.env["gatehouse.report"]._figures(self.company)["rows"][2]["count"]
        self.env["gatehouse.exception"]._open("theirs", "supply", "Late", company_id=other.id)
        self.assertEqual(self.env["gatehouse.report"]._figures(self.company)["rows"][2]["count"], before)

    def test_a_company_where_nothing_happened_gets_none(self):
        self.env["res.company"].create({"name": "Quiet"})
        self.operations.company_ids = [(6, 0, self.env["res.company"].search([]).ids)]
        self.run_report()
        names = self.env["gatehouse.event"].search([("type", "=", "message.daily_report.requested")]).mapped("res_name")
        self.assertNotIn("Quiet", names)

    def test_a_company_that_switched_it_off_gets_none(self):
        self.company.gatehouse_daily_report = False
        self.run_report()
        self.assertIsNone(self.message())

    def test_without_an_integration_odoo_sends_it_itself(self):
        self.env["ir.config_parameter"].set_param("gatehouse.events_url", "off")
        self.run_report()
        mail = self.env["mail.mail"].search([("subject", "like", "controls on")], limit=1)
        self.assertIn("ops@shop.example", mail.email_to)
        self.assertTrue(mail.attachment_ids)
