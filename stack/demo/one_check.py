"""A customer or vendor whose orders wait for one check alone, by a policy of their own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from stack.client import Stack
from stack.demo import documents
from stack.demo.controls.stage import roles

REVIEWER = {
    "sale_checks": "sales_team.group_sale_manager",
    "purchase_checks": "purchase.group_purchase_manager",
}


def partner(stack: Stack, control: str, **check: Any) -> str:
    """The name of a partner whose orders are judged by an enforced policy of this control with this check."""
    name = f"One check {uuid4().hex[:8]}"
    tag = documents.create(stack, "admin", "res.partner.category", {"name": name})
    role = REVIEWER[control]
    policy = documents.create(stack, "operations", "gatehouse.policy", {
        "name": name, "control": control, "mode": "enforcing", "partner_tag_id": tag,
        "check_ids": [(0, 0, {"operator": "<=", "role_id": roles(stack, {role})[role], **check})],
    })  # fmt: skip
    stack.call("operations", "gatehouse.policy", "action_submit", [policy])
    stack.call("finance", "gatehouse.policy", "action_activate", [policy])
    documents.create(
        stack, "admin", "res.partner", {"name": name, "is_company": True, "category_id": [(4, tag)]}
    )
    return name
