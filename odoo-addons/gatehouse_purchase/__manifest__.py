{
    "name": "Gatehouse: Purchase",
    "summary": "Spend bands, checks from outside and receipt holds for purchase orders",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Supply Chain/Purchase",
    "depends": ["gatehouse", "purchase_stock"],
    "data": [
        "security/ir.model.access.csv",
        "data/gatehouse_policy.xml",
        "data/ir_cron.xml",
        "data/gatehouse_message_rule.xml",
        "views/res_partner_views.xml",
        "views/purchase_order_views.xml",
    ],
    "installable": True,
}
