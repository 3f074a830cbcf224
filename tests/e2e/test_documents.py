"""A vendor's documents: by web, from the folder and back, read, compared with the order, confirmed by people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import requests

from stack.client import Stack, wait_until
from stack.demo import documents, papers
from tests.neighbours import away, deliver_again, garbage

DOCUMENT = "gatehouse.document"
LINE = "gatehouse.document.line"
FIELD = "gatehouse.document.field"
SHOWN = [
    "state",
    "type",
    "partner_id",
    "order_id",
    "bill_id",
    "outcome",
    "problem",
    "template_id",
    "number",
    "id",
]


def ordered(stack: Stack) -> dict[str, Any]:
    """A confirmed order of 40 bolts at 2.50 to a vendor of its own; its checks from outside are answered."""
    mark = (
        f"{uuid4().int % 10**8:08}"  # digits: beside a letter, recognition takes every twentieth 0 for an O
    )
    create = lambda model, values: stack.call("admin", model, "create", values)  # noqa: E731
    vendor = create("res.partner", {"name": f"Papers {mark}", "is_company": True})
    seller = [(0, 0, {"partner_id": vendor, "price": 2.5, "product_code": f"V-{mark}"})]
    product = create("product.product", {
        "name": f"Bolt {mark}", "default_code": f"B-{mark}", "type": "consu", "is_storable": True, "seller_ids": seller,
        "supplier_taxes_id": [(5, 0, 0)],
    })  # fmt: skip
    line = {
        "product_id": product,
        "product_qty": 40,
        "price_unit": 2.5,
        "date_planned": "2027-02-01 12:00:00",
    }
    euro = stack.call(
        "admin", "res.currency", "search", [("name", "=", "EUR"), ("active", "in", [True, False])]
    )
    stack.call("admin", "res.currency", "write", euro, {"active": True})
    made = stack.call(
        "buyer",
        "purchase.order",
        "create",
        {"partner_id": vendor, "currency_id": euro[0], "order_line": [(0, 0, line)]},
    )
    stack.call("buyer", "purchase.order", "button_confirm", [made])
    [row] = stack.call("buyer", "purchase.order", "read", [made], ["name", "order_line"])
    return {
        "id": made, "name": row["name"], "line": row["order_line"][0], "vendor": vendor, "vendor_name": f"Papers {mark}",
        "code": f"V-{mark}", "mark": mark,
    }  # fmt: skip


@pytest.fixture
def order(stack: Stack) -> dict[str, Any]:
    """A confirmed order of a vendor of its own."""
    return ordered(stack)


def post(
    stack: Stack, content: bytes, path: str = "", token: str = "", name: str = "paper"
) -> requests.Response:
    headers = {
        "X-Gatehouse-Token": token or stack.data["documents_token"],
        "X-File-Name": name,
        "Content-Type": "application/octet-stream",
    }
    return requests.post(
        f"{stack.url('n8n')}/webhook/gatehouse/documents{path}", data=content, headers=headers, timeout=60
    )


def send(stack: Stack, content: bytes, name: str = "paper") -> int:
    """Hand in a file by web; the document's id."""
    answer = post(stack, content, name=name)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["documents"][0]["id"])


def read(stack: Stack, number: int) -> dict[str, Any]:
    row: dict[str, Any] = stack.call("buyer", DOCUMENT, "read", [number], SHOWN)[0]
    return row


def until_read(stack: Stack, number: int) -> dict[str, Any]:
    return wait_until(lambda: read(stack, number), lambda row: row["state"] in ("extracted", "review"), 90)


def reasons(stack: Stack, order: dict[str, Any]) -> dict[str, str]:
    domain = [
        ("res_model", "=", "purchase.order"),
        ("res_id", "=", order["id"]),
        ("state", "=", "open"),
        ("kind", "=", "review"),
    ]
    rows = stack.call("operations", "gatehouse.hold", "search_read", domain, ["control", "reason_text"])
    return {row["control"]: row["reason_text"] for row in rows}


