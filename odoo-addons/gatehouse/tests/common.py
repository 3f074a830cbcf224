import base64
import json
from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


class GatehouseCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "gatehouse.events_url", "http://127.0.0.1:9/webhook/gatehouse/events"
        )
        cls.bot = new_test_user(cls.env, "gatehouse_bot", groups="base.group_user,gatehouse.group_bot")
        cls.author = new_test_user(
            cls.env, "gatehouse_author", groups="base.group_user,gatehouse.group_policy_author"
        )
        cls.board = new_test_user(
            cls.env,
            "gatehouse_board",
            groups="base.group_user,gatehouse.group_governance_board,gatehouse.group_policy_author",
        )
        cls.operations = new_test_user(
            cls.env, "gatehouse_ops", groups="base.group_user,gatehouse.group_operations_manager"
        )
        cls.partner = cls.env["res.partner"].create({"name": "Gatehouse Customer"})

    def raise_event(self, event_type="test.happened", **values):
        return self.env["gatehouse.event"]._raise_event(self.partner, event_type, {"n": 1}, **values)

    def deliver(self, status=202, error=None, during=None):
        """Run the delivery with the receiver's answer in place of the network; returns the posts.

        :param status: HTTP status, or a function of the posted body that returns one
        """
        posts = []

        def post(url, data, headers, **kwargs):
            posts.append((url, json.loads(data), headers, kwargs))
            if during:
                during()
            if error:
                raise error
            code = status(json.loads(data)) if callable(status) else status
            return type("Response", (), {"status_code": code})()

        commit = "odoo.addons.base.models.ir_cron.IrCron._commit_progress"
        with (
            patch("odoo.addons.gatehouse.models.gatehouse_delivery.requests.post", post),
            patch("odoo.addons.gatehouse.tools.settings.signing_secrets", lambda: [SECRET]),
            patch(commit, lambda self, *args, **kwargs: self.env.flush_all() or 10.0),
        ):
            self.env.flush_all()
            self.env["gatehouse.event"]._cron_deliver()
        self.env.invalidate_all()
        return posts
