"""Loads the generated trading history into an Odoo database: `load(env)` inside `odoo shell`, once.

Orders are created as drafts and then closed by SQL: confirming 3,000 of them through Odoo takes more than
five minutes and would leave thousands of deliveries open. Nothing here needs or knows Gatehouse's addons.
"""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from stack.demo.history_company import PRODUCTS, QUANTITY_BREAK, TIERS, VENDORS, customers
from stack.demo.history_orders import FIRST_NUMBER, PURCHASES, SALES, SEED, purchase_orders, sale_orders

Records = dict[str, Any]
Rows = list[dict[str, Any]]

#: Enough of everything for any number of demo orders.
ON_HAND = 20_000
BATCH = 250
#: No chatter for records that are history anyway.
QUIET = {
    "tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True,
    "mail_create_nosubscribe": True,
}  # fmt: skip


def load(env: Any, seed: int = SEED, today: date | None = None) -> dict[str, int]:
    """Create company data and history; answers the counts. A second call is refused."""
    company = env.ref("base.main_company")
    env = env(user=1, context={**env.context, **QUIET, "allowed_company_ids": company.ids, "lang": "en_US"})
    if env["product.product"].search_count([("default_code", "=", PRODUCTS[0].item)]):
        raise RuntimeError("the trading history is already in this database")
    began = time.monotonic()
    _switch_on(env)
    vendors = _vendors(env, company)
    products = _products(env, company, vendors)
    buyers = _customers(env, company, _price_lists(env, company))
    env.flush_all()
    env.cr.execute("ANALYZE")  # without statistics the first thousand orders are planned badly
    _sales(env, company, products, buyers, sale_orders(seed, today))
    _purchases(env, company, products, vendors, purchase_orders(seed, today))
    env.invalidate_all(flush=True)
    env.cr.execute("ANALYZE")
    counts = {"products": len(products), "customers": len(buyers), "sales": SALES, "purchases": PURCHASES}
    print(f"history: {counts} in {time.monotonic() - began:.0f} s")
    return counts


def _switch_on(env: Any) -> None:
    """Price lists and line discounts, which Odoo hides by default."""
    everyone = env.ref("base.group_user")
    for name in ("product.group_product_pricelist", "sale.group_discount_per_so_line"):
        everyone.write({"implied_ids": [(4, env.ref(name).id)]})


def _partner(env: Any, name: str, country: str, **values: Any) -> dict[str, Any]:
    found = env["res.country"].search([("code", "=", country)], limit=1)
    return {"name": name, "is_company": True, "country_id": found.id, **values}


def _vendors(env: Any, company: Any) -> dict[str, Any]:
    values = [
        _partner(env, v.name, v.country, supplier_rank=1, ref=f"V{number:03}",
                 property_purchase_currency_id=company.currency_id.id)
        for number, v in enumerate(VENDORS, 1)
    ]  # fmt: skip
    return {partner.name: partner for partner in env["res.partner"].create(values)}


def _products(env: Any, company: Any, vendors: dict[str, Any]) -> dict[str, Any]:
    names = sorted({product.category for product in PRODUCTS})
    # below "Goods" if Odoo has it, so that its accounts and valuation hold for these too
    parent = env.ref("product.product_category_goods", raise_if_not_found=False)
    parent_id = parent.id if parent else False
    made = env["product.category"].create([{"name": name, "parent_id": parent_id} for name in names])
    categories = dict(zip(names, made, strict=True))
    terms = {vendor.name: vendor for vendor in VENDORS}
    records = env["product.product"].create([
        {
            "name": p.name, "default_code": p.item, "type": "consu", "is_storable": True, "weight": p.weight,
            "categ_id": categories[p.category].id, "list_price": p.list_price, "standard_price": p.cost,
            "sale_ok": True, "purchase_ok": True, "invoice_policy": "delivery",
            "seller_ids": [(0, 0, {
                "partner_id": vendors[p.vendor].id, "price": p.cost, "delay": terms[p.vendor].delay,
                "min_qty": terms[p.vendor].pack, "currency_id": company.currency_id.id,
            })],
        }
        for p in PRODUCTS
    ])  # fmt: skip
    warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
    for record in records:
        env["stock.quant"]._update_available_quantity(record, warehouse.lot_stock_id, ON_HAND)
    return {record.default_code: record for record in records}


def _price_lists(env: Any, company: Any) -> dict[str, Any]:
    """One price list a tier; as formulas, so that the tier is in the price and not in the line's discount."""
    values = []
    for tier, (below, above) in TIERS.items():
        rules = [(0, below), (QUANTITY_BREAK, above)]
        items = [
            (0, 0, {
                "applied_on": "3_global", "compute_price": "formula", "base": "list_price",
                "min_quantity": least, "price_discount": cut,
            })
            for least, cut in rules
        ]  # fmt: skip
        currency = company.currency_id.id
        values.append({"name": tier, "currency_id": currency, "company_id": False, "item_ids": items})
    return {record.name: record for record in env["product.pricelist"].create(values)}