@pytest.mark.covers("22-read-supplier-documents", "ordinary again")
def test_a_confirmation_that_differs_holds_the_order_until_its_changes_are_approved(
    stack: Stack, order: dict[str, Any]
) -> None:
    paper = papers.order_response(
        order["vendor_name"], "OC-1", order["name"], [(order["code"], 30, 2.75, "20270215")]
    )
    document = until_read(stack, send(stack, paper, "confirmation.edi"))
    assert (document["state"], document["type"]) == ("review", "order_confirmation")
    assert document["order_id"][0] == order["id"]
    held = reasons(stack, order)
    assert "30 instead of 40" in held["confirmation_value"]
    assert "2.75 instead of 2.50" in held["confirmation_value"]
    assert "2027-02-15 instead of 2027-02-01" in held["confirmation_delay"]
    stack.call("buyer", DOCUMENT, "action_confirm", [document["id"]])
    assert "2 changes" in read(stack, document["id"])["outcome"]
    waiting = [("res_model", "=", "purchase.order"), ("res_id", "=", order["id"]), ("state", "=", "waiting")]
    requests_ = stack.call("operations", "gatehouse.change.request", "search", waiting)
    assert len(requests_) == 2
    domain = [
        ("res_model", "=", "gatehouse.change.request"),
        ("res_id", "in", requests_),
        ("state", "=", "open"),
    ]
    holds = stack.call("operations", "gatehouse.hold", "search", domain)
    stack.call("operations", "gatehouse.hold", "release", holds, "agreed with the vendor")
    [line] = stack.call(
        "buyer", "purchase.order.line", "read", [order["line"]], ["product_qty", "price_unit", "date_planned"]
    )
    assert (line["product_qty"], line["price_unit"], line["date_planned"][:10]) == (30, 2.75, "2027-02-15")
    assert not {"confirmation_value", "confirmation_delay"} & set(reasons(stack, order))
    before = stack.call("buyer", DOCUMENT, "read", [document["id"]], ["write_date", "line_ids", "outcome"])
    [event] = documents.events(stack, DOCUMENT, document["id"])
    deliver_again(stack, event["id"], "22-read-supplier-documents")
    assert before == stack.call(
        "buyer", DOCUMENT, "read", [document["id"]], ["write_date", "line_ids", "outcome"]
    )


@pytest.mark.covers("22-read-supplier-documents", "ordinary")
def test_a_price_list_becomes_the_vendors_prices_when_a_person_confirms_it(
    stack: Stack, order: dict[str, Any]
) -> None:
    paper = papers.price_list(order["vendor_name"], "PL-1", [(order["code"], 2.4), ("UNKNOWN", 1.0)])
    document = until_read(stack, send(stack, paper, "prices.edi"))
    assert (document["type"], document["partner_id"][0]) == ("price_list", order["vendor"])
    stack.call("admin", DOCUMENT, "action_confirm", [document["id"]])
    prices = [("partner_id", "=", order["vendor"])]
    [price] = stack.call("admin", "product.supplierinfo", "search_read", prices, ["price"])
    assert price["price"] == 2.4, "instead of 2.50"
    assert "1 prices changed" in read(stack, document["id"])["outcome"]
    assert send(stack, paper, "again.edi") == document["id"], "the same list again is the same document"


def test_what_a_person_corrects_is_right_on_the_vendors_next_document(
    stack: Stack, order: dict[str, Any]
) -> None:
    lines = [(order["code"], "Bolt", 40, 2.5)]

    def paper(real: str, shown: str) -> bytes:
        head = [("Our sign", real), ("Tax point", "20.11.2026")]
        return papers.invoice(order["vendor_name"], shown, order["name"], lines, head)

    first = until_read(stack, send(stack, paper(f"S/{order['mark']}/1", "CUST-4711"), "one.pdf"))
    assert first["number"] == "CUST-4711"
    [field] = stack.call(
        "buyer", FIELD, "search", [("document_id", "=", first["id"]), ("name", "=", "number")]
    )
    stack.call("buyer", FIELD, "write", [field], {"value": f"S/{order['mark']}/1"})
    stack.call("buyer", DOCUMENT, "action_confirm", [first["id"]])
    second = until_read(stack, send(stack, paper(f"S/{order['mark']}/2", "CUST-4711"), "two.pdf"))
    assert (second["number"], second["template_id"][1]) == (f"S/{order['mark']}/2", order["vendor_name"])


@pytest.mark.covers("22-read-supplier-documents", "down garbage")
@pytest.mark.parametrize(
    ("meet", "told"),
    [(lambda stack: away(stack, "sidecar"), "no connection"), (garbage, "outside the contract")],
)
def test_a_file_that_meets_nobody_or_garbage_stays_with_an_exception_and_is_read_later(
    stack: Stack, order: dict[str, Any], meet: Callable[[Stack], Any], told: str
) -> None:
    paper = papers.order_response(
        order["vendor_name"], "OC-2", order["name"], [(order["code"], 40, 2.5, "20270201")]
    )
    with meet(stack):
        number = send(stack, paper, "late.edi")
        key = f"document:{number}"
        [found] = wait_until(
            lambda: stack.call(
                "operations", "gatehouse.exception", "search_read", [("key", "=", key)], ["state", "detail"]
            ),
            bool,
            60,
        )
        assert found["state"] == "open"
        assert told in found["detail"]
        assert read(stack, number)["state"] == "received"
    stack.call("operations", DOCUMENT, "action_read_again", [number])
    assert until_read(stack, number)["order_id"][0] == order["id"]
    [found] = stack.call("operations", "gatehouse.exception", "search_read", [("key", "=", key)], ["state"])
    assert found["state"] == "resolved"


def test_a_file_that_cannot_be_read_is_left_to_a_person(stack: Stack) -> None:
    number = send(stack, b"%PDF-1.4 broken " + uuid4().bytes, "broken.pdf")
    document = until_read(stack, number)
    assert (document["state"], document["type"]) == ("review", False)
    assert "cannot be opened" in document["problem"]
