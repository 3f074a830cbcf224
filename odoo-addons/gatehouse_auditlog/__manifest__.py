{
    "name": "Gatehouse: Audit log rules",
    "summary": "OCA's audit log watches the configuration of Gatehouse",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "author": "Gatehouse",
    "category": "Productivity",
    "depends": ["gatehouse", "auditlog"],
    "data": ["data/auditlog_rule.xml"],
    "auto_install": True,
    "installable": True,
    "uninstall_hook": "uninstall_hook",
}
