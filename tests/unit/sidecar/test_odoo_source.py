"""What training asks of Odoo, and what becomes of the answers (here a stand-in for the client)."""

from datetime import datetime

import pytest

from sidecar.config import BUNDLED_MODELS
from sidecar.jobs.patterns import measure_weeks
from sidecar.training.odoo import read_odoo, read_odoo_weeks
from sidecar.training.odoo_records import read_odoo_records
from sidecar.training.records import records_of

ROWS = {
    "sale.order.line": [
        {
            "id": n,
            "order_id": 1,
            "product_id": n % 2 + 1,
            "product_uom_qty": 3,
            "price_unit": 50.0,
            "discount": 10.0,
        }
        for n in range(1, 4501)
    ],
    "sale.order": [
        {
            "id": 1,
            "partner_id": 5,
            "pricelist_id": 2,
            "date_order": "2026-01-02 10:00:00",
            "currency_rate": 1.25,
            "name": "S1",
            "user_id": 7,
        }
    ],
    "product.pricelist": [{"id": 2, "name": "Gold"}],
    "product.product": [
        {"id": 1, "default_code": "FURN_1", "lst_price": 50.0, "categ_id": 9},
        {"id": 2, "default_code": False, "lst_price": 50.0, "categ_id": 9},
    ],
    "product.category": [{"id": 9, "name": "Office"}],
    "res.partner": [{"id": 5, "commercial_partner_id": 4}],
    "purchase.order": [
        {
            "id": 1,
            "partner_id": 5,
            "date_order": "2026-01-02 10:00:00",
            "name": "P1",
            "user_id": False,
            "picking_type_id": 3,
            "currency_rate": 1.25,
        }
    ],
    "stock.picking.type": [{"id": 3, "warehouse_id": 1}],
    "purchase.order.line": [
        {
            "id": 1,
            "order_id": 1,
            "product_id": 1,
            "product_qty": 2,
            "price_unit": 9.0,
            "discount": 0,
            "date_planned": "2026-01-12 08:00:00",
        }
    ],
}


class Client:
    """Answers as odoorpc's execute_kw."""

    rows = ROWS

    def __init__(self):
        self.asked = []

    def execute_kw(self, model, method, args, options):
        assert method == "search_read"
        assert "id" not in options["fields"]
        self.asked.append((model, args[0], options))
        after = next((value for name, sign, value in args[0] if (name, sign) == ("id", ">")), 0)
        return [row for row in self.rows[model] if row["id"] > after][: options.get("limit", 10_000)]


def test_sales_lines_are_read_in_batches():
    client = Client()
    frame = read_odoo(client, "discounts")
    assert len(frame) == 4500
    assert set(frame["item"]) == {"FURN_1", "product:2"}
    assert frame.iloc[0][["party", "tier", "category", "net"]].tolist() == [
        "partner:4",
        "Gold",
        "Office",
        36.0,
    ]
    assert [entry[0] for entry in client.asked].count("sale.order.line") == 4
    assert ("state", "=", "sale") in client.asked[0][1]


def test_prices_in_another_currency_are_converted_at_the_orders_rate():
    frame = read_odoo(Client(), "discounts")
    assert frame.iloc[0][["net", "list_price"]].tolist() == [
        36.0,
        50.0,
    ]  # 45.00 at 1.25 for one of the company's


def test_only_the_days_asked_for_are_read():
    client = Client()
    read_odoo(client, "discounts", since=datetime(2026, 1, 1), until=datetime(2026, 7, 1))
    assert ("order_id.date_order", ">=", "2026-01-01 00:00:00") in client.asked[0][1]
    assert ("order_id.date_order", "<", "2026-07-01 00:00:00") in client.asked[0][1]


def test_weeks_name_salesperson_customer_and_vendor():
    weeks = read_odoo_weeks(Client())
    assert sorted(zip(weeks["role"], weeks["party"], weeks["lines"], strict=True)) == [
        ("customer", "partner:4", 4500),
        ("salesperson", "user:7", 4500),
        ("vendor", "partner:4", 1),
    ]
    assert weeks["discount"].round(1).tolist()[:2] == [28.0, 28.0]
    assert dict(zip(weeks["role"], weeks["others"], strict=True)) == {
        "customer": {"user:7": 1}, "salesperson": {"partner:4": 1}, "vendor": {},
    }  # fmt: skip


