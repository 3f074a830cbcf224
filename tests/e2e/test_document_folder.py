"""A vendor's documents from the folder: taken once and put aside, refused with an exception, taken later where it is down."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, stopped, wait_until
from stack.demo import papers
from tests.e2e.test_documents import DOCUMENT, LINE, ordered, post, read, until_read

pytestmark = pytest.mark.e2e


@pytest.fixture
def order(stack: Stack) -> dict[str, Any]:
    """A confirmed order of a vendor of its own."""
    return ordered(stack)


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


@pytest.mark.covers("21-intake-supplier-documents", "ordinary again")
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


@pytest.mark.covers("21-intake-supplier-documents", "garbage")
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


@pytest.mark.covers("21-intake-supplier-documents", "down")
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