def _customers(env: Any, company: Any, price_lists: dict[str, Any]) -> dict[str, Any]:
    people = customers()
    values = [
        _partner(env, c.name, c.country, city=c.city, email=c.email, customer_rank=1, ref=f"C{number:03}")
        for number, c in enumerate(people, 1)
    ]
    records = env["res.partner"].create(values)
    for record, person in zip(records, people, strict=True):
        record.with_company(company).property_product_pricelist = price_lists[person.tier]
    return {record.name: record for record in records}


def _create(env: Any, model: str, values: list[dict[str, Any]]) -> list[int]:
    """Create in batches, emptying the cache between them; a growing cache makes each batch slower."""
    ids: list[int] = []
    for start in range(0, len(values), BATCH):
        ids += env[model].create(values[start : start + BATCH]).ids
        env.invalidate_all(flush=True)
    return ids


def _sales(env: Any, company: Any, products: Records, buyers: Records, orders: Rows) -> None:
    names = ("base.user_admin", "base.user_demo")
    sellers = [user.id for user in (env.ref(name, raise_if_not_found=False) for name in names) if user]
    team = env["crm.team"].search([("company_id", "in", [company.id, False])], limit=1)
    warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
    values = []
    for order in orders:
        buyer = buyers[order["customer"]]
        lines = [
            (0, 0, {
                "product_id": products[line["item"]].id, "name": products[line["item"]].name,
                "product_uom_qty": line["quantity"], "product_uom_id": products[line["item"]].uom_id.id,
                "price_unit": line["unit_price"], "discount": line["discount"],
            })
            for line in order["lines"]
        ]  # fmt: skip
        values.append({
            "name": order["name"], "partner_id": buyer.id, "partner_invoice_id": buyer.id,
            "partner_shipping_id": buyer.id, "date_order": order["date"],
            "user_id": sellers[buyer.id % len(sellers)], "team_id": team.id,
            "warehouse_id": warehouse.id, "company_id": company.id, "order_line": lines,
        })  # fmt: skip
    ids = _create(env, "sale.order", values)
    # closed business: nothing left to deliver or invoice, and locked against edits
    env.cr.execute(
        """UPDATE sale_order
              SET state = 'sale', locked = true, invoice_status = 'invoiced',
                  create_date = date_order, effective_date = date_order + interval '2 days'
            WHERE id = ANY(%s)""",
        [ids],
    )
    env.cr.execute(
        """UPDATE sale_order_line
              SET state = 'sale', qty_delivered = product_uom_qty,
                  qty_invoiced = product_uom_qty, qty_to_invoice = 0, invoice_status = 'invoiced',
                  untaxed_amount_to_invoice = 0
            WHERE order_id = ANY(%s)""",
        [ids],
    )
    _set_next(env, "sale.order", FIRST_NUMBER + len(orders))


def _purchases(env: Any, company: Any, products: Records, vendors: Records, orders: Rows) -> None:
    into = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1).in_type_id
    values = []
    for order in orders:
        lines = [
            (0, 0, {
                "product_id": products[line["item"]].id, "name": products[line["item"]].name,
                "product_qty": line["quantity"], "product_uom_id": products[line["item"]].uom_id.id,
                "price_unit": line["unit_price"], "date_planned": line["promised"],
            })
            for line in order["lines"]
        ]  # fmt: skip
        values.append({
            "name": order["name"], "partner_id": vendors[order["vendor"]].id, "date_order": order["date"],
            "company_id": company.id, "currency_id": company.currency_id.id, "picking_type_id": into.id,
            "order_line": lines,
        })  # fmt: skip
    ids = _create(env, "purchase.order", values)
    env.cr.execute(
        """UPDATE purchase_order SET state = 'purchase', locked = true, invoice_status = 'invoiced',
                  date_approve = date_order, create_date = date_order WHERE id = ANY(%s)""",
        [ids],
    )
    env.cr.execute(
        """UPDATE purchase_order_line SET qty_received = product_qty, qty_received_manual = product_qty,
                  qty_invoiced = product_qty, qty_to_invoice = 0 WHERE order_id = ANY(%s)""",
        [ids],
    )
    _set_next(env, "purchase.order", FIRST_NUMBER + len(orders))


def _set_next(env: Any, code: str, number: int) -> None:
    """New orders are numbered after the history."""
    env["ir.sequence"].search([("code", "=", code)]).write({"number_next": number})
