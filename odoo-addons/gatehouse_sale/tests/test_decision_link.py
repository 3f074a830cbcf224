from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestDecisionLink(ApprovalCase, HttpCase):
    def test_reading_the_link_decides_nothing_and_only_the_approvers_post_decides(self):
        order = self.held()
        step = self.step(order)
        url = f"/gatehouse/decision/{step.id}"
        self.assertIn("/web/login", self.url_open(url).url)
        self.authenticate("gatehouse_manager", "gatehouse_manager")
        page = self.url_open(url)
        self.assertIn(order.name, page.text)
        self.assertEqual(step.state, "open")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url, data={"verb": "approve", "reason": "x"}).status_code, 400)
        answer = self.url_open(url, data={"verb": "approve", "reason": "by mail", "csrf_token": token})
        step.invalidate_recordset()
        self.assertEqual((step.state, step.decided_by, step.reason), ("approved", self.manager, "by mail"))
        self.assertIn("Approved", answer.text)
        again = self.url_open(url, data={"verb": "reject", "reason": "again", "csrf_token": token})
        self.assertIn("not waiting", again.text)

    def test_without_a_reason_or_the_role_the_page_says_so(self):
        order = self.held()
        step = self.step(order)
        url = f"/gatehouse/decision/{step.id}"
        self.authenticate("gatehouse_deputy", "gatehouse_deputy")
        page = self.url_open(url)
        self.assertNotIn("csrf_token\" value", page.text.replace("&quot;", '"').split("<main")[-1])
        self.assertIn("decides this", page.text)
        self.authenticate("gatehouse_manager", "gatehouse_manager")
        token = self.url_open(url).text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.url_open(url, data={"verb": "approve", "reason": " ", "csrf_token": token})
        self.assertIn("needs a reason", answer.text)
        self.assertEqual(step.state, "open")
