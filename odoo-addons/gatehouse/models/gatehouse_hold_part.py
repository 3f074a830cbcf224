from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import float_compare

GOODS = ("ship", "receive")


class GatehouseHoldPart(models.Model):
    """A part of a held order's goods that may go: one line and how much of it. The rest stays held.

    No user writes, creates or deletes one; `gatehouse.hold.release_part` does, which checks the actor.
    """

    _name = "gatehouse.hold.part"
    _description = "Released part of a Gatehouse hold"
    _order = "id"

    hold_id = fields.Many2one("gatehouse.hold", required=True, readonly=True, index=True, ondelete="cascade")
    line_id = fields.Integer(required=True, readonly=True, help="Id of the order's line.")
    name = fields.Char(required=True, readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the unit of the line.")
    done_before = fields.Float(digits="Product Unit", readonly=True, help="What had moved when it was released.")
    amount = fields.Monetary(readonly=True, help="Net value in company currency.")
    currency_id = fields.Many2one(related="hold_id.company_id.currency_id")
    reason = fields.Text(required=True, readonly=True)
    released_by = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.uid)
    released_at = fields.Datetime(readonly=True, default=fields.Datetime.now)


class GatehouseHold(models.Model):
    """Releasing a part: some lines, or goods up to a value."""

    _inherit = "gatehouse.hold"

    part_ids = fields.One2many("gatehouse.hold.part", "hold_id", readonly=True)
    counted_at = fields.Datetime(readonly=True, help="When goods last moved under a released part.")

    # -- for people ----------------------------------------------------------------------------
    def release_part(self, quantities, reason):
        """Let a part of the goods go; what is left stays held, and a back-order of it too.

        :param quantities: {line id: quantity in the line's unit}, beside what was released before
        :param reason: text for the decision log
        :raises UserError: for a hold of a confirmation, or more than the line has left
        :raises AccessError: for who may not release the whole
        """
        self.ensure_one()
        self.check_access("read")
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: a release needs a reason"))
        self._lock_open()
        self._require_partial()
        rows = self._part_values(quantities, reason.strip())
        self.env["gatehouse.hold.part"].sudo().create([{"hold_id": self.id, **row} for row in rows])
        self.env["gatehouse.decision"]._append(
            "hold_released_in_part", self, control=self.sudo().control, reason=reason.strip(),
            policy=self.sudo().policy_id.id, policy_version=self.policy_version, material_hash=self.material_hash or None,
            target_model=self.res_model, target_id=self.res_id,
            lines=[{"line": row["line_id"], "name": row["name"], "quantity": row["quantity"]} for row in rows],
            amount=round(sum(row["amount"] for row in rows), 2),
        )  # fmt: skip
        document = self._document().sudo()
        if hasattr(document, "message_post"):
            text = ", ".join(f"{row['quantity']:g} × {row['name']}" for row in rows)
            body = self.env._("%(who)s released a part: %(what)s", who=self.env.user.name, what=text)
            document.message_post(body=f"{body}. {reason.strip()}")
        self.sudo()._goods_freed()
        return True

    def release_value(self, cap, reason):
        """Let whole units go, line by line in the order's sequence, while their net value stays within `cap`.

        :param cap: company currency
        :return: {line id: quantity} that was released
        """
        self.ensure_one()
        self.check_access("read")
        quantities = self._fill_value(cap)
        if not quantities:
            raise UserError(self.env._("Not one unit of %(name)s is within %(cap)s.", name=self.res_name, cap=f"{cap:,.2f}"))
        self.release_part(quantities, reason)
        return quantities

    def action_release_part(self):
        return self.env["gatehouse.partial"]._open_for(self)

    def _fill_value(self, cap):
        """{line id: whole units} whose net value stays within a cap."""
        if isinstance(cap, bool) or not isinstance(cap, int | float) or cap <= 0:
            raise ValidationError(self.env._("cap: must be a positive number"))
        found, left = {}, cap
        for line in self._lines_left():
            units = line["left"] if line["price"] <= 0 else min(line["left"], (left + 1e-6) // line["price"])
            if units > 0:
                found[line["id"]] = units
                left -= units * line["price"]
        return found

    def _require_partial(self):
        hold = self.sudo()
        if hold.blocks not in GOODS or not hasattr(hold._document(), "_gatehouse_goods_lines"):
            raise UserError(
                self.env._("%s is held as a whole. Split the document to let a part of it go.", hold.res_name)
            )
        if not self._actor_may_release():
            raise AccessError(
                self._step()._refusal()
                if hold.kind == "review" and self._step()
                else self.env._("Only %s may release this hold.", hold.role_id.full_name)
            )
        if hold.kind == "review" and hold._approval().step_ids.filtered(lambda step: step.state == "waiting"):
            raise UserError(self.env._("Others sign %s after you: the last one may let a part go.", hold.res_name))

    def _part_values(self, quantities, reason):
        if not isinstance(quantities, dict) or not quantities:
            raise ValidationError(self.env._("quantities: name at least one line"))
        known = {line["id"]: line for line in self._lines_left()}
        rows = []
        for key, quantity in quantities.items():
            line = known.get(int(key) if str(key).isdigit() else None)
            if not line:
                raise ValidationError(self.env._("%(key)s is no held line of %(name)s", key=key, name=self.res_name))
            if isinstance(quantity, bool) or not isinstance(quantity, int | float) or not quantity > 0:
                raise ValidationError(self.env._("%s: the quantity must be above 0", line["name"]))
            if float_compare(quantity, line["left"], precision_rounding=line["rounding"]) > 0:
                raise UserError(
                    self.env._("%(line)s: only %(left)s are still held.", line=line["name"], left=f"{line['left']:g}")
                )
            rows.append(
                {
                    "line_id": line["id"], "name": line["name"], "quantity": quantity, "done_before": line["done"],
                    "amount": quantity * line["price"], "reason": reason,
                }
            )  # fmt: skip
        return rows

    def _lines_left(self):
        """The document's lines with what is still held of each: [{"id", "name", "left", "done", "price", "rounding"}]."""
        document, released = self._document().sudo(), self._allowed()
        found = []
        for line in document._gatehouse_goods_lines():
            done = document._gatehouse_goods_done(line["id"])
            left = max(0.0, line["quantity"] - max(done, released.get(line["id"], 0.0)))
            if left > 0:
                found.append({**line, "done": done, "left": left})
        return found

    # -- for the guard -------------------------------------------------------------------------
    def _allowed(self):
        """{line id: quantity in the line's unit that may have moved in all}, from the parts released."""
        allowed = {}
        for part in self.sudo().part_ids:
            allowed[part.line_id] = allowed.get(part.line_id, part.done_before) + part.quantity
        return allowed

    def _covers(self, moves):
        """True when released parts cover all that these moves carry. Counting is serialized by the hold's row."""
        self.ensure_one()
        if not self.sudo().part_ids:
            return False
        document = self._document().sudo()
        self.env.cr.execute(
            "UPDATE gatehouse_hold SET counted_at = now() AT TIME ZONE 'utc' WHERE id = %s", [self.id]
        )
        allowed, asked = self._allowed(), defaultdict(float)
        for move in moves.sudo():
            line_id, quantity = document._gatehouse_goods_of(move)
            if not line_id:
                return False
            asked[line_id] += quantity
        return all(
            float_compare(document._gatehouse_goods_done(line) + quantity, allowed.get(line, 0.0), precision_digits=4) <= 0
            for line, quantity in asked.items()
        )

    def _still_held(self, moves):
        """Of the open moves of one document, those that released parts do not cover, first come first served.

        :return: {move: quantity of it that is free, in the product's unit}
        """
        moves = moves.sudo()
        if not self.sudo().part_ids:
            return dict.fromkeys(moves, 0.0)
        document, left, held = self._document().sudo(), {}, {}
        for line_id, allowed in self._allowed().items():
            left[line_id] = allowed - document._gatehouse_goods_done(line_id)
        for move in moves.sorted(lambda move: (move.gatehouse_rest, move.id)):
            line_id, quantity = document._gatehouse_goods_of(move, planned=True)
            free = min(quantity, max(0.0, left.get(line_id, 0.0)))
            if line_id:
                left[line_id] = left.get(line_id, 0.0) - free
            if not line_id or float_compare(free, quantity, precision_digits=4) < 0:
                held[move] = move.product_qty * free / quantity if quantity else 0.0
        return held
