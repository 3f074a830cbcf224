{
    "name": "Gatehouse: Example of an own control",
    "summary": "Orders wanted sooner than the warehouse can pack need a yes",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Sales/Sales",
    "depends": ["gatehouse_sale"],
    "data": [],
    "installable": True,
}
