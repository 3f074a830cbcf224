{
    "name": "Gatehouse: Stock",
    "summary": "Carrier bookings with label and tracking, and messages about partial and late deliveries",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Supply Chain/Inventory",
    "depends": ["gatehouse", "sale_stock", "stock_delivery"],
    "data": [
        "data/gatehouse_message_rule.xml",
        "data/ir_cron.xml",
        "views/stock_picking_views.xml",
    ],
    "installable": True,
}
