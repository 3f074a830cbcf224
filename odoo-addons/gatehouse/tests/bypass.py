from contextlib import contextmanager

from odoo.exceptions import UserError


@contextmanager
def swallowed(case, refused=True, why=""):
    """What some modules do: a refusal is caught without a savepoint, and the rest of the transaction kept.

    :param refused: whether the case fails when there was no refusal to catch
    :param why: what a refusal has to say
    """
    try:
        yield
    except UserError as refusal:
        case.assertIn(why, str(refusal))
    else:
        if refused:
            case.fail("nothing was refused")
    case.env.flush_all()
    case.env.invalidate_all()


class GoodsBypass:
    """Every way round the gate of a transfer, tried in turn; mixed into a test case of an area."""

    def nothing_moves(self, picking, user):
        """Neither this transfer's goods move, nor those of a twin of it, whoever swallows the refusal.

        :param picking: a confirmed transfer that its control stops
        :param user: somebody who may do everything with stock
        """
        root = self.env.ref("base.user_root")
        for way, attempt in self._ways_of_goods(picking.with_user(user), picking.with_user(root)):
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                newest = self.env["stock.move"].search([], order="id desc", limit=1)
                before = self._on_hand(picking)
                with swallowed(self, refused=False):
                    attempt()
                moves = picking.move_ids | self.env["stock.move"].search([("id", ">", newest.id)])
                self.assertNotIn("done", moves.mapped("state"))
                self.assertNotEqual(picking.state, "done")
                self.assertEqual(self._on_hand(picking), before)
                savepoint.rollback()

    def _on_hand(self, picking):
        quants = self.env["stock.quant"].search([("product_id", "in", picking.move_ids.product_id.ids)])
        return {(quant.product_id, quant.location_id): quant.quantity for quant in quants if quant.quantity}

    def _ways_of_goods(self, picking, root):
        """(name, what is done)"""
        moves, done = picking.move_ids, {"state": "done", "picked": True}
        moves.write({"quantity": moves.product_uom_qty, "picked": True})
        twin = {**moves.copy_data()[0], "quantity": moves.product_uom_qty, **done}
        yield "button", picking.button_validate
        yield "done", picking._action_done
        yield "rpc", lambda: moves.write({"state": "done"})
        yield "rpc of its moves done", moves._action_done
        yield "rpc of its lines done", moves.move_line_ids._action_done
        yield "rpc of the transfer", lambda: picking.write({"state": "done"})
        yield "creation", lambda: moves.create({**twin, "picking_id": picking.id})
        yield "creation without a transfer", lambda: moves.create({**twin, "picking_id": False})
        yield "creation of a transfer", lambda: picking.create(
            {**picking.copy_data()[0], "state": "done", "move_ids": [(0, 0, {**twin, "picking_id": False})]}
        )
        yield "copy", lambda: moves.copy({**done, "picking_id": picking.id})
        yield "copy of the transfer", lambda: picking.copy({"state": "done"}).button_validate()
        yield "import", lambda: moves.load([".id", "state"], [[str(moves.id), "done"]])
        yield "import of the transfer", lambda: picking.load([".id", "state"], [[str(picking.id), "done"]])
        yield "superuser", root.move_ids._action_done
        yield "superuser's write", lambda: root.move_ids.write({"state": "done"})
        yield "context", picking.with_context(
            skip_backorder=True, skip_sanity_check=True, **{"gatehouse.applying": 1}
        ).button_validate


class OrderBypass:
    """Every way round the gate of an order, tried in turn; mixed into a test case of an area.

    A control whose case is listed in a test's `BYPASS` has been through all of them.
    """

    def nothing_passes(self, order, confirmed):
        """Nothing ends in the state `confirmed`: neither the order nor a twin of it.

        :param order: an order that its control would stop, as a user may see it
        """
        for way in (self.by_rpc, self.by_creation, self.by_copy, self.by_import, self.by_superuser, self.by_swallowed_error):
            with self.subTest(way=way.__name__):
                newest = order.sudo().search([], order="id desc", limit=1)
                way(order, confirmed)
                self.env.flush_all()
                self.env.invalidate_all()
                born = order.sudo().search([("id", ">", newest.id), ("state", "=", confirmed)])
                self.assertFalse(born, "a twin was made in the confirmed state")
                self.assertNotEqual(order.sudo().state, confirmed)

    def twin(self, order):
        """What an order has that a copy of it does not take over, yet its control judges."""
        return {}

    def by_rpc(self, order, confirmed):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.write({"state": confirmed})

    def by_creation(self, order, confirmed):
        [values] = order.sudo().copy_data()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.create({**values, **self.twin(order), "state": confirmed})

    def by_copy(self, order, confirmed):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.copy({**self.twin(order), "state": confirmed})

    def by_import(self, order, confirmed):
        answer = order.load([".id", "state"], [[str(order.id), confirmed]])
        self.assertFalse(answer["ids"])
        self.assertIn("by the policy", answer["messages"][0]["message"])

    def by_superuser(self, order, confirmed):
        for root in (order.sudo(), order.with_user(self.env.ref("base.user_root"))):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                root.write({"state": confirmed})

    def by_swallowed_error(self, order, confirmed):
        [values] = order.sudo().copy_data()
        for attempt in (
            lambda: order.write({"state": confirmed}),
            lambda: order.create({**values, **self.twin(order), "state": confirmed}),
            lambda: order.copy({**self.twin(order), "state": confirmed}),
        ):
            with swallowed(self):
                attempt()
