from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestMetrics(GatehouseCase):
    def gauges(self):
        rows = self.env["gatehouse.metrics"].with_user(self.bot).read_gauges()
        return {
            row["name"]: {tuple(labels): value for labels, value in row["samples"]} for row in rows
        }

    def test_figures_follow_what_happens(self):
        before = self.gauges()
        event = self.raise_event()
        self.env["gatehouse.exception"]._open("m1", "supply", "Late")
        after = self.gauges()
        self.assertEqual(after["gatehouse_events"][("pending",)], before["gatehouse_events"].get(("pending",), 0) + 1)
        supply = ("supply",)
        self.assertEqual(
            after["gatehouse_exceptions_open"][supply], before["gatehouse_exceptions_open"].get(supply, 0) + 1
        )
        event.write({"state": "acknowledged", "acknowledged_at": event.occurred_at})
        self.assertEqual(self.gauges()["gatehouse_events"].get(("pending",), 0), before["gatehouse_events"].get(("pending",), 0))

    def test_every_figure_is_read_even_where_nothing_happened(self):
        self.assertEqual(self.gauges()["gatehouse_oldest_event_seconds"].keys(), {()})
        self.assertEqual(self.gauges()["gatehouse_acknowledge_seconds"].keys(), {("0.5",), ("0.95",)})

    def test_nobody_else_reads_them(self):
        with self.assertRaises(AccessError):
            self.env["gatehouse.metrics"].with_user(self.author).read_gauges()
