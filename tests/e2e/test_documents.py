"""A vendor's documents: by web, from the folder and back, read, compared with the order, confirmed by people."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from stack.client import Stack, stopped, wait_until
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


@pytest.fixture
def order(stack: Stack) -> dict[str, Any]:
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


def drop(stack: Stack, name: str, content: bytes) -> Path:
    """A file in the folder, complete for a while, and a look at it."""
    path = Path(stack.data["supplier_files"]) / "inbox" / name
    path.write_bytes(content)
    os.utime(path, (time.time() - 120, time.time() - 120))
    assert post(stack, b"", "/look").status_code == 200
    return path


def in_folder(stack: Stack, folder: str, name: str) -> list[str]:
    return [
        path.name
        for path in (Path(stack.data["supplier_files"]) / folder).iterdir()
        if path.name.endswith(name)
    ]


def reasons(stack: Stack, order: dict[str, Any]) -> dict[str, str]:
    domain = [
        ("res_model", "=", "purchase.order"),
        ("res_id", "=", order["id"]),
        ("state", "=", "open"),
        ("kind", "=", "review"),
    ]
    rows = stack.call("operations", "gatehouse.hold", "search_read", domain, ["control", "reason_text"])
    return {row["control"]: row["reason_text"] for row in rows}


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


def test_an_invoice_from_the_folder_becomes_a_draft_bill_and_the_file_is_put_aside(
    stack: Stack, order: dict[str, Any]
) -> None:
    name = f"{order['mark']}.pdf"
    paper = papers.invoice(
        order["vendor_name"], f"R-{order['mark']}", order["name"], [(order["code"], "Bolt", 40, 2.5)]
    )
    path = drop(stack, name, paper)
    wait_until(lambda: in_folder(stack, "done", name), bool, 90)
    assert not path.exists()
    [number] = stack.call("buyer", DOCUMENT, "search", [("file_name", "=", name)])
    document = until_read(stack, number)
    assert (document["type"], document["number"], document["order_id"][0]) == (
        "invoice",
        f"R-{order['mark']}",
        order["id"],
    )
    [line] = stack.call(
        "buyer",
        LINE,
        "search_read",
        [("document_id", "=", number)],
        ["quantity", "price", "difference", "order_line_id"],
    )
    assert (line["quantity"], line["price"], line["order_line_id"][0]) == (40, 2.5, order["line"])
    assert "40 invoiced, 0 open (ordered 40, received 0" in line["difference"]
    stack.call("finance", DOCUMENT, "action_confirm", [number])
    bill = read(stack, number)["bill_id"][0]
    [move] = stack.call(
        "finance", "account.move", "read", [bill], ["state", "ref", "amount_total", "move_type"]
    )
    assert (move["state"], move["ref"], move["amount_total"]) == ("draft", f"R-{order['mark']}", 100.0)
    drop(stack, f"again-{name}", paper)
    wait_until(lambda: in_folder(stack, "done", f"again-{name}"), bool, 90)
    assert stack.call("buyer", DOCUMENT, "search_count", [("number", "=", f"R-{order['mark']}")]) == 1


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


def test_what_odoo_refuses_is_put_aside_with_an_exception_and_a_wrong_token_gets_nothing(
    stack: Stack,
) -> None:
    name = f"{uuid4().hex[:6]}.pdf"
    drop(stack, name, b"")
    wait_until(lambda: in_folder(stack, "refused", name), bool, 90)
    key = f"document-intake:folder:/inbox/{name}"
    [found] = stack.call(
        "operations", "gatehouse.exception", "search_read", [("key", "=", key)], ["state", "detail"]
    )
    assert found["state"] == "open"
    assert post(stack, b"Item,Price\nA,1\n", token="wrong").status_code == 403
    assert stack.call("buyer", DOCUMENT, "search_count", [("file_name", "=", name)]) == 0


def test_with_the_folder_down_somebody_is_told_once_and_its_files_are_taken_later(stack: Stack) -> None:
    name = f"{uuid4().hex[:6]}.csv"
    with stopped("files"):
        drop(stack, name, b"Item,Price\nA,1.00\n" + name.encode())
        domain = [("key", "=like", "workflow:21-intake-supplier-documents:%"), ("state", "=", "open")]
        wait_until(lambda: stack.call("operations", "gatehouse.exception", "search", domain), bool, 90)
        assert post(stack, b"", "/look").status_code == 200
    assert post(stack, b"", "/look").status_code == 200
    wait_until(lambda: in_folder(stack, "done", name), bool, 90)
    assert stack.call("buyer", DOCUMENT, "search_count", [("file_name", "=", name)]) == 1
    assert len(stack.call("operations", "gatehouse.exception", "search", domain)) == 1
