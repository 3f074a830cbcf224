from odoo.exceptions import UserError


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
        """A caller that catches the refusal without a savepoint, as some modules do, and commits."""
        [values] = order.sudo().copy_data()
        for attempt in (
            lambda: order.write({"state": confirmed}),
            lambda: order.create({**values, **self.twin(order), "state": confirmed}),
            lambda: order.copy({**self.twin(order), "state": confirmed}),
        ):
            try:
                attempt()
            except UserError:
                continue
            self.fail("nothing was refused")
