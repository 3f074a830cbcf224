"""Every case in turn through the API, each step as the person who would take it; what is not seen is counted."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import odoorpc.error

from stack.client import Stack, wait_until
from stack.demo.controls.alerts import ALERTS
from stack.demo.controls.bills import BILLS
from stack.demo.controls.cases import (
    REQUEST,
    STEP,
    AlertCase,
    BillCase,
    ChangeCase,
    Document,
    HeldCase,
    OrderCase,
)
from stack.demo.controls.changes import CHANGES
from stack.demo.controls.governing import GOVERNING, GovernedCase
from stack.demo.controls.orders import PURCHASES, SALES
from stack.demo.controls.papers import INVOICES, PAPERS
from stack.demo.controls.stage import Stage
from stack.demo.controls.transfers import TRANSFERS

#: Every case that the tour can tell.
CASES = (*SALES, *PURCHASES, *CHANGES, *TRANSFERS, *PAPERS, *INVOICES, *BILLS, *ALERTS, *GOVERNING)
Case = OrderCase | ChangeCase | HeldCase | BillCase | AlertCase | GovernedCase
REASON = "Looked at, and agreed"
AT_A_TIME = 2


class NotSeen(Exception):
    """A case's outcome was not found in Odoo."""


#: How a case or a step of the demo fails, a part that does not answer among them (OSError: `requests` raises kinds of it).
FAILURES = (NotSeen, AssertionError, LookupError, ValueError, OSError, odoorpc.error.RPCError)


def reason_of(error: Exception) -> str:
    """What was not seen, for people; of an error that nobody wrote for people, its kind too."""
    ours = isinstance(error, (NotSeen, AssertionError, odoorpc.error.RPCError))
    return str(error) if ours else f"{type(error).__name__}: {error}"


def expect(condition: object, what: str) -> None:
    """Fail the case with a sentence unless `condition` holds."""
    if not condition:
        raise NotSeen(what)


def step_of(stack: Stack, decider: str, waiting: Document) -> dict[str, object]:
    """The step that waits for the decider, as the list 'Waiting for me' shows it."""
    domain = [
        ("can_decide", "=", True),
        ("approval_id.res_model", "=", waiting.model),
        ("approval_id.res_id", "=", waiting.id),
    ]
    rows = stack.call(decider, STEP, "search_read", domain, ["res_name", "reason_text"])
    expect(len(rows) == 1, f"{waiting.name} waits {len(rows)} times for {decider}, expected once")
    row: dict[str, object] = rows[0]
    return row


def decided(stack: Stack, stage: Stage, case: OrderCase | ChangeCase | HeldCase) -> str:
    """Ask, see it wait for its reason, decide as the role, see it gone on; one line for people."""
    document = case.make(stack, stage)
    case.ask(stack, document)
    expect(not case.gone_on(stack, document), f"{document.name} went through and should wait")
    waiting = case.waiting(stack, document)
    if waiting is None:
        raise NotSeen(f"nothing waits for a decision about {document.name}")
    step = step_of(stack, case.decider, waiting)
    expect(case.why in str(step["reason_text"]), f"{step['reason_text']!r} does not say {case.why!r}")
    stack.call(case.decider, STEP, "approve", [step["id"]], REASON)
    if isinstance(case, HeldCase):
        case.finish(stack, document)
    expect(case.gone_on(stack, document), f"{document.name} did not go on with the signature")
    who = "change" if waiting.model == REQUEST else waiting.name
    return f"{who}: {step['reason_text']}; asked by {case.asker}, signed by {case.decider}"


def alerted(stack: Stack, stage: Stage, case: AlertCase) -> str:
    """Make something late, let the scheduled look find it, see who owns it."""
    document = case.make(stack, stage)
    try:
        rows = wait_until(lambda: case.looked(stack, document), bool)
    finally:
        stack.partner_mode("supplier", "ok")
    expect(case.why in (rows[0]["detail"] or ""), f"{rows[0]['detail']!r} does not say {case.why!r}")
    return f"{rows[0]['title']}, for {rows[0]['role_id'][1]}"


def drafted(stack: Stack, case: BillCase) -> str:
    """Have the bill made, see it as a draft that names what differs."""
    bill = case.make(stack)
    told = case.told(stack, bill)
    expect(case.why in told, f"{bill.name} is no draft that says {case.why!r}: {told!r}")
    return f"{bill.name}: {case.why}; made by {case.asker}, nothing is posted"


def _told(stack: Stack, stage: Stage, case: Case) -> str:
    if isinstance(case, AlertCase):
        return alerted(stack, stage, case)
    if isinstance(case, GovernedCase):
        return case.told(stack, stage)
    return drafted(stack, case) if isinstance(case, BillCase) else decided(stack, stage, case)


def seen(stack: Stack, stage: Stage, case: Case) -> tuple[bool, str]:
    """Whether the case was seen in Odoo, and the line that tells it."""
    began = time.monotonic()
    try:
        shown, found = _told(stack, stage, case), True
    except FAILURES as error:
        shown, found = f"NOT SEEN: {reason_of(error)}", False
    return found, f"      {case.control:21} {' '.join(shown.split())} ({time.monotonic() - began:.1f} s)"


def run(stack: Stack, leave_out: frozenset[str] = frozenset()) -> list[str]:
    """Run the cases, narrate each in one line, and answer the controls that were not seen.

    Cases know nothing of each other, so two go on at a time, each with sessions of its own; they are told in their order.

    :param leave_out: controls that were shown already
    """
    began = time.monotonic()
    stage = Stage.set_up(stack)
    print(
        f"      their policies, items and partners are there ({time.monotonic() - began:.1f} s)", flush=True
    )
    own = threading.local()

    def one(case: Case) -> tuple[bool, str]:
        if not hasattr(own, "stack"):
            own.stack = Stack(stack.data)
        return seen(own.stack, stage, case)

    told = [case for case in CASES if case.control not in leave_out]
    missed = []
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for case, (found, line) in zip(told, pool.map(one, told), strict=True):
            print(line, flush=True)
            if not found:
                missed.append(case.control)
    return missed
