{
    "name": "Gatehouse: Supplier documents",
    "summary": "Bills, order confirmations and price lists of vendors: read, compared with the order, confirmed by a person",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Supply Chain/Purchase",
    "depends": ["gatehouse_purchase", "account"],
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/gatehouse_policy.xml",
        "views/gatehouse_document_views.xml",
        "views/gatehouse_document_template_views.xml",
        "views/purchase_order_views.xml",
    ],
    "assets": {"web.assets_backend": ["gatehouse_document/static/src/**/*"]},
    "installable": True,
}
