"""What governs the controls, one case each: who may decide, in whose place, what is written down, and who sees a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sidecar.audit.chain import verify
from stack.client import Stack, wait_until
from stack.demo import documents
from stack.demo.controls.cases import STEP, Document, OrderCase, mark
from stack.demo.controls.orders import SALES
from stack.demo.controls.stage import OPERATIONS, Stage, roles

CHANGE, DELEGATION, EXCEPTION = "gatehouse.change", "gatehouse.delegation", "gatehouse.exception"
BY_RULE, POLICY = "gatehouse.auto.approval", "gatehouse.policy"
WATCH, BACK_TEST = "Gatehouse: watch gates and automation", "Gatehouse: go on with back-tests"
CASES = {case.control: case for case in SALES}
#: What its rule approves at once, of a customer with the tag of that rule.
APPROVED = OrderCase("G9", "A regular customer", "order amount 1000.00", "sales_manager", {"product_uom_qty": 1}, "by rule")  # fmt: skip


@dataclass(frozen=True)
class GovernedCase:
    """Something that governs the controls: `told` does it as its people, looks at what became of it, and says so in a line.

    It raises AssertionError with what was not seen.
    """

    control: str
    title: str
    told: Callable[[Stack, Stage], str]


def seen(condition: object, what: str) -> None:
    """Raise with a sentence unless `condition` holds."""
    if not condition:
        raise AssertionError(what)


def asked(stack: Stack, stage: Stage, case: OrderCase) -> Document:
    """An order that waits for its role."""
    order = case.make(stack, stage)
    case.ask(stack, order)
    seen(case.waiting(stack, order), f"{order.name} waits for nobody")
    return order


def broken_glass(stack: Stack, stage: Stage) -> str:
    """An urgent order over the credit limit: let through by the named role, looked at by somebody else."""
    case = CASES["sale_credit"]
    order = asked(stack, stage, case)
    stack.call("sales_manager", case.model, "break_glass", [order.id], "The crane waits at the site")
    seen(case.gone_on(stack, order), f"{order.name} did not go on with the broken glass")
    about = [*documents.on(case.model, order.id), ("category", "=", "break_glass")]
    [review] = stack.call("operations", EXCEPTION, "search_read", about, ["title", "deadline"])
    stack.call("operations", EXCEPTION, "resolve", [review["id"]], "The customer paid on Monday")
    return f"{review['title']}; due {review['deadline']} UTC, looked at by operations"


@contextmanager
def delegated(stack: Stack, step: int) -> Iterator[None]:
    """This one decision of the sales manager is the finance manager's too until the end of the block."""
    made = documents.create(stack, "sales_manager", DELEGATION, {
        "delegate_id": stack.odoo("finance").uid, "step_id": step, "reason": "On the road until tonight",
    })  # fmt: skip
    try:
        yield
    finally:
        stack.call("sales_manager", DELEGATION, "action_revoke", [made])


def delegation(stack: Stack, stage: Stage) -> str:
    """Longer terms that the sales manager would decide, decided for her by the finance manager."""
    case = CASES["sale_terms"]
    order = asked(stack, stage, case)
    mine = [("res_name", "=", order.name), ("can_decide", "=", True)]
    seen(not stack.call("finance", STEP, "search", mine), f"{order.name} is finance's without a delegation")
    [number] = stack.call("sales_manager", STEP, "search", mine)
    with delegated(stack, number):
        stack.call("finance", STEP, "approve", [number], "The terms were agreed in May")
    [step] = stack.call("finance", STEP, "read", [number], ["decided_by", "on_behalf_of"])
    seen(case.gone_on(stack, order), f"{order.name} did not go on with the signature")
    return f"{order.name}: decided by {step['decided_by'][1]} for {step['on_behalf_of'][1]}, then revoked"


@contextmanager
def signed_by_operations(stack: Stack) -> Iterator[None]:
    """The promotion of a model waits for the operations manager until the end of the block."""
    role = roles(stack, {OPERATIONS})[OPERATIONS]
    made = documents.create(stack, "admin", "gatehouse.change.signoff", {"kind": "model", "role_id": role})
    try:
        yield
    finally:
        stack.call("admin", "gatehouse.change.signoff", "unlink", [made])


def change_of(stack: Stack, method: str, content: str, **more: Any) -> dict[str, Any]:
    """What Odoo answers the integration about the promotion of a model with that content."""
    answer = stack.bot(CHANGE, method, kind="model", mark=content, **more)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def sign_off(stack: Stack, _stage: Stage) -> str:
    """A model that is to be promoted: it takes effect after the signature on exactly this content."""
    content = f"case-{mark()}"
    with signed_by_operations(stack):
        change = change_of(
            stack, "request", content, subject=f"discounts {content}", detail="recall 0.81 → 0.84"
        )
    seen(change["state"] == "open", f"{change['name']} waits for no sign-off")
    [row] = stack.call("operations", CHANGE, "search", [("name", "=", change["name"])])
    stack.call("operations", CHANGE, "sign", [row], "Compared with the model before")
    seen(change_of(stack, "applied", content)["state"] == "applied", f"{change['name']} is not in effect")
    return f"{change['name']}: discounts {content} waited for {change['waiting_for']}, signed, in effect"