def test_a_week_goes_to_odoo_with_what_was_before_it_and_who_was_on_the_other_side(monkeypatch):
    count, days = 12, [f"2026-{month:02}-{day:02} 10:00:00" for month in (1, 2, 3) for day in (5, 12, 19, 26)]
    orders = [
        {**ROWS["sale.order"][0], "id": at + 1, "name": f"S{at}", "date_order": days[at]}
        for at in range(count)
    ]
    lines = [
        {**ROWS["sale.order.line"][0], "id": at + 1, "order_id": at + 1, "discount": 60.0 if at == count - 1 else 5.0}
        for at in range(count)
    ]  # fmt: skip
    monkeypatch.setattr(
        Client,
        "rows",
        {**ROWS, "sale.order": orders, "sale.order.line": lines, "purchase.order.line": []},
        raising=False,
    )
    found = measure_weeks(Client(), BUNDLED_MODELS, company=1, week="2026-03-23", weeks=1)
    by_role = {entry["role"]: entry for entry in found["entries"]}
    assert by_role["salesperson"]["documents_before"] == count - 1
    assert by_role["salesperson"]["others"] == {"partner:4": 1}
    assert by_role["customer"]["others"] == {"user:7": 1}


def test_purchase_lines_carry_the_promised_days():
    frame = read_odoo(Client(), "purchases")
    names = ["party", "quantity", "net", "lead_days", "place"]
    assert frame.iloc[0][names].tolist() == ["partner:4", 2, 7.2, 10, "warehouse:1"]


RECORDS = {
    "account.move": [
        {"id": 1, "partner_id": 5, "invoice_date": "2026-01-02", "invoice_date_due": "2026-02-01",
         "amount_total_signed": 120.0, "payment_state": "paid"},
        {"id": 2, "partner_id": 5, "invoice_date": "2026-01-03", "invoice_date_due": False,
         "amount_total_signed": 80.0, "payment_state": "partial"},
    ],
    "account.move.line": [{"id": 11, "move_id": 1}],
    "account.partial.reconcile": [
        {"id": 1, "debit_move_id": 11, "max_date": "2026-01-20"},
        {"id": 2, "debit_move_id": 11, "max_date": "2026-02-11"},
    ],
    "purchase.order.line": [
        {"id": 1, "order_id": 1, "product_id": 1, "product_qty": 2, "qty_received": 2, "price_subtotal": 25.0},
        {"id": 2, "order_id": 1, "product_id": 2, "product_qty": 2, "qty_received": 1, "price_subtotal": 25.0},
    ],
    "purchase.order": [
        {"id": 1, "partner_id": 5, "date_order": "2026-01-02 23:30:00", "currency_rate": 1.25, "incoterm_id": 3}
    ],
    "stock.move": [
        {"id": 1, "purchase_line_id": 1, "product_id": 1, "quantity": 1, "date": "2026-01-05 08:00:00",
         "reference": "WH/IN/1", "location_id": 4, "location_dest_id": 8, "is_inventory": False},
        {"id": 2, "purchase_line_id": 1, "product_id": 1, "quantity": 1, "date": "2026-01-09 08:00:00",
         "reference": "Counted", "location_id": 8, "location_dest_id": 14, "is_inventory": True},
        {"id": 3, "purchase_line_id": 1, "product_id": 1, "quantity": 1, "date": "2026-01-09 09:00:00",
         "reference": "WH/INT/1", "location_id": 8, "location_dest_id": 8, "is_inventory": False},
    ],
    "stock.location": [
        {"id": 4, "usage": "supplier", "warehouse_id": False}, {"id": 8, "usage": "internal", "warehouse_id": 1},
        {"id": 14, "usage": "inventory", "warehouse_id": False},
    ],
    "account.incoterms": [{"id": 3, "code": "FOB"}],
    "res.country": [{"id": 2, "code": "DE"}],
    "res.partner": [{"id": 5, "commercial_partner_id": 4, "country_id": 2}],
}  # fmt: skip


@pytest.fixture
def outcomes(monkeypatch):
    monkeypatch.setattr(Client, "rows", {**ROWS, **RECORDS})
    return Client()


def test_an_invoice_is_paid_when_its_last_part_was_matched(outcomes):
    found, _ = records_of("payments", read_odoo_records(outcomes, "payments"))
    paid, open_ = found
    assert (paid["customer"], paid["amount"], paid["outcome"], paid["delay"]) == (
        "partner:4",
        120.0,
        1.0,
        10.0,
    )
    assert (open_["outcome"], open_["due"]) == (None, datetime(2026, 1, 3))


