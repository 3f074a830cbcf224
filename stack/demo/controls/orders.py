"""Orders over a limit, one a control."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stack.demo.controls.cases import OrderCase

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")

SALES = [
    OrderCase(
        "sale_discount", "A discount over the band", "effective discount 25.00 %", "sales_manager",
        {"product_uom_qty": 1, "discount": 25.0},
    ),
    OrderCase(
        "sale_amount", "A large order", "order amount 60000.00", "sales_manager", {"product_uom_qty": 60},
    ),
    OrderCase(
        "sale_margin", "A price near the cost", "cost is 88.9 % of the price", "sales_manager",
        {"product_uom_qty": 1, "discount": 10.0}, tag="sale_margin",
    ),
    OrderCase(
        "sale_credit", "A customer over the credit limit", "credit limit 500.00", "finance", {"product_uom_qty": 1},
        tag="sale_credit", partner=lambda stage: {"credit_limit": 500.0},
    ),
    OrderCase(
        "sale_terms", "Longer terms than agreed", "paid after 60 days, agreed are 14", "sales_manager",
        {"product_uom_qty": 1}, tag="sale_terms",
        partner=lambda stage: {"property_payment_term_id": stage.terms[14]},
        order=lambda stage: {"payment_term_id": stage.terms[60]},
    ),
    OrderCase(
        "sale_master_data", "An item without a weight", "without Weight", "sales_manager", {"product_uom_qty": 1},
        tag="sale_master_data", bare=True,
    ),
    OrderCase(
        "sale_express", "A promise too soon", "sooner than it can be packed", "operations", {"product_uom_qty": 1},
        tag="sale_express", order=lambda stage: {"commitment_date": TOMORROW},
    ),
    OrderCase(
        "manual", "A new customer's first order", "first order of a new customer", "sales_manager",
        {"product_uom_qty": 1}, tag="manual",
    ),
]  # fmt: skip

PURCHASES = [
    OrderCase(
        "purchase_amount", "A large purchase", "order amount 16000.00", "operations",
        {"product_qty": 20, "price_unit": 800.0}, model="purchase.order", asker="buyer",
    ),
    OrderCase(
        "purchase_supplier", "A vendor not approved for the item", "is not approved for", "operations",
        {"product_qty": 1, "price_unit": 800.0}, tag="purchase_supplier", model="purchase.order", asker="buyer",
    ),
    OrderCase(
        "purchase_price", "A price above the vendor's list", "at 900.00, the vendor's price is 800.00", "operations",
        {"product_qty": 1, "price_unit": 900.0}, tag="purchase_price", model="purchase.order", asker="buyer", listed=800.0,
    ),
    OrderCase(
        "purchase_master_data", "Buying an item without a weight", "without Weight", "operations",
        {"product_qty": 1, "price_unit": 100.0}, tag="purchase_master_data", model="purchase.order", asker="buyer", bare=True,
    ),
]  # fmt: skip
