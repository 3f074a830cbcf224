"""A vendor's mail: its scan becomes a document in Odoo, read and drafted, once; what is no document goes to a person."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sidecar.documents.evaluate import scanned
from stack.client import Stack, stopped, wait_until
from stack.demo import papers

from .test_documents import DOCUMENT, FIELD, LINE, order, read

__all__ = ["order"]
pytestmark = pytest.mark.e2e


def mail(name: str, content: bytes | None) -> bytes:
    """A vendor's mail with a logo, and a file unless there is none."""
    message = EmailMessage()
    message["Message-ID"] = name
    message["From"], message["To"] = "Vera <vera@vendor.example>", "documents@shop.example"
    message["Subject"] = "Our invoice"
    message.set_content("See the file.")
    message.add_attachment(b"\x89PNG small", maintype="image", subtype="png", filename="logo.png")
    if content is not None:
        message.add_attachment(content, maintype="application", subtype="pdf", filename="scan.pdf")
    return message.as_bytes()


def flags(stack: Stack, name: str) -> list[str]:
    """The flags of each mail of that Message-ID."""
    with stack.mailbox("documents") as box:
        box.select(readonly=True)
        uids = box.uid("search", "HEADER", "Message-ID", name)[1][0].split()  # type: ignore[arg-type]
        return [str(box.uid("fetch", uid, "(FLAGS)")[1][0]) for uid in uids]


def seen(stack: Stack, name: str, count: int = 1) -> list[str]:
    return wait_until(
        lambda: flags(stack, name),
        lambda rows: len(rows) == count and all("Seen" in row for row in rows),
        180,
    )


def documents(stack: Stack, name: str) -> list[dict[str, Any]]:
    fields = ["source", "sender", "file_name", "state"]
    rows: list[dict[str, Any]] = stack.call(
        "buyer", DOCUMENT, "search_read", [("message_ref", "=", name)], fields
    )
    return rows


def test_a_scan_in_a_vendors_mail_is_read_once_and_becomes_a_draft_bill(
    stack: Stack, order: dict[str, Any]
) -> None:
    name, number = f"<{uuid4()}@vendor.example>", "R-2026-4738"  # the path is tried here, not recognition
    paper = papers.invoice(order["vendor_name"], number, order["name"], [(order["code"], "Bolt", 40, 2.5)])
    content = mail(name, scanned(paper))
    for _time in range(2):
        stack.put_mail("documents", content)
    assert all("Flagged" not in row for row in seen(stack, name, 2))
    [document] = documents(stack, name)
    assert (document["source"], document["sender"], document["file_name"]) == (
        "mailbox",
        "Vera <vera@vendor.example>",
        "scan.pdf",
    )
    found = wait_until(
        lambda: read(stack, document["id"]), lambda row: row["state"] in ("extracted", "review"), 150
    )
    assert (found["type"], found["number"], found["order_id"][0]) == ("invoice", number, order["id"])
    of_it = [("document_id", "=", document["id"])]
    rows = stack.call("buyer", FIELD, "search_read", of_it, ["name", "value", "confidence", "position"])
    by_name = {row["name"]: row for row in rows}
    assert float(by_name["totals.payable"]["value"]) == 100
    assert (
        0 < by_name["number"]["confidence"] < 0.9
    )  # a word that was recognized is never as sure as a written one
    assert by_name["number"]["position"].startswith("page 1: ")
    [line] = stack.call("buyer", LINE, "search_read", of_it, ["quantity", "price", "order_line_id"])
    assert (line["quantity"], line["price"], line["order_line_id"][0]) == (40, 2.5, order["line"])
    stack.call("finance", DOCUMENT, "action_confirm", [document["id"]])
    [bill] = stack.call(
        "finance", "account.move", "read", [read(stack, document["id"])["bill_id"][0]], ["state", "ref"]
    )
    assert (bill["state"], bill["ref"]) == ("draft", number)


def test_with_odoo_down_a_vendors_mail_stays_unseen_and_one_without_a_file_goes_to_a_person(
    stack: Stack,
) -> None:
    name, empty = f"<{uuid4()}@vendor.example>", f"<{uuid4()}@vendor.example>"
    log = Path(stack.data["logs"]["mailbox"])
    with stopped("odoo"):
        stack.put_mail("documents", mail(name, b"Item,Price\nA,1.00\n" + name.encode()))
        stack.put_mail("documents", mail(empty, None))
        before = log.read_text().count("documents: 0 stored")
        wait_until(lambda: log.read_text().count("documents: 0 stored"), lambda count: count > before, 120)
        assert "Seen" not in "".join(flags(stack, name) + flags(stack, empty))
    seen(stack, name)
    assert [row["file_name"] for row in documents(stack, name)] == ["scan.pdf"]
    assert "Flagged" in seen(stack, empty)[0]
    domain = [("key", "=", f"mail:{empty}")]
    [row] = stack.call(
        "operations", "gatehouse.exception", "search_read", domain, ["state", "category", "detail"]
    )
    assert (row["state"], row["category"]) == ("open", "document")
    assert "“Our invoice” of Vera <vera@vendor.example> has no file that may be a document" in row["detail"]
    assert documents(stack, empty) == []
