import base64
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import TransactionCase

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


def people(env, groups_by_login, **values):
    """Users of these logins and groups, in this order: made in one go, which takes a quarter of the time of one by one.

    :param groups_by_login: {login: external identifiers of its groups, separated by commas}
    :param values: further values of each of them
    """
    ways = {"no_reset_password": True, "mail_create_nosubscribe": True, "mail_create_nolog": True, "tracking_disable": True}
    # The tree of all groups is there for the form of a user alone; as a default it is half of what making one costs.
    common = {"view_group_hierarchy": {}, **values}
    users = env["res.users"].with_context(**ways).create([
        {
            "login": login, "name": f"{login} ({groups})", "email": f"{login}@example.com", "password": f"{login} x8",
            "group_ids": [Command.set([env.ref(name.strip()).id for name in groups.split(",")])], **common,
        }
        for login, groups in groups_by_login.items()
    ])
    return users.with_env(env)


def person(env, login, groups="base.group_user", **values):
    """One user of this login and these groups (external identifiers, separated by commas)."""
    return people(env, {login: groups}, **values)


class ScheduledCase(TransactionCase):
    """A test has one transaction: what a scheduled action would commit is flushed."""

    def setUp(self):
        super().setUp()
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda cron, *args, **kwargs: cron.env.flush_all() or 10.0)


class GatehouseCase(ScheduledCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "gatehouse.events_url", "http://127.0.0.1:9/webhook/gatehouse/events"
        )
        cls.bot, cls.author, cls.board, cls.operations = people(cls.env, {
            "gatehouse_bot": "base.group_user,gatehouse.group_bot",
            "gatehouse_author": "base.group_user,gatehouse.group_policy_author",
            "gatehouse_board": "base.group_user,gatehouse.group_governance_board",
            "gatehouse_ops": "base.group_user,gatehouse.group_operations_manager",
        })
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

        with (
            patch("odoo.addons.gatehouse.models.gatehouse_delivery.requests.post", post),
            patch("odoo.addons.gatehouse.tools.settings.signing_secrets", lambda: [SECRET]),
        ):
            self.env.flush_all()
            self.env["gatehouse.event"]._cron_deliver()
        self.env.invalidate_all()
        return posts


class DeliveryCase(GatehouseCase):
    """Nothing else waits for its delivery, and none is put off to gather more events."""

    def setUp(self):
        super().setUp()
        self.env["gatehouse.event"].search([]).write({"state": "acknowledged"})
        self.env["ir.config_parameter"].set_param("gatehouse.gather_seconds", "0")

    def due(self, events):
        events.write({"next_at": fields.Datetime.now() - timedelta(seconds=1)})
