{
    "name": "Gatehouse: Accounting",
    "summary": "Vendor bills that do not match are not paid, credit notes and write-offs are approved",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Accounting/Accounting",
    "depends": ["gatehouse", "purchase_stock"],
    "data": [
        "security/ir.model.access.csv",
        "views/account_move_views.xml",
        "views/account_move_chase_views.xml",
        "views/account_payment_views.xml",
        "views/gatehouse_policy_views.xml",
    ],
    "installable": True,
}
