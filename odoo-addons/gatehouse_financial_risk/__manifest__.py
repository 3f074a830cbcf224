{
    "name": "Gatehouse: Financial risk bridge",
    "summary": "Judges a customer's credit by the exposure of OCA's financial risk, and asks once",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Sales",
    "depends": ["gatehouse_sale", "sale_financial_risk"],
    "auto_install": True,
    "installable": True,
}