def automation(stack: Stack) -> int:
    """A rule of the company that asks for reviews, known to the watch."""
    name = f"Case: watched {mark()}"
    [model] = stack.call("admin", "ir.model", "search", [("model", "=", "sale.order")])
    action = {
        "name": name, "model_id": model, "state": "gatehouse_review", "gatehouse_text": "a customer nobody knows",
        "gatehouse_role_id": roles(stack, {OPERATIONS})[OPERATIONS],
    }  # fmt: skip
    rule = documents.create(stack, "admin", "base.automation", {
        "name": name, "model_id": model, "trigger": "on_create", "filter_domain": "[('id', '=', 0)]",
        "action_server_ids": [(0, 0, action)],
    })  # fmt: skip
    known = documents.on("base.automation", rule)
    wait_until(
        lambda: stack.call("operations", "gatehouse.watch", "search", known),
        bool,
        prompt=lambda: stack.scheduled(WATCH),
    )
    return rule


def switched_off(stack: Stack, rule: int) -> dict[str, Any]:
    """Somebody switches that rule off: what the watch tells of it."""
    stack.call("admin", "base.automation", "write", [rule], {"active": False})
    about, fields = documents.on("base.automation", rule), ["title", "detail", "about_user_id"]
    [told] = wait_until(
        lambda: stack.call("operations", EXCEPTION, "search_read", about, fields),
        bool,
        prompt=lambda: stack.scheduled(WATCH),
    )
    return dict(told)


def watched(stack: Stack, _stage: Stage) -> str:
    """A rule that is switched off: an exception says which, what, and who."""
    told = switched_off(stack, automation(stack))
    seen("Active: True" in told["detail"], f"{told['detail']!r} does not say what was changed")
    stack.call("operations", EXCEPTION, "resolve", [told["id"]], "The rule is not needed any more")
    return f"{told['title']}: {told['detail'].splitlines()[0]}; by {told['about_user_id'][1]}"


def by_rule(stack: Stack, stage: Stage) -> str:
    """An order that a rule approves at once, and its role looks at afterwards."""
    order = APPROVED.make(stack, stage)
    APPROVED.ask(stack, order)
    seen(APPROVED.gone_on(stack, order), f"{order.name} was not approved by the rule")
    about = documents.on(APPROVED.model, order.id)
    [row] = stack.call(APPROVED.decider, BY_RULE, "search_read", about, ["text", "can_judge"])
    seen(row["can_judge"], f"{order.name} is not there for {APPROVED.decider} to look at")
    stack.call(APPROVED.decider, BY_RULE, "judge", [row["id"]], "right", "A customer of ten years")
    return f"{order.name}: {row['text']}, confirmed at once; {APPROVED.decider} looked at it: right"


def authority(stack: Stack, _stage: Stage) -> str:
    """The auditor reads who may decide what."""
    matrix = stack.call("auditor", "report.gatehouse.authority", "matrix")
    who = [
        f"{policy['control']} above {row['above']:g}: {row['people']}"
        for policy in matrix["policies"] if policy["name"] == "Case: Payment terms" for row in policy["rows"] if row["people"]
    ]  # fmt: skip
    seen(who, "the matrix does not say who decides payment terms")
    return f"{len(matrix['policies'])} policies on one page; {who[0]}"


def log(stack: Stack, _stage: Stage) -> str:
    """The auditor exports the decision log; its chain holds offline, and not with a word changed."""
    answer = stack.odoo("auditor").get("/gatehouse/audit/export")
    answer.raise_for_status()
    head = verify(answer.content.decode().splitlines())
    try:
        stack.odoo("salesperson").get("/gatehouse/audit/export").raise_for_status()
    except OSError:
        return f"{head.number} decisions exported and verified, the last seal {head.digest[:12]}; refused to the salesperson"
    raise AssertionError("a salesperson exported the log")


def back_test(stack: Stack, _stage: Stage) -> str:
    """A draft that would review every discount above 10 %, on the orders of the last month."""
    role = roles(stack, {OPERATIONS})[OPERATIONS]
    draft = documents.create(stack, "operations", POLICY, {
        "name": f"Case: lower discounts {mark()}", "control": "sale_discount", "mode": "enforcing", "backtest_days": 30,
        "band_ids": [(0, 0, {"up_to": 10, "outcome": "pass"}), (0, 0, {"outcome": "review", "role_id": role})],
    })  # fmt: skip
    test = stack.call("operations", POLICY, "action_backtest", [draft])["res_id"]
    fields = ["state", "document_count", "review_count", "changed_count"]
    [row] = wait_until(
        lambda: stack.call("operations", "gatehouse.backtest", "read", [test], fields),
        lambda rows: rows[0]["state"] == "done",
        prompt=lambda: stack.scheduled(BACK_TEST),
    )
    seen(row["document_count"], "the back-test judged no orders")
    return "{document_count} orders of 30 days: {review_count} reviews, {changed_count} different from today".format(
        **row
    )


GOVERNING = [
    GovernedCase("G8", "A rule that somebody switched off", watched),
    GovernedCase("G3", "Who may decide what", authority),
    GovernedCase("G4", "Decided in somebody's place", delegation),
    GovernedCase("G6", "The decision log, sealed", log),
    GovernedCase("break-glass", "The urgent deal", broken_glass),
    GovernedCase("G9", "Approved by rule", by_rule),
    GovernedCase("back-test", "A draft on the orders there were", back_test),
    GovernedCase("G7", "A model that waits for its sign-off", sign_off),
]
