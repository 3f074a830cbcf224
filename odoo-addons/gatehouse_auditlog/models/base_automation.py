from odoo import models

#: Of what the audit log puts on a model, what automation rules put on it too.
SHARED = ("create", "write", "unlink")


class BaseAutomation(models.Model):
    """The audit log stays on when automation rules change.

    A rule that changes takes every such patch off every model, the audit log's with its own, and puts on its own alone: until the worker was
    started again, nobody's changes were logged there.
    """

    _inherit = "base.automation"

    def _unregister_hook(self):
        super()._unregister_hook()
        for model in self.env.registry.values():
            for name in SHARED:
                if (mark := f"auditlog_ruled_{name}") in vars(model):  # says that it is on, and it no longer is
                    delattr(model, mark)

    def _register_hook(self):
        super()._register_hook()
        self.env["auditlog.rule"].sudo()._register_hook()
