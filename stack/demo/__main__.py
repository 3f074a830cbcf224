"""The main job, narrated: every step is read back from Odoo as the person who would look at it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import odoorpc.error

from stack.client import Stack
from stack.demo import documents, mails, purchases, sales, shipping
from stack.demo.anomalies import (
    MAIL_OUTCOMES,
    MAILS,
    MISTYPED_PURCHASE,
    ORDINARY_ORDER,
    OVER_BAND_ORDER,
    UNUSUAL_ORDER,
)
from stack.demo.controls import tour
from stack.demo.controls.tour import FAILURES, NotSeen, expect, reason_of

#: What the steps before it showed already.
SHOWN = frozenset({"sale_discount"})


def say(text: str) -> None:
    print(f"      {text}", flush=True)


def show_checks(stack: Stack, order: int) -> dict[str, dict[str, Any]]:
    """Print the checks of an order as the salesperson reads them."""
    seen = sales.checks(stack, order)
    for code, check in sorted(seen.items()):
        score = f" score {check['score']:.2f}" if check["source"] == "sidecar" and check["available"] else ""
        say(f"{code:18} {check['source']:8} {check['verdict']:12}{score}  {check['model'] or ''}".rstrip())
        for reason in check["reasons"] or []:
            say(f"{'':18} - {reason['text']}")
    return seen


def refused(call: Callable[[], Any]) -> str:
    """The first line of Odoo's refusal; a call that goes through fails the step."""
    try:
        call()
    except odoorpc.error.RPCError as error:
        return str(error).strip().splitlines()[0]
    raise NotSeen("the call went through and should have been refused")


def ordinary_order(stack: Stack) -> None:
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    row = sales.wait_for(stack, order, "clear")
    seen = show_checks(stack, order)
    expect(
        len(seen) == 4 and all(c["verdict"] == "pass" for c in seen.values()),
        "four passed checks on the order",
    )
    sales.ship(stack, row["picking_ids"][0])
    expect(sales.picking_state(stack, row["picking_ids"][0]) == "done", "the delivery is done")
    say(f"{row['name']} was confirmed, checked and shipped; nobody was asked")


def unusual_order(stack: Stack) -> None:
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    row = sales.wait_for(stack, order, "held")
    seen = show_checks(stack, order)
    expect(seen["discount_anomaly"]["verdict"] == "fail", "a failed discount check on the order")
    expect(seen["discount_anomaly"]["reasons"], "the reasons of the failed check")
    picking = row["picking_ids"][0]
    say("warehouse tries to ship: " + refused(lambda: sales.ship(stack, picking)))
    [hold] = sales.holds(stack, order)
    say(
        "salesperson tries to release: "
        + refused(lambda: documents.release(stack, "salesperson", hold["id"], "Urgent"))
    )
    documents.release(stack, "sales_manager", hold["id"], "Agreed with the customer by phone")
    sales.ship(stack, picking)
    expect(sales.picking_state(stack, picking) == "done", "the delivery is done after the release")
    say(f"{row['name']} was released by the sales manager with a reason, and shipped")


def told_and_booked(stack: Stack) -> None:
    shipping.set_up(stack, UNUSUAL_ORDER["customer"])
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    row = sales.wait_for(stack, order, "held")
    [hold] = sales.holds(stack, order)
    documents.release(stack, "sales_manager", hold["id"], "Agreed with the customer by phone")
    for text in shipping.messages(stack, order, 2):
        say(f"sent: {text}")
    sales.ship(stack, row["picking_ids"][0])
    seen = shipping.booking(stack, row["picking_ids"][0])
    expect(seen["gatehouse_booking"] == "booked", "the delivery is booked with the carrier")
    expect(seen["carrier_tracking_ref"], "the delivery has its tracking number")
    say(f"{seen['name']} is booked: {seen['carrier_tracking_ref']}, {seen['gatehouse_tracking_url']}")


