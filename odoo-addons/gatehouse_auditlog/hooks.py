def uninstall_hook(env):
    """The rules go with the addon, and what they patched with them; what was logged stays."""
    names = env["ir.model.data"].search([("module", "=", "gatehouse_auditlog"), ("model", "=", "auditlog.rule")])
    env["auditlog.rule"].browse(names.mapped("res_id")).exists().set_to_draft()
