import datetime

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestKpi(GatehouseCase):
    def figures(self, metric, day):
        """Of one day, which a test that runs over midnight names once."""
        self.env["gatehouse.kpi"]._refresh(3)
        return self.env["gatehouse.kpi"].search([("metric", "=", metric), ("basis", "=", "measured"), ("day", "=", day)])

    def test_a_resolved_exception_is_counted_with_its_hours(self):
        day = fields.Date.today()
        before = sum(self.figures("exceptions", day).mapped("samples"))
        record, _ = self.env["gatehouse.exception"]._open("kpi:1", "other", "Something")
        record.with_user(self.operations).resolve("done")
        self.env.flush_all()
        self.env.cr.execute(
            # Both on this day, at whatever hour the test runs.
            "UPDATE gatehouse_exception SET create_date = %(day)s, resolved_at = %(day)s + interval '2 hours' WHERE id = %(id)s",
            {"day": day, "id": record.id},
        )
        self.assertEqual(sum(self.figures("exceptions", day).mapped("samples")), before + 1)
        self.assertEqual(self.figures("exception_hours", day).mapped("value"), [2.0])

    def test_refreshing_twice_counts_once(self):
        day = self.raise_event().occurred_at.date()
        once = sum(self.figures("undelivered", day).mapped("samples"))
        self.assertGreaterEqual(once, 1)
        self.assertEqual(sum(self.figures("undelivered", day).mapped("samples")), once)

    def card(self, week, before, unit="a day"):
        """The card of a figure that was so much in the last week and in the four weeks before."""
        today = fields.Date.today()
        values = {"metric": "exceptions", "label": "X", "fold": "sum", "better": "less", "unit": unit}
        self.env["gatehouse.kpi"].search([("metric", "=", "exceptions")]).unlink()
        for back, value in ((1, week), (10, before)):
            self.env["gatehouse.kpi"].create(
                {
                    **values,
                    "day": today - datetime.timedelta(days=back),
                    "basis": "measured",
                    "value": value,
                    "samples": max(1, int(value)),
                    "company_id": self.env.company.id,
                }
            )
        self.env.flush_all()
        return self.env["gatehouse.kpi.card"].search([("metric", "=", "exceptions"), ("company_id", "=", self.env.company.id)])

    def test_a_card_compares_the_week_with_the_weeks_before(self):
        card = self.card(7.0, 56.0)
        self.assertAlmostEqual(card.value, 1.0)
        self.assertAlmostEqual(card.baseline, 2.0)
        self.assertEqual((card.basis, card.trend), ("measured", "good"))

    def test_a_card_whose_two_figures_read_the_same_is_neither_better_nor_worse(self):
        card = self.card(0.2, 0.4)
        self.assertNotEqual(card.value, card.baseline)
        self.assertEqual((card.value_text, card.baseline_text, card.trend), ("0.0", "0.0", "same"))

    def test_a_card_of_money_names_the_currency_of_its_company(self):
        self.assertEqual(self.card(7.0, 56.0, unit="company currency").unit_text, f"{self.env.company.currency_id.name} a day")
        self.assertEqual(self.card(7.0, 56.0).unit_text, "a day")

    def test_nobody_writes_a_figure(self):
        for user in (self.operations, self.author, self.bot):
            with self.assertRaises(AccessError):
                self.env["gatehouse.kpi"].with_user(user).create({"day": "2026-01-01", "metric": "x", "basis": "measured"})
