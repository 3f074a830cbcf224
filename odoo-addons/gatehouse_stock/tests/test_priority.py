import datetime
import json

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import StockCase


@tagged("post_install", "-at_install")
class TestPriority(StockCase):
    def setUp(self):
        super().setUp()
        self.first, self.second = self.delivery(1), self.delivery(3)
        self.pickings = self.first | self.second
        self.Priority = self.env["gatehouse.priority"].with_user(self.bot)

    def batch(self):
        """The pickings of the bot's company as the sidecar gets them."""
        name = f"stock.picking:{self.env.company.id}"
        return next(batch for batch in self.Priority.read_work() if batch["id"] == name)

    def rank(self, order, **values):
        items = [
            {"id": str(picking.id), "rank": place, "cost_hour": "1.5000", "text": f"place {place}"}
            for place, picking in enumerate(order, 1)
        ]
        batch = {"id": f"stock.picking:{self.env.company.id}", "available": True, "version": "rules 1", "items": items}
        [answer] = self.Priority.record_ranks([{**batch, **values}])
        return answer

    def listed(self):
        """What the warehouse's list shows first, of these pickings."""
        return self.env["stock.picking"].search([("id", "in", self.pickings.ids)])

    def test_what_waits_is_read_with_its_value_deadline_and_lines(self):
        items = {item["id"]: item for item in self.batch()["items"]}
        found = items[str(self.second.id)]
        self.assertEqual((found["value"], found["lines"], found["urgency"]), ("300.00", 1.0, "normal"))
        self.assertTrue(found["deadline"].endswith("Z"))
        self.ship(self.first)
        self.assertNotIn(str(self.first.id), {item["id"] for item in self.batch()["items"]})

    def test_a_receipt_says_whose_orders_wait_for_its_goods(self):
        self.delivery(50)
        order = self.env["purchase.order"].create({
            "partner_id": self.partner.id,
            "order_line": [(0, 0, {"product_id": self.product.id, "product_qty": 25, "price_unit": 40.0})],
        })
        order.button_confirm()
        found = {item["id"]: item for item in self.batch()["items"]}[str(order.picking_ids.id)]
        self.assertEqual(found["value"], "1000.00")
        self.assertGreaterEqual(found["blocked_orders"], 1)
        self.assertGreater(float(found["blocked_value"]), 0)

    def test_the_order_of_the_list_is_the_ranking_s_and_a_star_comes_before_it(self):
        self.assertEqual(self.rank(self.second | self.first)["status"], "ranked")
        self.assertEqual(self.listed().ids, [self.second.id, self.first.id])
        self.assertEqual(self.second.gatehouse_rank_reason, "place 1")
        self.assertEqual((self.second.gatehouse_rank_by, self.second.gatehouse_waiting_cost), ("cost", 1.5))
        self.first.priority = "1"
        self.assertEqual(self.listed().ids, [self.first.id, self.second.id])

    def test_the_same_ranking_twice_changes_nothing(self):
        self.rank(self.second | self.first)
        before = self.pickings.mapped("write_date")
        self.assertEqual(self.rank(self.second | self.first)["count"], 2)
        self.assertEqual(self.pickings.mapped("write_date"), before)
        self.assertEqual(self.listed().ids, [self.second.id, self.first.id])

    def test_without_an_answer_the_deadline_orders_the_list_and_says_why(self):
        self.rank(self.second | self.first)
        now = fields.Datetime.now()
        self.first.move_ids.date_deadline = now + datetime.timedelta(days=1)
        self.second.move_ids.date_deadline = now + datetime.timedelta(days=2)
        self.assertEqual(self.rank([], available=False, reason="no connection (ECONNREFUSED)")["status"], "deadline")
        self.assertEqual(self.listed().ids, [self.first.id, self.second.id])
        self.assertEqual(set(self.pickings.mapped("gatehouse_rank_by")), {"deadline"})
        self.assertIn("By deadline: the ranking has not answered since", self.first.gatehouse_rank_reason)
        self.assertIn("ECONNREFUSED", self.first.gatehouse_rank_reason)
        exception = self.env["gatehouse.exception"].search([("key", "=", f"ranking:stock.picking:{self.env.company.id}")])
        self.assertEqual(exception.state, "open")
        self.rank(self.second | self.first)
        self.assertEqual(exception.state, "resolved")
        self.assertEqual(self.second.gatehouse_rank_by, "cost")

    def test_when_nobody_asks_any_more_the_deadline_takes_over_by_itself(self):
        self.rank(self.second | self.first)
        run = self.env["gatehouse.priority"].search([("res_model", "=", "stock.picking"), ("company_id", "=", self.env.company.id)])
        self.env["gatehouse.priority"]._cron_fall_back()
        self.assertEqual(run.by, "cost")
        run.answered_at = fields.Datetime.now() - datetime.timedelta(minutes=16)
        self.env["gatehouse.priority"]._cron_fall_back()
        self.assertEqual((run.by, self.first.gatehouse_rank_by), ("deadline", "deadline"))
        late = self.delivery(1)
        self.env["gatehouse.priority"]._cron_fall_back()
        self.assertEqual(late.gatehouse_rank_by, "deadline")

    def test_what_is_done_has_no_rank_any_more(self):
        self.rank(self.second | self.first)
        self.ship(self.first)
        self.rank(self.second)
        self.assertFalse(self.first.gatehouse_rank_by)
        self.assertEqual(self.first.gatehouse_rank, 0)

    def test_exceptions_are_ranked_too_and_listed_by_it(self):
        Queue = self.env["gatehouse.exception"]
        Queue.search([])._close("not looked at here")
        calm, dear = (
            Queue._open(key, "supply", key, company_id=self.env.company.id, **values)[0]
            for key, values in (("calm", {}), ("dear", {"res_model": "sale.order", "res_id": self.second.sale_id.id}))
        )
        name = f"gatehouse.exception:{self.env.company.id}"
        batch = next(batch for batch in self.Priority.read_work() if batch["id"] == name)
        items = {item["id"]: item for item in batch["items"]}
        self.assertEqual((items[str(dear.id)]["value"], items[str(calm.id)]["value"]), ("300.00", None))
        ranked = [{"id": str(x.id), "rank": n, "cost_hour": "1", "text": "why"} for n, x in ((1, dear), (2, calm))]
        self.Priority.record_ranks([{"id": name, "available": True, "items": ranked}])
        self.assertEqual(Queue.search([("id", "in", (calm | dear).ids)]).ids, [dear.id, calm.id])
        self.assertEqual(dear.gatehouse_rank_reason, "why")

    def test_only_the_integration_ranks_and_only_its_own_companies(self):
        with self.assertRaises(AccessError):
            self.env["gatehouse.priority"].with_user(self.worker).read_work()
        other = self.env["res.company"].create({"name": "Other"})
        [answer] = self.Priority.record_ranks([{"id": f"stock.picking:{other.id}", "available": True, "items": []}])
        self.assertEqual(answer["status"], "refused")

    def test_ranks_that_cannot_be_read_leave_the_deadline_and_say_why(self):
        self.rank(self.second | self.first)
        self.assertEqual(self.rank([], items=[{"id": "x"}])["status"], "deadline")
        self.assertIn("answer outside the contract: batches[0].items[0]", self.first.gatehouse_rank_reason)
        exception = self.env["gatehouse.exception"].search([("key", "=", f"ranking:stock.picking:{self.env.company.id}")])
        self.assertIn("See whether the sidecar and n8n run", exception.detail)

    def test_the_company_s_rates_go_along_and_bad_ones_are_named(self):
        settings = self.env["ir.config_parameter"].sudo()
        settings.set_param("gatehouse.priority_rates", json.dumps({"late_day": 0.05}))
        self.assertEqual(self.batch()["rates"], {"late_day": 0.05})
        settings.set_param("gatehouse.priority_rates", "much")
        with self.assertRaisesRegex(ValidationError, "gatehouse.priority_rates"):
            self.batch()

    def statements(self):
        """What reading the open work takes, nothing cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Priority.read_work()
        return self.env.cr.sql_log_count - before

    def opened(self, count):
        """That many exceptions, each about a transfer of its own."""
        for _one in range(count):
            order = self.delivery(1).sale_id
            about = {"res_model": order._name, "res_id": order.id, "company_id": self.env.company.id}
            self.env["gatehouse.exception"]._open(f"asked:{order.id}", "supply", order.name, **about)

    def test_more_exceptions_are_read_by_the_same_statements(self):
        self.opened(2)
        few = self.statements()
        self.opened(8)
        self.assertLess(self.statements() - few, 4)
