"""What training asks of Odoo, and what becomes of the answers (here a stand-in for the client)."""

from sidecar.training.odoo import read_odoo

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
            "currency_rate": 1.0,
        }
    ],
    "product.pricelist": [{"id": 2, "name": "Gold"}],
    "product.product": [
        {"id": 1, "default_code": "FURN_1", "lst_price": 50.0, "categ_id": 9},
        {"id": 2, "default_code": False, "lst_price": 50.0, "categ_id": 9},
    ],
    "product.category": [{"id": 9, "name": "Office"}],
    "res.partner": [{"id": 5, "commercial_partner_id": 4}],
    "purchase.order": [{"id": 1, "partner_id": 5, "date_order": "2026-01-02 10:00:00"}],
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

    def __init__(self):
        self.asked = []

    def execute_kw(self, model, method, args, options):
        assert method == "search_read"
        assert "id" not in options["fields"]
        self.asked.append((model, args[0], options))
        after = next((value for name, sign, value in args[0] if (name, sign) == ("id", ">")), 0)
        return [row for row in ROWS[model] if row["id"] > after][: options.get("limit", 10_000)]


def test_sales_lines_are_read_in_batches():
    client = Client()
    frame = read_odoo(client, "discounts")
    assert len(frame) == 4500
    assert set(frame["item"]) == {"FURN_1", "product:2"}
    assert frame.iloc[0][["party", "tier", "category", "net"]].tolist() == [
        "partner:4",
        "Gold",
        "Office",
        45.0,
    ]
    assert [entry[0] for entry in client.asked].count("sale.order.line") == 4
    assert ("state", "=", "sale") in client.asked[0][1]


def test_purchase_lines_carry_the_promised_days():
    frame = read_odoo(Client(), "purchases")
    assert frame.iloc[0][["party", "quantity", "net", "lead_days"]].tolist() == ["partner:4", 2, 9.0, 10]
