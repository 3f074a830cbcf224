from odoo import fields
from odoo.tests import tagged

from .common import StockCase


@tagged("post_install", "-at_install")
class TestUnusualMovement(StockCase):
    def setUp(self):
        super().setUp()
        self.env["stock.move"].search([("state", "=", "done")]).gatehouse_scored_at = fields.Datetime.now()
        self.picking = self.delivery(3)
        self.ship(self.picking)
        self.move = self.picking.move_ids
        self.Score = self.env["gatehouse.score"].with_user(self.bot)
        self.name = f"stock-moves:{self.env.company.id}"

    def due(self):
        return {batch["id"]: batch["records"] for batch in self.Score.read_due("stock-moves")}.get(self.name, [])

    def record(self, score=0.97, **values):
        said = {"id": str(self.move.id), "score": score, "confidence": 0.97, "abstained": False, "text": "a round quantity"}
        batch = {"id": self.name, "available": True, "model": "stock-moves 4", "records": [said]}
        [answer] = self.Score.record([{**batch, **values}])
        return answer["status"], answer["count"]

    def test_a_done_delivery_is_due_as_training_reads_it_and_an_open_one_or_a_count_is_not(self):
        self.delivery(1)
        quant = self.env["stock.quant"].search([("product_id", "=", self.product.id), ("location_id", "=", self.warehouse.lot_stock_id.id)])
        quant.with_context(inventory_mode=True).inventory_quantity_auto_apply = 50
        count = self.env["stock.move"].search([("product_id", "=", self.product.id), ("is_inventory", "=", True)], limit=1, order="id desc")
        found = {int(record["id"]): record for record in self.due()}
        self.assertEqual(found[self.move.id], {
            "id": str(self.move.id), "item": f"product:{self.product.id}", "quantity": -3.0, "document": self.picking.name,
            "date": self.move.date.strftime("%Y-%m-%dT%H:%M:%SZ"), "place": f"warehouse:{self.warehouse.id}",
        })  # fmt: skip
        self.assertIn(count.id, found, "read together with it")
        self.record()
        self.assertFalse(self.due())
        self.assertFalse(count.gatehouse_score_source)

    def test_the_answer_stands_on_the_movement_and_on_its_transfer_once(self):
        self.assertEqual(self.record(), ("scored", 1))
        self.assertEqual(
            (self.move.gatehouse_score, self.move.gatehouse_score_source, self.move.gatehouse_score_model), (0.97, "model", "stock-moves 4")
        )
        self.assertEqual(
            self.picking.gatehouse_unusual,
            f"97% like a correction, {self.product.display_name}: a round quantity (stock-moves 4)",
        )
        self.assertEqual(self.record(0.1), ("scored", 0))
        self.assertEqual(self.move.gatehouse_score, 0.97)

    def test_without_an_answer_the_transfer_says_that_it_was_not_scored_and_nothing_waits(self):
        self.assertEqual(self.picking.gatehouse_unusual, "Not scored; the rules decide alone")
        self.assertEqual(self.record(available=False, reason="no connection"), ("fallback", 1))
        self.assertEqual(self.picking.gatehouse_unusual, "Not scored; the rules decide alone (no connection)")
        self.assertEqual((self.move.gatehouse_score_source, self.move.gatehouse_score_degraded), ("none", True))
        self.assertEqual(self.picking.state, "done")
        self.assertFalse(self.env["gatehouse.hold"]._open_on("stock.picking", self.picking.ids))
