from odoo import models


class PurchaseOrder(models.Model):
    """What the bands of the purchase controls judge; higher is worse in each."""

    _inherit = "purchase.order"

    _gatehouse_transient_controls = ("purchase_supplier", "purchase_price")
    _gatehouse_replay_date = "date_approve"

    def _gatehouse_date(self):
        """Odoo leaves the deadline of a request as it is when the order is approved before it."""
        return min(filter(None, (self.date_order, self.date_approve)), default=None)

    def _gatehouse_replayed_at(self):
        """When it was confirmed; its deadline where it was written as confirmed, without saying when."""
        return self.date_approve or self.date_order

    def _gatehouse_dated(self, operator, when):
        return ["|", ("date_approve", operator, when), "&", ("date_approve", "=", False), ("date_order", operator, when)]

    def _gatehouse_controls(self):
        return ["purchase_amount", "purchase_supplier", "purchase_price"]

    def _gatehouse_value(self, control, policy):
        self.ensure_one()
        return {
            "purchase_amount": lambda: self._gatehouse_amount_value(control, policy),
            "purchase_supplier": self._gatehouse_supplier_value,
            "purchase_price": self._gatehouse_price_value,
        }[control]()

    def _gatehouse_sellers(self):
        """[(line, the vendor's price list entry at that date and quantity, one at any quantity)]"""
        day = self._gatehouse_priced_at().date()
        found = []
        for line in self.order_line.filtered(lambda line: line.product_id and not line.display_type):
            product = line.product_id.with_company(self.company_id)
            common = {"partner_id": self.partner_id, "date": day, "uom_id": line.product_uom_id}
            exact = product._select_seller(quantity=line.product_qty, **common)
            found.append((line, exact, exact or product._select_seller(quantity=None, **common)))
        return found

    def _gatehouse_supplier_value(self):
        """Percent of the order's value whose items this vendor is not approved for; 1000 for a blocked vendor.

        Approved means a valid entry of the item's vendor list that covers the quantity.
        """
        vendor = self.partner_id.commercial_partner_id
        if vendor.gatehouse_purchase_block:
            return 1000.0, self.env._(
                "%(vendor)s is blocked: %(why)s", vendor=vendor.name, why=vendor.gatehouse_purchase_block
            )
        total = off = 0.0
        names = []
        for line, exact, any_quantity in self._gatehouse_sellers():
            worth = abs(line.price_subtotal) or 0.01
            total += worth
            if doubt := self._gatehouse_unapproved(line, exact, any_quantity):
                off += worth
                names.append(doubt)
        share = round(off / total * 100, 2) if total else 0.0
        if not names:
            return 0.0, self.env._("%s is approved for every item", vendor.name)
        return share, self.env._(
            "%(vendor)s is not approved for %(items)s", vendor=vendor.name, items=", ".join(names[:5])
        )

    def _gatehouse_unapproved(self, line, exact, any_quantity):
        """The item of a line, and why, that this vendor is not approved for; None where it is.

        :param exact: the vendor's entry that covers the quantity
        :param any_quantity: the vendor's entry at any quantity
        """
        if exact:
            return None
        item = line.product_id.display_name
        return self.env._("%s (below the minimum quantity)", item) if any_quantity else item

    def _gatehouse_agreed_prices(self, line, seller):
        """[(price, currency, unit, what it is)] that a line's price is held against; empty where nothing was agreed."""
        if not seller or seller.price <= 0:
            return []
        return [(seller.price_discounted, seller.currency_id, seller.product_uom_id, self.env._("the vendor's price"))]

    def _gatehouse_price_value(self):
        """Percent above what was agreed with the vendor, its own price list as a rule: the worst line. Items without are no matter of it.

        1000 where the agreed price's currency has no rate: nobody knows what it says.
        """
        worst, text = 0.0, self.env._("at the vendor's prices")
        for line, exact, any_quantity in self._gatehouse_sellers():
            asked = line.price_unit * (1 - line.discount / 100)
            for price, currency, unit, what in self._gatehouse_agreed_prices(line, exact or any_quantity):
                if currency != self.currency_id and not currency._gatehouse_has_rate(self.company_id):
                    return 1000.0, self.env._(
                        "%(what)s of %(item)s is in %(currency)s, which has no exchange rate",
                        what=what, item=line.product_id.display_name, currency=currency.name,
                    )  # fmt: skip
                listed = currency._convert(
                    unit._compute_price(price, line.product_uom_id), self.currency_id, self.company_id, self._gatehouse_priced_at(), round=False
                )
                above = (asked - listed) / listed * 100 if listed > 0 else 0.0
                if above > worst + 1e-9:
                    worst = round(above, 2)
                    text = self.env._(
                        "%(item)s at %(asked)s, %(what)s is %(listed)s",
                        item=line.product_id.display_name, asked=f"{asked:.2f}", what=what, listed=f"{listed:.2f}",
                    )  # fmt: skip
        return worst, text
