from odoo import api, fields, models
from odoo.exceptions import UserError

DAYS_AHEAD = 7


class StockPicking(models.Model):
    """Transfers behind a gate of their own: what a policy says of this delivery or receipt, whatever the order's holds.

    An area names its controls and what each of them blocks; judged when a transfer is confirmed, when its partner or
    carrier changes, on the clock, and at last when its goods move.
    """

    _name = "stock.picking"
    _inherit = ["stock.picking", "gatehouse.gate.mixin"]

    _gatehouse_replay_date = "date_done"

    # -- hooks for areas -----------------------------------------------------------------------
    @api.model
    def _gatehouse_goods_controls(self):
        """{control: "ship" or "receive"}; `_gatehouse_value` may answer None where it says nothing."""
        return {}

    @api.model
    def _gatehouse_goods_fields(self):
        """Fields whose change is judged again."""
        return {"partner_id"}

    # -- what the gate looks at ----------------------------------------------------------------
    @property
    def _gatehouse_transient_controls(self):
        return tuple(self._gatehouse_goods_controls())

    def _gatehouse_controls(self):
        """The controls of the directions these transfers go."""
        controls = self._gatehouse_goods_controls()
        if not self or not controls:
            return list(controls)
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        blocks = {blocks for blocks, _moves in moves._gatehouse_directions()}
        return [control for control, block in controls.items() if block in blocks]

    def _gatehouse_material(self):
        """Quantities are left out: a transfer that goes in parts is the same decision."""
        self.ensure_one()
        origins = self.move_ids._gatehouse_origin_documents()
        return {
            "partner": self.partner_id.id,
            "orders": sorted([model, *sorted(ids)] for model, ids in origins.items() if model != self._name),
        }

    def _gatehouse_amount(self):
        """The goods at sales price, or at cost where they come in."""
        self.ensure_one()
        price = "standard_price" if self.picking_type_code == "incoming" else "lst_price"
        return sum(
            move.product_qty * move.product_id.with_company(self.company_id)[price]
            for move in self.move_ids if move.state != "cancel"
        )  # fmt: skip

    def _gatehouse_requesters(self):
        """Who made the transfer and who asked for its orders."""
        requesters = self.create_uid
        for model, ids in self.move_ids._gatehouse_origin_documents().items():
            for document in self.env[model].sudo().browse(ids) if model != self._name else ():
                requesters |= document._gatehouse_requesters()
        return requesters

    def _gatehouse_scope(self):
        return {
            **super()._gatehouse_scope(),
            "warehouse_id": self.picking_type_id.warehouse_id.id or None,
            "categories": self._gatehouse_categories(self.move_ids.product_id),
        }

    def _gatehouse_gate_blocks(self):
        return None

    def _gatehouse_resume(self):
        """The warehouse validates a released transfer when it is packed."""

    def _gatehouse_is_confirmed(self):
        """There is no state after which its holds are placed otherwise."""
        return False

    # -- placing holds -------------------------------------------------------------------------
    def _gatehouse_judge_goods(self):
        """Place the holds that reviews need, release those whose cause went away.

        :return: transfers on which a hold was placed
        """
        held = self.browse()
        controls = self._gatehouse_goods_controls()
        todo = self.sudo().filtered(lambda picking: picking.state not in ("draft", "done", "cancel"))
        if not todo or not self.env["gatehouse.policy"]._in_use(controls):
            return held
        todo._gatehouse_recheck(self.env._("Its cause went away"))
        decided = todo._gatehouse_decide()
        for picking in todo:
            reviews = picking._gatehouse_uncovered(decided[picking.id])
            for blocks in {controls[verdict["control"]] for verdict in reviews}:
                mine = [verdict for verdict in reviews if controls[verdict["control"]] == blocks]
                before = self.env["gatehouse.hold"]._open_on(self._name, picking.ids, blocks)
                picking._gatehouse_place_reviews(mine, blocks, decided[picking.id]["hash"])
                if self.env["gatehouse.hold"]._open_on(self._name, picking.ids, blocks) - before:
                    held |= picking
        return self & held

    def _gatehouse_gate_goods(self):
        """At the move itself: what a policy forbids or nobody signed does not go, holds or not."""
        pickings = self.sudo()
        if not pickings or not self.env["gatehouse.policy"]._in_use(self._gatehouse_goods_controls()):
            return
        decided = pickings._gatehouse_decide()
        for picking in pickings:
            picking._gatehouse_refuse_forbidden(decided[picking.id])
            for verdict in picking._gatehouse_uncovered(decided[picking.id]):
                raise UserError(picking._gatehouse_refusal(verdict, self.env._("needs a review")))

    def button_validate(self):
        """What needs a review asks for it here; the next press meets its hold."""
        held = self._gatehouse_judge_goods()
        if not held:
            return super().button_validate()
        holds = self.env["gatehouse.hold"]._open_on(self._name, held.ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Waiting for a review"),
                "message": "\n".join(hold._sentence() for hold in holds),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _create_backorder(self, backorder_moves=None):
        """What stays behind is a transfer of its own."""
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        backorders._gatehouse_judge_goods()
        return backorders

    def write(self, vals):
        """What is done is nobody's work any more, so a held transfer is not called so by hand."""
        if vals.get("state") == "done":
            self.move_ids._gatehouse_open()._gatehouse_guard()
        result = super().write(vals)
        if self._gatehouse_goods_fields() & vals.keys():
            self._gatehouse_judge_goods()
        return result

    def _action_done(self):
        result = super()._action_done()
        done = self.sudo().filtered(lambda picking: picking.state == "done")
        if done and self.env["gatehouse.policy"]._in_use(self._gatehouse_goods_controls()):
            done._gatehouse_log_verdicts("validated")
        return result

    @api.model
    def _cron_gatehouse_goods(self):
        """Transfers of the next days, for causes that no event tells of: an invoice fell due, a vendor was blocked."""
        if not self.env["gatehouse.policy"]._in_use(self._gatehouse_goods_controls()):
            return
        until = fields.Datetime.add(fields.Datetime.now(), days=DAYS_AHEAD)
        pickings = self.sudo().search(
            [("state", "in", ("waiting", "confirmed", "assigned")), ("scheduled_date", "<=", until),
             ("picking_type_code", "in", ("outgoing", "incoming", "dropship"))],
            order="scheduled_date", limit=5000,
        )  # fmt: skip
        self.env["gatehouse.scheduled"]._each(
            "goods", self.env._("The goods of %s could not be judged"), pickings, lambda part: part._gatehouse_judge_goods(), size=100
        )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(merge=merge, merge_into=merge_into, create_proc=create_proc)
        if self.env["gatehouse.policy"]._in_use(self.env["stock.picking"]._gatehouse_goods_controls()):
            moves.exists().picking_id._gatehouse_judge_goods()
        return moves

    def _gatehouse_guard(self, again=False):
        super()._gatehouse_guard(again=again)
        for blocks, moves in self._gatehouse_directions():
            moves.picking_id._gatehouse_gate_goods()
            moves.filtered(lambda move: not move.picking_id)._gatehouse_refuse_loose(blocks)

    def _gatehouse_refuse_loose(self, blocks):
        """Goods for a customer or of a vendor without a transfer: a policy about transfers could not judge them."""
        controls = [name for name, what in self.env["stock.picking"]._gatehouse_goods_controls().items() if what == blocks]
        for move in self:
            if move.location_dest_id.usage != "customer" and move.location_id.usage != "supplier":
                continue  # scrap, manufacture, goods sent back
            policy = self.env["gatehouse.policy"].sudo().search(
                [("control", "in", controls), ("state", "=", "active"), ("mode", "=", "enforcing"),
                 ("company_id", "in", (False, move.company_id.id))], limit=1,
            )  # fmt: skip
            if policy:
                raise UserError(
                    self.env._(
                        '%(item)s would move without a transfer, which the policy "%(policy)s" judges. Make a transfer of it.',
                        item=move.product_id.display_name, policy=policy.name,
                    )
                )  # fmt: skip