def test_a_purchase_line_has_come_with_its_last_receipt(outcomes):
    found, _ = records_of("lead-times", read_odoo_records(outcomes, "lead-times"))
    assert [record["outcome"] for record in found] == [7.0, None]
    assert (found[0]["value"], found[0]["country"], found[0]["terms"]) == (20.0, "DE", "FOB")


def test_stock_moves_are_signed_and_name_their_corrections(outcomes):
    found, _ = records_of("stock-moves", read_odoo_records(outcomes, "stock-moves"))
    assert [(record["quantity"], record["outcome"], record["place"]) for record in found] == [
        (1.0, 0.0, "warehouse:1"),
        (-1.0, 1.0, "warehouse:1"),
    ]


ORDERS = {
    "sale.order": [
        {"id": n, "partner_id": 5, "date_order": "2026-01-02 10:00:00", "state": state, "currency_rate": 2.0,
         "amount_untaxed": 100.0, "delivery_status": delivered, "invoice_status": invoiced,
         "write_date": "2026-03-01 08:00:00"}
        for n, state, delivered, invoiced in (
            (1, "sale", "full", "invoiced"), (2, "sale", "full", "to invoice"), (3, "sale", "full", "invoiced"),
            (4, "cancel", False, "no"), (5, "cancel", False, "no"), (6, "sale", "partial", "no"),
            (7, "sale", False, "invoiced"), (8, "sale", "full", "no"),
        )
    ],
    "sale.order.line": [
        {"id": 10 * n + part, "order_id": n, "product_uom_qty": 2.0, "price_subtotal": 20.0 * part}
        for n in range(1, 9) for part in (1, 2)
    ],
    "stock.move": [
        {"id": n, "sale_line_id": line, "state": state, "date": day, "location_id": source, "location_dest_id": target}
        for n, (line, state, day, source, target) in enumerate(
            [
                (11, "done", "2026-01-04 09:00:00", 8, 9), (12, "done", "2026-01-06 09:00:00", 8, 9),
                (21, "done", "2026-01-04 09:00:00", 8, 9), (21, "done", "2026-01-20 09:00:00", 9, 8),
                (31, "done", "2026-01-04 09:00:00", 8, 9), (41, "cancel", "2026-01-04 09:00:00", 8, 9),
                (61, "done", "2026-01-04 09:00:00", 8, 9), (81, "done", "2099-01-04 09:00:00", 8, 9),
            ],
            1,
        )
    ],
    "stock.location": [{"id": 8, "usage": "internal"}, {"id": 9, "usage": "customer"}],
    "account.move.line": [
        {"id": n, "sale_line_ids": [line], "date": "2026-01-11", "parent_state": state, "move_type": kind}
        for n, (line, state, kind) in enumerate(
            [(32, "posted", "out_refund"), (72, "posted", "out_invoice"), (12, "draft", "out_refund")], 1
        )
    ],
}  # fmt: skip


@pytest.fixture
def orders(outcomes, monkeypatch):
    monkeypatch.setattr(Client, "rows", {**ROWS, **RECORDS, **ORDERS})
    found, _ = records_of("orders", read_odoo_records(outcomes, "orders"))
    return found


def test_an_order_went_wrong_when_it_was_cancelled_sent_back_or_credited(orders):
    assert [record["outcome"] for record in orders] == [0.0, 1.0, 1.0, 1.0, None, 0.0, None]
    sent_back, credited, cancelled = orders[1:4]
    assert sent_back["known"] == datetime(2026, 1, 20, 9)
    assert credited["known"] == datetime(2026, 1, 11)
    assert cancelled["known"] == datetime(2026, 3, 1, 8)


def test_an_order_went_well_thirty_days_after_its_last_delivery(orders):
    assert orders[0]["known"] == datetime(2026, 2, 5, 9)


def test_a_quotation_that_was_cancelled_is_no_order(orders):
    assert len(orders) == len(ORDERS["sale.order"]) - 1


def test_orders_are_read_as_they_are_asked_about(orders):
    names = ("customer", "country", "value", "lines", "units", "largest_line")
    assert [orders[0][name] for name in names] == ["partner:4", "DE", 50.0, 2.0, 4.0, 20.0]
