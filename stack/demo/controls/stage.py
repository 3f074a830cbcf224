"""What the cases need to be there once: tags, items, a vendor, an automation rule and the policies, each for its own tag.

A policy of a case applies to partners with the case's tag, or to items of its category, so that the rest of the
company trades as before. Everything is found again by its name, so a second run makes nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stack.client import Stack
from stack.demo import documents

ITEM = {
    "name": "Pipe Bender 2 in",
    "default_code": "CASE-100",
    "list_price": 1000.0,
    "standard_price": 800.0,
    "weight": 12.0,
}
BARE_ITEM = {
    "name": "Pipe Bender Cart",
    "default_code": "CASE-200",
    "list_price": 300.0,
    "standard_price": 100.0,
}
SALES, PURCHASES = "sales_team.group_sale_manager", "purchase.group_purchase_manager"
FINANCE, OPERATIONS = "account.group_account_manager", "gatehouse.group_operations_manager"


@dataclass(frozen=True)
class Rule:
    """The policy of one case: values above `free` wait for the role; `scope` is the field its tag or category fills.

    Its tag is called after the control, or `tag`; `outcome` is what becomes of what is above.
    """

    control: str
    name: str
    free: float | None
    role: str
    scope: str = "partner_tag_id"
    more: tuple[tuple[str, Any], ...] = ()
    tag: str = ""
    outcome: str = "review"


RULES = [
    Rule("sale_margin", "Margin floor", 85, SALES),
    Rule("sale_credit", "Credit limit", 0.01, FINANCE, more=(("break_glass_cap", 5000.0),)),
    Rule("sale_terms", "Payment terms", 0.5, SALES),
    Rule("sale_master_data", "Complete items in sales", 0.5, SALES, more=(("required_fields", "weight"),)),
    Rule("sale_express", "Promised too soon", 0.5, OPERATIONS),
    Rule("purchase_supplier", "Approved suppliers", 1, PURCHASES),
    Rule("purchase_price", "Vendor prices", 2, PURCHASES),
    Rule("purchase_master_data", "Complete items in purchasing", 0.5, PURCHASES, more=(("required_fields", "weight"),)),
    Rule("vendor_onboarding", "Vendor onboarding", None, FINANCE, more=(("required_documents", "registration"),)),
    Rule("partner_terms", "Agreed payment terms", 7, OPERATIONS),
    Rule("partner_credit", "Credit limits", 5000, OPERATIONS),
    Rule("partner_price_list", "Customers' price lists", None, SALES),
    Rule("partner_tax_id", "Tax ids", None, FINANCE),
    Rule("partner_bank", "Bank accounts", None, OPERATIONS),
    Rule("product_price", "Sales prices", 10, SALES, "product_category_id"),
    Rule("product_cost", "Costs by hand", 5, FINANCE, "product_category_id"),
    Rule("product_category", "Items' categories", None, SALES, "product_category_id"),
    Rule("stock_adjustment", "Inventory differences", 500, FINANCE, "product_category_id"),
    Rule("vendor_price_list", "Vendor price lists", 5, PURCHASES),
    Rule("stock_shipment", "Shipments to late payers", 30, FINANCE),
    Rule("receipt_vendor", "Receipts of blocked vendors", 0.5, PURCHASES),
    Rule("receipt_unordered", "Receipts nobody ordered", 50, PURCHASES),
    Rule("bill_match", "Bills beyond order and receipt", 10, FINANCE),
    Rule("bill_duplicate", "Bills that look like another", 0.5, FINANCE),
    Rule("bill_abnormal", "Unusual bills", 0.5, FINANCE),
    Rule("credit_note", "Credit notes", 100, FINANCE),
    Rule("write_off", "Write-offs", 10, FINANCE),
]  # fmt: skip
#: An order that nobody decides in a second of business time: its clock can be shown.
OVERDUE = Rule(
    "sale_amount",
    "Decide at once",
    1,
    OPERATIONS,
    more=(("remind_hours", 0.0002), ("escalate_hours", 0.0003)),
    tag="overdue",
)
#: Orders that a rule approves in place of the sales manager, who looks at each of them afterwards.
BY_RULE = Rule(
    "sale_amount",
    "Approved by rule",
    1,
    SALES,
    more=(("auto_sample", 1),),
    tag="by rule",
    outcome="auto",
)
FURTHER = [OVERDUE, BY_RULE]


@dataclass(frozen=True)
class Stage:
    """Ids of what the cases are made with."""

    tags: dict[str, int]
    categories: dict[str, int]
    item: int
    bare_item: int
    terms: dict[int, int]
    price_lists: dict[str, int]

    @classmethod
    def set_up(cls, stack: Stack) -> Stage:
        """Make what is missing, as the people who would make it; policies are signed by the board."""
        names = [rule.control for rule in RULES if rule.scope == "partner_tag_id"]
        tags = {
            name: _found_or_made(stack, "res.partner.category", "name", {"name": f"Case: {name}"})
            for name in [*names, "manual", *[rule.tag for rule in FURTHER]]
        }
        categories = {
            rule.control: _found_or_made(stack, "product.category", "name", {"name": f"Case: {rule.control}"})
            for rule in RULES if rule.scope == "product_category_id"
        }  # fmt: skip
        stage = cls(
            tags, categories,
            *[_item(stack, values) for values in (ITEM, BARE_ITEM)],
            {days: _terms(stack, days) for days in (14, 60)},
            {row["name"]: row["id"] for row in stack.call("admin", "product.pricelist", "search_read", [], ["name"])},
        )  # fmt: skip
        _policies(stack, stage)
        _automation(stack, tags["manual"])
        [company] = stack.call("admin", "res.company", "search", [], limit=1, order="id")
        stack.call("admin", "res.company", "write", [company], {"account_use_credit_limit": True})
        return stage


def _found_or_made(stack: Stack, model: str, by: str, values: dict[str, Any], login: str = "admin") -> int:
    found = stack.call(login, model, "search", [(by, "=", values[by])], limit=1)
    return int(found[0]) if found else documents.create(stack, login, model, values)


def _item(stack: Stack, values: dict[str, Any]) -> int:
    found = stack.call(
        "admin", "product.product", "search", [("default_code", "=", values["default_code"])], limit=1
    )
    if found:
        return int(found[0])
    vendor = _found_or_made(
        stack,
        "res.partner",
        "name",
        {"name": "Rohrtechnik Weser GmbH", "is_company": True, "supplier_rank": 1},
    )
    seller = {"partner_id": vendor, "price": values["standard_price"], "min_qty": 1}
    item = documents.create(stack, "admin", "product.product", {
        **values, "type": "consu", "is_storable": True, "seller_ids": [(0, 0, seller)],
    })  # fmt: skip
    [warehouse] = stack.call(
        "admin", "stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1, order="id"
    )
    quant = documents.create(stack, "admin", "stock.quant", {
        "product_id": item, "location_id": warehouse["lot_stock_id"][0], "inventory_quantity": 5000,
    })  # fmt: skip
    stack.call("admin", "stock.quant", "action_apply_inventory", [quant])
    return item


def _terms(stack: Stack, days: int) -> int:
    line = (0, 0, {"value": "percent", "value_amount": 100, "nb_days": days})
    return _found_or_made(
        stack, "account.payment.term", "name", {"name": f"Case: {days} days", "line_ids": [line]}
    )


def roles(stack: Stack, names: set[str]) -> dict[str, int]:
    """Ids of groups by their external names."""
    return {
        name: stack.call("admin", "ir.model.data", "check_object_reference", *name.split("."))[1]
        for name in names
    }


def _policies(stack: Stack, stage: Stage) -> None:
    wanted = {f"Case: {rule.name}": rule for rule in [*RULES, *FURTHER]}
    there = stack.call(
        "operations",
        "gatehouse.policy",
        "search_read",
        [("name", "in", list(wanted)), ("state", "=", "active")],
        ["name"],
    )
    missing = {name: wanted[name] for name in wanted.keys() - {row["name"] for row in there}}
    if not missing:
        return
    groups = roles(stack, {rule.role for rule in missing.values()})
    values = []
    for name, rule in sorted(missing.items()):
        above = (0, 0, {"outcome": rule.outcome, "role_id": groups[rule.role]})
        free = [(0, 0, {"up_to": rule.free, "outcome": "pass"})] if rule.free is not None else []
        place = (
            stage.tags[rule.tag or rule.control]
            if rule.scope == "partner_tag_id"
            else stage.categories[rule.control]
        )
        values.append({
            "name": name, "control": rule.control, "mode": "enforcing", rule.scope: place,
            "band_ids": [*free, above], **dict(rule.more),
        })  # fmt: skip
    made = stack.call("operations", "gatehouse.policy", "create", values)
    stack.call("operations", "gatehouse.policy", "action_submit", made)
    stack.call("finance", "gatehouse.policy", "action_activate", made)


def _automation(stack: Stack, tag: int) -> None:
    """The rule a consultant would click together: a new customer's first order is looked at."""
    name = "Case: first order of a new customer"
    if stack.call("admin", "base.automation", "search_count", [("name", "=", name)]):
        return
    [model] = stack.call("admin", "ir.model", "search", [("model", "=", "sale.order")])
    action = {
        "name": name, "model_id": model, "state": "gatehouse_hold", "gatehouse_blocks": "confirm",
        "gatehouse_text": "first order of a new customer", "gatehouse_role_id": roles(stack, {SALES})[SALES],
    }  # fmt: skip
    documents.create(stack, "admin", "base.automation", {
        "name": name, "model_id": model, "trigger": "on_create", "active": True,
        "filter_domain": f"[('partner_id.category_id', 'in', [{tag}])]", "action_server_ids": [(0, 0, action)],
    })  # fmt: skip
