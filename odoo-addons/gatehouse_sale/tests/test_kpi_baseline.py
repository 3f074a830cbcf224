import datetime

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_policy_tools import PolicyCase

HOUR = datetime.timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestKpiBaseline(PolicyCase):
    """What the figures are compared with: a back-test that was chosen, or the time before Gatehouse, marked which."""

    def backtested(self, pass_up_to):
        test = self.env["gatehouse.backtest"]._start(self.draft(pass_up_to=pass_up_to), 1)
        self.env["gatehouse.backtest"]._cron_run()
        return test

    def reviews(self):
        """The reviews of all days that the figures know from a back-test."""
        rows = self.env["gatehouse.kpi"].search([("metric", "=", "reviews"), ("basis", "=", "backtest")])
        return sum(rows.mapped("samples"))

    def test_of_two_back_tests_the_one_chosen_last_is_the_baseline_and_marked_as_such(self):
        self.confirmed(discount=4)
        self.confirmed(discount=8)
        wide, tight = self.backtested(5.0), self.backtested(3.0)
        self.assertEqual(tight.review_count, wide.review_count + 1)
        wide.with_user(self.author).action_use_as_baseline()
        self.assertEqual((self.reviews(), wide.baseline), (wide.review_count, True))
        tight.with_user(self.author).action_use_as_baseline()
        self.assertEqual((self.reviews(), wide.baseline, tight.baseline), (tight.review_count, False, True))

    def test_only_an_author_chooses_it_and_only_a_back_test_that_is_done(self):
        test = self.env["gatehouse.backtest"]._start(self.draft(), 1)
        with self.assertRaisesRegex(UserError, "still runs"):
            test.with_user(self.author).action_use_as_baseline()
        with self.assertRaisesRegex(AccessError, "Only a policy author"):
            test.with_user(self.operations).action_use_as_baseline()
        self.assertFalse(test.baseline)

    # -- rebuilt from what there was before ----------------------------------------------------
    def first_decision(self):
        """The day of the first order that passed the gate; what was confirmed before it is the time before."""
        self.env.cr.execute("SELECT min(content->>'at')::date FROM gatehouse_decision WHERE content->>'action' = 'confirmed'")
        return self.env.cr.fetchone()[0]

    def moved_back(self, order, site, created, dated):
        """Make it an order of an earlier day; past the ORM, which dates what it makes."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET warehouse_id = %s, create_date = %s, date_order = %s WHERE id = %s",
            [site.id, created, dated, order.id],
        )
        self.env.invalidate_all()

    def tracked(self, order, at):
        """The chatter's line of the confirmation."""
        state = self.env["ir.model.fields"]._get("sale.order", "state")
        self.env["mail.message"].create(
            {"model": "sale.order", "res_id": order.id, "date": at, "message_type": "notification",
             "tracking_value_ids": [Command.create({"field_id": state.id, "new_value_char": "Sales Order"})]}
        )  # fmt: skip

    def test_the_hours_before_gatehouse_come_from_tracking_else_from_dates_and_say_so(self):
        site = self.env["stock.warehouse"].create({"name": "Branch", "code": "BR9"})
        by_tracking, by_date, now = (self.confirmed() for _n in range(3))
        day = datetime.datetime.combine(self.first_decision(), datetime.time()) - datetime.timedelta(days=3)
        self.moved_back(by_date, site, day, day + 2 * HOUR)
        self.moved_back(by_tracking, site, day, day + 9 * HOUR)
        self.tracked(by_tracking, day + 4 * HOUR)
        self.moved_back(now, site, now.create_date, now.date_order)
        self.env["gatehouse.kpi"]._refresh((fields.Date.today() - day.date()).days + 1)
        figures = self.env["gatehouse.kpi"].search([("metric", "=", "order_hours"), ("warehouse_id", "=", site.id)])
        self.assertEqual(
            {row.basis: (row.day, row.samples) for row in figures},
            {"before": (day.date(), 2), "measured": (fields.Date.today(), 1)},
        )
        self.assertEqual(figures.filtered(lambda row: row.basis == "before").value, 3.0)
        card = self.env["gatehouse.kpi.card"].search(
            [("metric", "=", "order_hours"), ("company_id", "=", self.env.company.id)]
        )
        self.assertEqual(card.basis, "before")
