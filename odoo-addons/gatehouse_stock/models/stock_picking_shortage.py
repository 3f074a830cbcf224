import datetime

from odoo import api, fields, models
from odoo.tools import float_compare

from odoo.addons.stock.models.stock_rule import ProcurementException

#: Days ahead in which promised deliveries are looked at.
HORIZON = 14
CONTROL = "stock_shortage"


class GatehouseMessageRule(models.Model):
    _inherit = "gatehouse.message.rule"

    @api.model
    def _occasions(self):
        return {
            **super()._occasions(),
            "stock_shortage": (self.env._("Promised goods will not be there in time"), "stock.picking"),
            "supplier_inquiry": (self.env._("Goods are needed for a shortage"), "purchase.order"),
        }


class StockPicking(models.Model):
    """Deliveries whose goods will not be there on the promised day.

    Odoo sees the shortage by its own forecast and asks for goods; the vendor is asked outside when it can deliver;
    the policy judges the answer: too late, or no answer, tells the customer and escalates to a person.
    """

    _inherit = "stock.picking"

    gatehouse_shortage_at = fields.Datetime("Shortage seen", readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _cron_gatehouse_shortages(self):
        """See new shortages, forget those that went away."""
        self.sudo()._gatehouse_shortages_gone()
        until = fields.Datetime.add(fields.Datetime.now(), days=HORIZON)
        pickings = self.sudo().search(
            [
                ("picking_type_code", "=", "outgoing"),
                ("state", "in", ("waiting", "confirmed")),
                ("sale_id", "!=", False),
                ("date_deadline", "!=", False),
                ("date_deadline", "<", until),
                ("gatehouse_shortage_at", "=", False),
                ("gatehouse_held", "=", False),
            ],
            order="date_deadline",
            limit=500,
        )
        self.env["gatehouse.scheduled"]._each(
            "shortage", self.env._("What %s is short of could not be handled"), pickings,
            lambda picking: picking._gatehouse_look_for_shortage(), category="supply",
        )  # fmt: skip

    def _gatehouse_look_for_shortage(self):
        missing = self._gatehouse_missing()
        if missing:
            self._gatehouse_shortage(missing)

    def _gatehouse_shortages_gone(self):
        """Reserved, shipped or cancelled since: nothing is short any more."""
        gone = self.search([("gatehouse_shortage_at", "!=", False), ("state", "in", ("assigned", "done", "cancel"))])
        gone.gatehouse_shortage_at = False
        keys = [f"shortage:{picking.id}" for picking in gone]
        exceptions = self.env["gatehouse.exception"].sudo().search([("key", "in", keys), ("state", "=", "open")])
        exceptions._close(self.env._("The goods are there, or are not needed any more"))

    def _gatehouse_missing(self):
        """{move: quantity in the product's unit} that is not there and not coming in time, by Odoo's forecast."""
        missing = {}
        for move in self.move_ids.filtered(lambda move: move.state in ("confirmed", "partially_available")):
            late = move.forecast_expected_date and move.forecast_expected_date > self.date_deadline
            covered = 0.0 if late else max(0.0, move.forecast_availability)
            short = move.product_qty - max(covered, move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id))
            if float_compare(short, 0.0, precision_rounding=move.product_id.uom_id.rounding) > 0:
                missing[move] = short
        return missing

    def _gatehouse_shortage(self, missing):
        """Ask for goods, and ask each vendor when it can deliver."""
        self.ensure_one()
        self.gatehouse_shortage_at = fields.Datetime.now()
        problems = self._gatehouse_replenish(missing)
        policy = self._gatehouse_shortage_policy()
        expected = self.env["gatehouse.policy"]._expected_checks(policy) if policy else []
        asked = False
        for vendor, moves in self._gatehouse_by_vendor(missing).items():
            if vendor and expected:
                event = self.env["gatehouse.event"]._raise_event(
                    self, "stock.shortage.detected", self._gatehouse_shortage_data(vendor, moves),
                    policy=policy, expected=expected,
                )  # fmt: skip
                asked = asked or bool(event)
        if not asked or problems:
            self._gatehouse_escalate_shortage(problems or [self.env._("No vendor could be asked when it delivers.")])

    def _gatehouse_shortage_policy(self):
        scope = {
            "company_id": self.company_id.id, "business_unit": None, "team_id": None, "channel": None,
            "warehouse_id": self.picking_type_id.warehouse_id.id or None, "categories": [],
            "tags": self.sale_id.partner_id._gatehouse_tags(), "country_id": self.partner_id.country_id.id or None,
        }  # fmt: skip
        return self.env["gatehouse.policy"].sudo()._match({self.id: scope}, [CONTROL])[self.id].get(CONTROL)

    def _gatehouse_by_vendor(self, missing):
        found = {}
        for move, quantity in missing.items():
            found.setdefault(move.product_id.seller_ids[:1].partner_id, {})[move] = quantity
        return found

    def _gatehouse_shortage_data(self, vendor, moves):
        return {
            "vendor": f"partner:{vendor.commercial_partner_id.id}",
            "vendor_name": vendor.name,
            "order": self.sale_id.name,
            "items": [
                {
                    "item": move.product_id.default_code or f"product:{move.product_id.id}",
                    "item_name": move.product_id.name,
                    "quantity": quantity,
                    "needed_by": fields.Date.to_string(self.date_deadline),
                }
                for move, quantity in moves.items()
            ],
        }

    # -- replenishment ---------------------------------------------------------------------------
    def _gatehouse_replenish(self, missing):
        """Requests for quotation by Odoo's own rules; returns what no rule could buy, in words."""
        problems = []
        location = self.picking_type_id.warehouse_id.lot_stock_id
        Rule, day = self.env["stock.rule"], self.date_deadline - datetime.timedelta(days=1)
        for move, quantity in missing.items():
            product = move.product_id
            procurement = Rule.Procurement(
                product, quantity, product.uom_id, location, product.display_name, self.name, self.company_id,
                {"date_planned": day, "date_deadline": day, "warehouse_id": self.picking_type_id.warehouse_id},
            )  # fmt: skip
            try:
                with self.env.cr.savepoint():
                    Rule.run([procurement], raise_user_error=False)
            except ProcurementException as error:
                problems += [str(message) for _procurement, message in error.procurement_exceptions]
        for order in self._gatehouse_shortage_requests():
            if not self.env["gatehouse.message.rule"]._told(order, "supplier_inquiry", days=1):
                self.env["gatehouse.message.rule"]._tell(order, "supplier_inquiry")
        return problems

    def _gatehouse_shortage_requests(self):
        """The open requests for quotation that this delivery is an origin of."""
        return self.env["purchase.order"].search([("state", "in", ("draft", "sent")), ("origin", "ilike", self.name)])

    # -- the vendor's answer -----------------------------------------------------------------------
    def _gatehouse_settled(self, event):
        """The vendor's answer is in, or its deadline passed."""
        if event.type != "stock.shortage.detected" or self.state in ("assigned", "done", "cancel"):
            return
        bad = event.check_ids.filtered(lambda check: check.verdict != "pass")
        if not bad:
            self.message_post(body=self.env._("The vendor delivers in time: %s", "; ".join(event.check_ids.mapped("verdict_text"))))
            return
        self._gatehouse_escalate_shortage([check.reason_text or check.verdict_text for check in bad])
        if event.enforcing and not self.env["gatehouse.message.rule"]._told(self, "stock_shortage"):
            self.env["gatehouse.message.rule"]._tell(self, "stock_shortage")

    def _gatehouse_escalate_shortage(self, texts):
        names = ", ".join(self.move_ids.product_id.mapped("display_name")[:5])
        self.env["gatehouse.exception"]._open(
            f"shortage:{self.id}", "supply",
            self.env._("%(order)s: goods will not be there by %(day)s", order=self.sale_id.name, day=self.date_deadline.date()),
            detail="\n".join([names, *texts]), res_model=self._name, res_id=self.id, company_id=self.company_id.id,
            role_id=self.env.ref("purchase.group_purchase_manager").id, priority="1",
        )  # fmt: skip
