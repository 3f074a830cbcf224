from odoo.tests import tagged

from ..tools import settings
from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestSettings(GatehouseCase):
    def test_a_delivery_goes_to_the_address_as_it_is_committed_whatever_the_cache_still_says(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("gatehouse.events_url", "http://127.0.0.1:1/old")
        self.assertEqual(settings.events_url(self.env), "http://127.0.0.1:1/old")
        # as another thread's change, whose invalidation came before its commit
        self.env.cr.execute("UPDATE ir_config_parameter SET value = 'http://127.0.0.1:1/new' WHERE key = 'gatehouse.events_url'")
        parameters.invalidate_model()
        self.assertEqual(settings.events_url(self.env), "http://127.0.0.1:1/old", "the cache would send it there")
        self.assertEqual(settings.events_url(self.env, committed=True), "http://127.0.0.1:1/new")
