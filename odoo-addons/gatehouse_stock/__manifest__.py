{
    "name": "Gatehouse: Stock",
    "summary": "Shortages of promised goods, carrier bookings with label and tracking, messages about deliveries",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Supply Chain/Inventory",
    "depends": ["gatehouse", "sale_stock", "purchase_stock", "stock_delivery"],
    "data": [
        "data/gatehouse_policy.xml",
        "data/gatehouse_message_rule.xml",
        "data/ir_cron.xml",
        "views/gatehouse_policy_views.xml",
        "views/res_company_views.xml",
        "views/stock_picking_views.xml",
        "views/stock_quant_views.xml",
    ],
    "installable": True,
}
