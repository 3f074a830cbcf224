"""Changes of master data and stock that wait, one a control."""

from __future__ import annotations

from typing import Any

from stack.client import Stack
from stack.demo import documents
from stack.demo.controls.cases import ChangeCase, mark
from stack.demo.controls.stage import Stage

OLD_TAX_ID, NEW_TAX_ID = "DE136695976", "DE129273398"


def _partner(stack: Stack, stage: Stage, control: str, name: str, **values: Any) -> int:
    """A partner that comes under the case's policy once its old values are there."""
    partner = documents.create(
        stack, "admin", "res.partner", {"name": f"{name} {mark()}", "is_company": True, **values}
    )
    stack.call("admin", "res.partner", "write", [partner], {"category_id": [(4, stage.tags[control])]})
    return partner


def _item(stack: Stack, stage: Stage, control: str, name: str, **values: Any) -> dict[str, Any]:
    """An item, likewise; its product and template."""
    product = documents.create(stack, "admin", "product.product", {
        "name": f"{name} {mark()}", "type": "consu", "is_storable": True, "weight": 1.0, **values,
    })  # fmt: skip
    [row] = stack.call("admin", "product.product", "read", [product], ["product_tmpl_id"])
    stack.call("admin", "product.product", "write", [product], {"categ_id": stage.categories[control]})
    return {"product": product, "template": row["product_tmpl_id"][0]}


def _terms(stack: Stack, stage: Stage) -> int:
    return _partner(stack, stage, "partner_terms", "Terms customer", property_payment_term_id=stage.terms[14])


def _price_list(stack: Stack, stage: Stage) -> int:
    return _partner(
        stack,
        stage,
        "partner_price_list",
        "Customer with a list",
        property_product_pricelist=stage.price_lists["Bronze"],
    )


def _tax_id(stack: Stack, stage: Stage) -> int:
    return _partner(stack, stage, "partner_tax_id", "Renamed customer", vat=OLD_TAX_ID)


def _credit(stack: Stack, stage: Stage) -> int:
    return _partner(stack, stage, "partner_credit", "Growing customer", credit_limit=1000.0)


def _vendor(stack: Stack, stage: Stage) -> int:
    return _partner(stack, stage, "vendor_onboarding", "New vendor", city="Hamburg")


def _account(stack: Stack, stage: Stage) -> int:
    vendor = _partner(stack, stage, "partner_bank", "Vendor with an account")
    return documents.create(
        stack, "admin", "res.partner.bank", {"partner_id": vendor, "acc_number": f"CASE-{mark()}"}
    )


def _price(stack: Stack, stage: Stage) -> int:
    return int(_item(stack, stage, "product_price", "Hose Reel", list_price=100.0)["template"])


def _cost(stack: Stack, stage: Stage) -> int:
    return int(_item(stack, stage, "product_cost", "Hose Clamp", standard_price=50.0)["product"])


def _moved(stack: Stack, stage: Stage) -> int:
    return int(_item(stack, stage, "product_category", "Hose Barb")["template"])


def _seller(stack: Stack, stage: Stage) -> int:
    vendor = _partner(stack, stage, "vendor_price_list", "Vendor with a list")
    [template] = stack.call("admin", "product.product", "read", [stage.item], ["product_tmpl_id"])
    return documents.create(
        stack, "admin", "product.supplierinfo",
        {"partner_id": vendor, "product_tmpl_id": template["product_tmpl_id"][0], "price": 100.0},
    )  # fmt: skip


def _stock(stack: Stack, stage: Stage) -> int:
    """Fifty pieces in the main warehouse, counted before the policy looks."""
    product = documents.create(stack, "admin", "product.product", {
        "name": f"Copper Elbow {mark()}", "type": "consu", "is_storable": True, "standard_price": 100.0,
    })  # fmt: skip
    [warehouse] = stack.call(
        "admin", "stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1, order="id"
    )
    quant = documents.create(stack, "admin", "stock.quant", {
        "product_id": product, "location_id": warehouse["lot_stock_id"][0], "inventory_quantity": 50,
    })  # fmt: skip
    stack.call("admin", "stock.quant", "action_apply_inventory", [quant])
    stack.call(
        "admin", "product.product", "write", [product], {"categ_id": stage.categories["stock_adjustment"]}
    )
    return quant


CHANGES = [
    ChangeCase(
        "vendor_onboarding", "A new vendor", "approval as a vendor in spite of", "buyer", "finance",
        "res.partner", "gatehouse_vendor_state", "approved", _vendor, button="action_gatehouse_approve_vendor",
    ),
    ChangeCase(
        "partner_terms", "Longer terms for a customer", "payment terms 46 days worse for us", "finance", "operations",
        "res.partner", "property_payment_term_id", lambda stage: stage.terms[60], _terms,
    ),
    ChangeCase(
        "partner_credit", "A higher credit limit", "credit limit 9,000.00 instead of 1,000.00", "finance", "operations",
        "res.partner", "credit_limit", 9000.0, _credit,
    ),
    ChangeCase(
        "partner_price_list", "Another price list", "price list Gold instead of Bronze", "salesperson", "sales_manager",
        "res.partner", "property_product_pricelist", lambda stage: stage.price_lists["Gold"], _price_list,
    ),
    ChangeCase(
        "partner_tax_id", "Another tax id", f"tax id {NEW_TAX_ID} instead of {OLD_TAX_ID}", "salesperson", "finance",
        "res.partner", "vat", NEW_TAX_ID, _tax_id,
    ),
    ChangeCase(
        "partner_bank", "An account to pay to", "is paid to CASE-", "finance", "operations",
        "res.partner.bank", "allow_out_payment", True, _account,
    ),
    ChangeCase(
        "product_price", "A sales price that moves far", "sales price 130.00 instead of 100.00", "operations", "sales_manager",
        "product.template", "list_price", 130.0, _price,
    ),
    ChangeCase(
        "product_cost", "A cost by hand", "cost 40.00 instead of 50.00", "operations", "finance",
        "product.product", "standard_price", 40.0, _cost,
    ),
    ChangeCase(
        "product_category", "An item in another category", "category Case: product_price instead of Case: product_category", "operations", "sales_manager",
        "product.template", "categ_id", lambda stage: stage.categories["product_price"], _moved,
    ),
    ChangeCase(
        "stock_adjustment", "A dear inventory difference", "counted 30, on hand 50, worth 2,000.00", "operations", "finance",
        "stock.quant", "quantity", 30.0, _stock,
    ),
    ChangeCase(
        "vendor_price_list", "A vendor's price rise", "asks 120.00 instead of 100.00", "buyer", "operations",
        "product.supplierinfo", "price", 120.0, _seller,
    ),
]  # fmt: skip
