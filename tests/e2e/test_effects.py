"""Mails and carrier bookings: the record changed in Odoo and what the receiver got, also when something is down."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, wait_until
from tests.neighbours import deliver_again


@pytest.fixture
def customer(partners: Stack) -> dict[str, Any]:
    """A customer with an address of his own."""
    email = f"{uuid4().hex[:12]}@customer.example"
    country = partners.call("admin", "res.country", "search", [("code", "=", "DE")])[0]
    values = {
        "name": "Effect customer",
        "email": email,
        "street": "Way 1",
        "city": "Bonn",
        "country_id": country,
    }
    return {"id": partners.call("admin", "res.partner", "create", values), "email": email}


def ask_message(stack: Stack, customer: dict[str, Any], occasion: str = "order_held") -> int:
    """An order, and the message of an occasion about it."""
    rules = stack.call("operations", "gatehouse.message.rule", "search", [("active", "in", [True, False])])
    stack.call("operations", "gatehouse.message.rule", "write", rules, {"active": True})
    product = stack.call("admin", "product.product", "search", [("sale_ok", "=", True)], limit=1)[0]
    line = (0, 0, {"product_id": product, "product_uom_qty": 1})
    values = {"partner_id": customer["id"], "order_line": [line]}
    order: int = stack.call("admin", "sale.order", "create", values)
    action = stack.call(
        "admin",
        "ir.actions.server",
        "create",
        {
            "name": f"tell {occasion}",
            "model_id": stack.call("admin", "ir.model", "search", [("model", "=", "sale.order")])[0],
            "state": "code",
            "code": f"env['gatehouse.message.rule']._tell(record, '{occasion}')",
        },
    )
    context = {"active_model": "sale.order", "active_id": order, "active_ids": [order]}
    stack.call("admin", "ir.actions.server", "run", [action], context=context)
    return order


def effects(stack: Stack, model: str, record: int) -> list[dict[str, Any]]:
    domain = [("res_model", "=", model), ("res_id", "=", record)]
    names = ["state", "reference", "detail", "attempts", "event_id", "key"]
    rows: list[dict[str, Any]] = stack.call("operations", "gatehouse.effect", "search_read", domain, names)
    return rows


def settled(stack: Stack, model: str, record: int, state: str) -> dict[str, Any]:
    rows = wait_until(
        lambda: effects(stack, model, record), lambda rows: bool(rows) and rows[0]["state"] == state
    )
    assert len(rows) == 1
    return rows[0]


def event_of(stack: Stack, effect: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = stack.call(
        "operations",
        "gatehouse.event",
        "read",
        effect["event_id"][0],
        ["state", "replay_verdict", "event_id"],
    )[0]
    return row


def exceptions(stack: Stack, effect: dict[str, Any]) -> list[dict[str, Any]]:
    domain = [("event_id", "=", effect["event_id"][0])]
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.exception", "search_read", domain, ["state", "detail", "replay_verdict"]
    )
    return rows


def hurry(stack: Stack, effect: dict[str, Any]) -> None:
    """Deliver the event again at once, as the schedule would later."""
    stack.call("admin", "gatehouse.event", "action_requeue", effect["event_id"][0])


@pytest.mark.covers("60-send-messages", "ordinary again")
def test_a_message_is_sent_once_and_noted_on_the_order(partners: Stack, customer: dict[str, Any]) -> None:
    order = ask_message(partners, customer)
    effect = settled(partners, "sale.order", order, "done")
    (mail,) = partners.partner_saw("mails", to=customer["email"])
    assert "we are checking it" in mail["subject"]
    assert effect["reference"] == mail["message_id"]
    for part in ("text", "html"):
        assert f"Ref. {effect['key']}" in mail[part].splitlines()[-1]
    deliver_again(partners, effect["event_id"][0], "60-send-messages")
    assert len(partners.partner_saw("mails", to=customer["email"])) == 1
    assert event_of(partners, effect) | {"event_id": ""} == {
        "id": effect["event_id"][0],
        "state": "acknowledged",
        "replay_verdict": "never",
        "event_id": "",
    }


@pytest.mark.covers("60-send-messages", "down")
def test_a_mail_server_that_is_down_gets_the_mail_later_and_the_exception_closes(
    partners: Stack, customer: dict[str, Any]
) -> None:
    partners.partner_mode("mail", "down")
    order = ask_message(partners, customer)
    effect = settled(partners, "sale.order", order, "failed")
    assert [row["state"] for row in exceptions(partners, effect)] == ["open"]
    partners.partner_mode("mail", "ok")
    hurry(partners, effect)
    effect = settled(partners, "sale.order", order, "done")
    assert effect["attempts"] == 2
    assert len(partners.partner_saw("mails", to=customer["email"])) == 1
    assert [row["state"] for row in exceptions(partners, effect)] == ["resolved"]


def test_an_address_that_is_refused_waits_for_a_person(partners: Stack, customer: dict[str, Any]) -> None:
    partners.partner_mode("mail", "denied")
    effect = settled(partners, "sale.order", ask_message(partners, customer), "refused")
    assert "550" in exceptions(partners, effect)[0]["detail"]
    assert event_of(partners, effect)["state"] == "acknowledged"


@pytest.mark.covers("60-send-messages", "garbage")
def test_a_mail_nobody_knows_about_is_never_sent_twice_by_itself(
    partners: Stack, customer: dict[str, Any]
) -> None:
    partners.partner_mode("mail", "garbage")
    order = ask_message(partners, customer)
    effect = settled(partners, "sale.order", order, "unknown")
    assert event_of(partners, effect)["replay_verdict"] == "check_first"
    (mail,) = partners.partner_saw("mails", to=customer["email"])
    assert effect["key"] in mail["text"], "how a person finds it at the receiver"
    assert effect["key"] in exceptions(partners, effect)[0]["detail"]
    partners.call("operations", "gatehouse.effect", "settle", effect["id"], True, "It is in the server's log")
    assert settled(partners, "sale.order", order, "done")["reference"] is not None
    assert len(partners.partner_saw("mails", to=customer["email"])) == 1


def ship(stack: Stack, customer: dict[str, Any]) -> int:
    """A delivery made by hand and validated, at a warehouse that books its carrier."""
    kind = stack.call("admin", "stock.picking.type", "search", [("code", "=", "outgoing")], limit=1)[0]
    stack.call("admin", "stock.picking.type", "write", kind, {"gatehouse_book_carrier": True})
    at = stack.call(
        "admin", "stock.picking.type", "read", kind, ["default_location_src_id", "default_location_dest_id"]
    )[0]
    there = stack.call("admin", "stock.location", "search", [("usage", "=", "customer")], limit=1)[0]
    product = stack.call(
        "admin",
        "product.product",
        "create",
        {"name": f"Parcel {uuid4().hex[:6]}", "type": "consu", "weight": 2.0},
    )
    move = {
        "product_id": product,
        "product_uom_qty": 1,
        "quantity": 1,
        "picked": True,
        "location_id": at["default_location_src_id"][0],
        "location_dest_id": there,
    }
    values = {
        "partner_id": customer["id"],
        "picking_type_id": kind,
        "location_id": at["default_location_src_id"][0],
        "location_dest_id": there,
        "move_ids": [(0, 0, move)],
    }
    picking: int = stack.call("admin", "stock.picking", "create", values)
    stack.call("admin", "stock.picking", "button_validate", [picking])
    return picking


def booked(stack: Stack, effect: dict[str, Any]) -> list[dict[str, Any]]:
    return [made for made in stack.partner_saw("bookings") if made["key"] == effect["key"]]


@pytest.mark.covers("31-book-carrier", "ordinary again")
@pytest.mark.covers("70-carrier-booking", "again")
def test_a_validated_delivery_gets_label_and_tracking(partners: Stack, customer: dict[str, Any]) -> None:
    picking = ship(partners, customer)
    effect = settled(partners, "stock.picking", picking, "done")
    names = ["gatehouse_booking", "carrier_tracking_ref", "gatehouse_tracking_url"]
    row = partners.call("warehouse", "stock.picking", "read", [picking], names)[0]
    deliver_again(partners, effect["event_id"][0], "31-book-carrier")
    (made,) = booked(partners, effect)
    assert (row["gatehouse_booking"], row["carrier_tracking_ref"]) == ("booked", made["tracking_number"])
    assert row["gatehouse_tracking_url"].endswith(made["tracking_number"])
    files = [
        ("res_model", "=", "stock.picking"),
        ("res_id", "=", picking),
        ("mimetype", "=", "application/pdf"),
    ]
    assert len(partners.call("admin", "ir.attachment", "search", files)) == 1


@pytest.mark.covers("31-book-carrier", "down garbage")
@pytest.mark.parametrize("mode", ["down", "garbage"])
def test_a_carrier_that_fails_after_booking_books_once(
    partners: Stack, customer: dict[str, Any], mode: str
) -> None:
    partners.partner_mode("booking", mode)
    picking = ship(partners, customer)
    effect = settled(partners, "stock.picking", picking, "failed")
    assert (
        partners.call("warehouse", "stock.picking", "read", [picking], ["gatehouse_booking"])[0][
            "gatehouse_booking"
        ]
        == "failed"
    )
    assert exceptions(partners, effect)[0]["state"] == "open"
    partners.partner_mode("booking", "ok")
    hurry(partners, effect)
    effect = settled(partners, "stock.picking", picking, "done")
    assert len(booked(partners, effect)) == 1
    assert exceptions(partners, effect)[0]["state"] == "resolved"


def test_a_delivery_the_carrier_refuses_names_the_reason(partners: Stack, customer: dict[str, Any]) -> None:
    partners.partner_mode("booking", "denied")
    picking = ship(partners, customer)
    effect = settled(partners, "stock.picking", picking, "refused")
    assert "does not deliver there" in exceptions(partners, effect)[0]["detail"]
    assert not booked(partners, effect)
    partners.partner_mode("booking", "ok")
    partners.call("warehouse", "stock.picking", "action_gatehouse_book_again", [picking])
    rows = wait_until(
        lambda: effects(partners, "stock.picking", picking),
        lambda rows: "done" in [row["state"] for row in rows],
    )
    assert sorted(row["state"] for row in rows) == ["done", "refused"]


def test_the_daily_report_arrives_with_its_picture_and_links(partners: Stack) -> None:
    email = f"{uuid4().hex[:12]}@shop.example"
    operations = partners.call("admin", "res.users", "search", [("login", "=", "operations")])
    partners.call("admin", "res.users", "write", operations, {"email": email})
    crons = partners.call("admin", "ir.cron", "search", [("name", "ilike", "daily control report")])
    partners.call("admin", "ir.cron", "method_direct_trigger", crons)
    reports = wait_until(
        lambda: [
            mail for mail in partners.partner_saw("mails", to=email) if "controls on" in mail["subject"]
        ],
        bool,
    )
    mail = reports[0]
    assert "/odoo/action-gatehouse.gatehouse_exception_action" in mail["html"]
    assert "cid:picture" in mail["html"]
    assert [(part["name"], part["type"]) for part in mail["attachments"]] == [("picture.png", "image/png")]


def test_the_warehouse_can_open_a_delivery_that_was_booked(partners: Stack, customer: dict[str, Any]) -> None:
    picking = ship(partners, customer)
    settled(partners, "stock.picking", picking, "done")
    view = partners.call("warehouse", "stock.picking", "get_view", False, "form")
    wanted = {name: {} for name in view["models"]["stock.picking"] if name in ("name", "gatehouse_booking")}
    wanted["carrier_id"] = {
        "fields": {"display_name": {}, "zip_prefix_ids": {"fields": {"display_name": {}}}}
    }
    [row] = partners.call("warehouse", "stock.picking", "web_read", [picking], specification=wanted)
    assert row["gatehouse_booking"] == "booked"
