{
    "name": "Gatehouse: Purchase agreements",
    "summary": "Blanket orders say which vendor is the right one, and at which price",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Supply Chain/Purchase",
    "depends": ["gatehouse_purchase", "purchase_requisition"],
    "auto_install": True,
    "installable": True,
}
