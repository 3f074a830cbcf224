import re

from odoo import models

#: UN/ECE recommendation 20 and what people write -> Odoo's unit
UNITS = {
    "product_uom_unit": "c62 h87 pce pcs pc ea each st stk stück stueck unit units pièce piece pz ud uds",
    "product_uom_dozen": "dzn dozen dz dutzend", "product_uom_kgm": "kgm kg", "product_uom_gram": "grm g", "product_uom_ton": "tne t",
    "product_uom_meter": "mtr m meter", "product_uom_cm": "cmt cm", "product_uom_millimeter": "mmt mm", "product_uom_litre": "ltr l",
    "product_uom_hour": "hur h std hour hours", "product_uom_day": "day tag tage days", "product_uom_square_meter": "mtk m2 m² qm",
    "product_uom_cubic_meter": "mtq m3 m³",
}  # fmt: skip
_XMLID_OF = {word: f"uom.{name}" for name, words in UNITS.items() for word in words.split()}
#: What a person sets that makes another comparison with the order of it.
CORRECTED = {"order_id", "type", "field_ids", "line_ids"}


def plain(value):
    """Letters and digits alone, upper case: `P-00 042` and `p00042` are one."""
    return re.sub(r"[^0-9A-Z]", "", (value or "").upper())


class GatehouseDocument(models.Model):
    """Whose document it is, which order it belongs to, and which line is which."""

    _inherit = "gatehouse.document"

    def _reconsider(self, first=False, by_hand=()):
        """Find and compare again after a reading or a correction; what a person set stays."""
        self.ensure_one()
        if self.state not in ("received", "extracted", "review"):
            return
        vals = {
            "number": self._value("number") or False,
            "amount": self._amount_of("totals.payable") or self._amount_of("totals.gross"),
            "currency_id": self._currency().id,
        }
        if first or ("field_ids" in by_hand and not self.order_id):
            order = self._find_order(self._find_vendor()[0])
            vals["order_id"] = order.id
        order = self.env["purchase.order"].browse(vals.get("order_id", self.order_id.id))
        if first or ("field_ids" in by_hand and not self.partner_id):
            partner, how = self._find_vendor()
            if not partner and order:
                partner, how = order.partner_id, self.env._("the order's vendor")
            vals.update(partner_id=partner.id, partner_how=how)
        elif "order_id" in by_hand and order and not self.partner_id:
            vals.update(partner_id=order.partner_id.id, partner_how=self.env._("the order's vendor"))
        if first and not self.user_id:
            vals["user_id"] = order.user_id.id
        self._move(vals)
        self._match_lines()
        self._compare()
        if self.order_id and (first or CORRECTED & set(by_hand)):
            self._raise_review()

    def _currency(self):
        name = self._value("currency") or ""
        return self.env["res.currency"].search([("name", "=", name.upper())], limit=1) if name else self.env["res.currency"]

    # -- vendor --------------------------------------------------------------------------------
    def _find_vendor(self):
        """(partner, how it was found): the surest sign first. Two partners with the same sign are nobody."""
        Partner = self.env["res.partner"].sudo()
        mine = [("company_id", "in", [False, self.company_id.id])]
        vat, iban, name = plain(self._value("seller.vat")), plain(self._value("seller.iban")), self._value("seller.name")
        tries = []
        if vat:
            tries.append((self.env._("VAT number"), lambda: Partner.search([*mine, ("vat", "=ilike", vat)])))
        if iban:
            banks = self.env["res.partner.bank"].sudo()
            tries.append((self.env._("IBAN"), lambda: banks.search([*mine, ("sanitized_acc_number", "=", iban)]).partner_id))
        if self._value("order_reference"):
            tries.append((self.env._("order"), lambda: self._orders_named(self._value("order_reference")).partner_id))
        if name:
            tries.append((self.env._("name"), lambda: Partner.search([*mine, ("name", "=ilike", name), ("is_company", "=", True)])))
        if self.sender:
            address = re.search(r"[^\s<>]+@[^\s<>]+", self.sender)
            tries.append((self.env._("sender"), lambda: Partner.search([*mine, ("email_normalized", "=", address.group().lower())] if address else [("id", "=", 0)])))
        for how, look in tries:
            found = look().commercial_partner_id
            if len(found) == 1:
                return found, how
        return Partner.browse(), False

    # -- order ---------------------------------------------------------------------------------
    def _orders_named(self, reference):
        """Orders whose number is the reference, however it is written; drafts and cancelled ones too, a person sees the state."""
        digits = re.search(r"\d{3,}", reference or "")
        if not digits:
            return self.env["purchase.order"].sudo().browse()
        near = self.env["purchase.order"].sudo().search(
            [("company_id", "=", self.company_id.id), ("name", "ilike", digits.group())], limit=50
        )
        return near.filtered(lambda order: plain(order.name) == plain(reference))

    def _find_order(self, partner):
        """By its number; by the vendor's own number; else the one open order of the vendor that has every item."""
        orders = self._orders_named(self._value("order_reference"))
        if partner and orders:
            own = orders.filtered(lambda order: order.partner_id.commercial_partner_id == partner)
            orders = own or orders
        if len(orders) == 1:
            return orders
        if not partner:
            return orders.browse()
        mine = [("company_id", "=", self.company_id.id), ("partner_id", "child_of", partner.id), ("state", "=", "purchase")]
        numbers = [value for value in (self._value("number"), self._value("order_reference")) if value]
        named = self.env["purchase.order"].sudo().search([*mine, ("partner_ref", "in", numbers)], limit=2) if numbers else orders.browse()
        if len(named) == 1:
            return named
        if not self.line_ids or self.type == "price_list":
            return orders.browse()
        fitting = self.env["purchase.order"].sudo().search(mine, order="id desc", limit=100).filtered(
            lambda order: all(line._candidates_of(order) for line in self.line_ids)
        )
        return fitting if len(fitting) == 1 else orders.browse()

    # -- lines ---------------------------------------------------------------------------------
    def _match_lines(self):
        """Each line its line of the order: as a person said, else by code, EAN, vendor's code, name, and quantity with price."""
        taken = self.line_ids.filtered("by_hand").order_line_id
        for line in self.line_ids.filtered(lambda line: not line.by_hand):
            vals = {"order_line_id": False, "found_by": False, "product_id": False}
            if self.order_id:
                how, found = line._best_of(self.order_id, taken)
                if found:
                    taken |= found
                    vals = {"order_line_id": found.id, "found_by": how, "product_id": found.product_id.id}
            if not vals["product_id"]:
                how, product = line._product_of(self.partner_id)
                if product:
                    vals.update(product_id=product.id, found_by=how)
            line.sudo().write(vals)


