{
    "name": "Gatehouse: Returns and service",
    "summary": "Customer mails become tickets with their class, their order and a drafted reply",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "After-Sales",
    "depends": ["gatehouse", "helpdesk_mgmt", "sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/helpdesk_data.xml",
        "data/gatehouse_reply_rule.xml",
        "views/helpdesk_ticket_views.xml",
        "views/gatehouse_reply_views.xml",
    ],
    "installable": True,
}
