{
    "name": "Gatehouse: Returns and service",
    "summary": "Customer mails become tickets with their class, confidence and order",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "After-Sales",
    "depends": ["gatehouse", "helpdesk_mgmt", "sale"],
    "data": [
        "data/helpdesk_data.xml",
        "views/helpdesk_ticket_views.xml",
    ],
    "installable": True,
}