def over_band_order(stack: Stack) -> None:
    order = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, order)
    row = sales.read(stack, order)
    expect(row["state"] in ("draft", "sent"), "the order still waits as a quotation")
    [hold] = sales.holds(stack, order)
    for reason in hold["reasons"]:
        say(reason["text"])
    documents.release(stack, "sales_manager", hold["id"], "Clearance sale")
    expect(sales.read(stack, order)["state"] == "sale", "the order is confirmed by the release")
    say(f"{row['name']} waited for the sales manager, then went on by itself")


def mistyped_purchase(stack: Stack) -> None:
    order = purchases.make_order(stack, MISTYPED_PURCHASE)
    purchases.confirm(stack, order)
    row = purchases.wait_for(stack, order, "held")
    check = purchases.checks(stack, order)["purchase_anomaly"]
    expect(check["verdict"] == "fail" and check["reasons"], "a failed purchase check with reasons")
    for reason in check["reasons"]:
        say(reason["text"])
    say(f"{row['name']} cannot be received until the purchase manager has looked at it")


def inbound_mail(stack: Stack) -> None:
    for case, (subject, order) in zip(MAILS, MAIL_OUTCOMES, strict=True):
        ticket = mails.read_ticket(stack, mails.send(stack, mails.fresh(case)))
        named = ticket["gatehouse_order_id"][1] if ticket["gatehouse_order_id"] else ""
        word = "left to a person" if ticket["gatehouse_abstained"] else ticket["gatehouse_class"]
        say(
            f"{ticket['number']}: {case['subject']!r} -> {word} ({ticket['gatehouse_confidence']:.2f}), "
            f"{named or 'no order named'}"
        )
        expect(not ticket["gatehouse_degraded"], f"{ticket['number']} classified by the model, not by rules")
        expect(word == subject, f"{ticket['number']} as {subject}, not {word}")
        expect(ticket["gatehouse_confidence"] > 0.5, f"the confidence in the class of {ticket['number']}")
        expect(named == order, f"{ticket['number']} with {order or 'no order'}, not {named or 'none'}")


def other_controls(stack: Stack) -> None:
    """One case of every further control, a line each."""
    missed = tour.run(stack, SHOWN)
    expect(not missed, f"these controls: {', '.join(missed)}")


STEPS: list[tuple[str, Callable[[Stack], None]]] = [
    ("An ordinary order goes through its checks and ships", ordinary_order),
    ("An unusual discount is held, cannot be shipped, and is released by the manager", unusual_order),
    ("The customer hears that it waits and goes on; the carrier is booked", told_and_booked),
    ("A discount over the band waits before it is confirmed", over_band_order),
    ("A purchase with a mistyped price is flagged", mistyped_purchase),
    ("Customer mails become tickets with class and order", inbound_mail),
    ("The other controls: one case of each", other_controls),
]


def run(stack: Stack) -> int:
    """Run every step; the number of steps not seen in Odoo."""
    failures = 0
    for number, (title, step) in enumerate(STEPS, 1):
        print(f"\n[{number}/{len(STEPS)}] {title}", flush=True)
        began = time.monotonic()
        try:
            step(stack)
        except FAILURES as error:
            failures += 1
            print(f"      NOT SEEN: {reason_of(error)}", flush=True)
        print(f"      {time.monotonic() - began:.1f} s", flush=True)
    return failures


def main() -> int:
    """Run the demo on the running stack and print where to look."""
    try:
        stack = Stack.load()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    failures = run(stack)
    print("\nWhere to look, and who to be there:")
    for name in ("odoo", "n8n", "sidecar"):
        print(f"  {name:8} {stack.url(name)}")
    print(f"  n8n login {stack.data['n8n']['email']} / {stack.data['n8n']['password']}")
    for login, password in stack.data["users"].items():
        print(f"  {login:14} {password}")
    # Last, because `make test` quotes the last line: no password.
    print("The stack stays up; `make down` ends it.", flush=True)
    if failures:
        print(
            f"\n{failures} of {len(STEPS)} steps were not seen in Odoo; `make logs` shows why.",
            file=sys.stderr,
        )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
