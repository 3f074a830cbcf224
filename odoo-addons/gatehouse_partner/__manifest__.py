{
    "name": "Gatehouse: Partners and master data",
    "summary": "Vendor onboarding, change requests for master data, complete items on orders",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Productivity",
    "depends": ["gatehouse_purchase", "gatehouse_sale", "account"],
    "external_dependencies": {"python": ["python-stdnum"]},
    "data": [
        "security/ir.model.access.csv",
        "views/res_partner_views.xml",
        "views/product_views.xml",
        "views/gatehouse_policy_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "installable": True,
}
