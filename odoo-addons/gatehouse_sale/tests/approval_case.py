from odoo import Command

from odoo.addons.gatehouse.tests.common import person

from .common import SaleCase


class ApprovalCase(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director_role = cls.env["res.groups"].create({"name": "Sales director"})
        cls.director = person(cls.env, "gatehouse_director", groups="sales_team.group_sale_salesman")
        cls.director.group_ids += cls.director_role
        cls.deputy = person(cls.env, "gatehouse_deputy", groups="sales_team.group_sale_salesman")
        cls.second_manager = person(cls.env, "gatehouse_manager2", groups="sales_team.group_sale_manager")
        policy = cls.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "active")])
        policy._transition({"state": "retired"})
        cls.policy = cls.env["gatehouse.policy"].create(
            {
                "name": "Discounts in two steps",
                "control": "sale_discount",
                "mode": "enforcing",
                "cumulative": True,
                "remind_hours": 4,
                "escalate_hours": 8,
                "escalate_role_id": cls.director_role.id,
                "band_ids": [
                    Command.create({"up_to": 10, "outcome": "pass"}),
                    Command.create(
                        {"up_to": 20, "outcome": "review", "role_id": cls.env.ref("sales_team.group_sale_manager").id}
                    ),
                    Command.create({"up_to": 40, "outcome": "review", "role_id": cls.director_role.id}),
                    Command.create({"outcome": "forbid"}),
                ],
            }
        )
        cls.policy._activate()

    def held(self, discount=15, **values):
        order = self.order(discount=discount, **values)
        order.action_confirm()
        return order

    def step(self, order, state="open"):
        approval = self.holds(order).approval_ids.sorted("id")[-1:] or self.env["gatehouse.approval"].search(
            [("res_id", "=", order.id), ("res_model", "=", "sale.order")], limit=1
        )
        return approval.step_ids.filtered(lambda step: step.state == state)

    def delegate(self, principal, delegate, **values):
        return (
            self.env["gatehouse.delegation"]
            .with_user(principal)
            .create({"delegate_id": delegate.id, "reason": "Holiday", **values})
        )

    def actions(self, order):
        rows = self.env["gatehouse.decision"].search([], limit=40)
        return [row.action for row in rows if row.content.get("target_id") == order.id]