class GatehouseDocumentLine(models.Model):
    _inherit = "gatehouse.document.line"

    def _codes(self):
        """What may be a code: the item itself, and the first word of the description."""
        words = [self.item, *(self.description or "").split()[:1]]
        return {plain(word) for word in words if plain(word) and any(char.isdigit() for char in word)} | {plain(self.item)} - {""}

    def _product_signs(self, product, partner):
        """{sign: how it was recognised} of a product as this vendor writes it."""
        sellers = product.seller_ids.filtered(lambda seller: seller.partner_id.commercial_partner_id == partner.commercial_partner_id)
        signs = {}
        for value, how in (
            *[(seller.product_code, self.env._("vendor's code")) for seller in sellers],
            (product.barcode, self.env._("EAN")),
            (product.default_code, self.env._("our code")),
        ):
            if plain(value):
                signs.setdefault(plain(value), how)
        return signs

    def _candidates_of(self, order):
        """[(how, line of the order)] that may be this one, the surest first."""
        self.ensure_one()
        found, codes = [], self._codes()
        for line in order.sudo().order_line.filtered(lambda line: line.product_id and not line.display_type):
            signs = self._product_signs(line.product_id, order.partner_id)
            hit = next((signs[code] for code in codes if code in signs), None)
            names = {plain(line.product_id.name), plain(line.name)} | {
                plain(name) for name in line.product_id.seller_ids.filtered(lambda s: s.partner_id == order.partner_id).mapped("product_name")
            }
            if hit:
                found.append((0, hit, line))
            elif plain(self.description) and plain(self.description) in names:
                found.append((1, self.env._("name"), line))
            elif self.quantity and self.quantity == line.product_qty and abs(self._net_price() - line.price_unit * (1 - line.discount / 100)) < 1e-6:
                found.append((2, self.env._("quantity and price"), line))
        return [(how, line) for _rank, how, line in sorted(found, key=lambda entry: (entry[0], entry[2].id))]

    def _best_of(self, order, taken):
        """(how, line): the surest one that no other line has; by quantity and price alone only when it is the only one."""
        candidates = self._candidates_of(order)
        free = [(how, line) for how, line in candidates if line not in taken] or candidates
        return free[0] if free else (False, order.order_line.browse())

    def _product_of(self, partner):
        """(how, product) of a line without an order, by the vendor's code, EAN or our code."""
        codes = [self.item.strip()] if self.item else []
        if not codes:
            return False, self.env["product.product"]
        seller = self.env["product.supplierinfo"].sudo().search(
            [("partner_id", "child_of", partner.commercial_partner_id.id), ("product_code", "in", codes)], limit=1
        ) if partner else self.env["product.supplierinfo"]
        if seller:
            return self.env._("vendor's code"), seller.product_id or seller.product_tmpl_id.product_variant_id
        Product = self.env["product.product"].sudo()
        found = Product.search([("barcode", "in", codes)], limit=2)
        if len(found) == 1:
            return self.env._("EAN"), found
        found = Product.search([("default_code", "in", codes)], limit=2)
        return (self.env._("our code"), found) if len(found) == 1 else (False, Product.browse())

    def _uom(self):
        """Odoo's unit of what the line says; an empty set for one that nobody knows."""
        word = (self.unit or "").strip().rstrip(".").lower()
        if not word:
            return self.env["uom.uom"]
        found = self.env.ref(_XMLID_OF.get(word, "uom.none"), raise_if_not_found=False)
        return found or self.env["uom.uom"].sudo().search([("name", "=ilike", word)], limit=1)
