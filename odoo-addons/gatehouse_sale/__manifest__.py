{
    "name": "Gatehouse: Sales",
    "summary": "Discount and amount bands, checks from outside and shipment holds for sales orders",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Sales/Sales",
    "depends": ["gatehouse", "sale_stock", "sale_margin"],
    "data": [
        "security/ir.model.access.csv",
        "data/gatehouse_policy.xml",
        "data/ir_cron.xml",
        "data/gatehouse_message_rule.xml",
        "views/res_company_views.xml",
        "views/res_partner_views.xml",
        "views/sale_order_views.xml",
    ],
    "installable": True,
}
