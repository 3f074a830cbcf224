import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

#: Written by the buttons alone, so that nobody reviews in another's name.
OF_THE_REVIEW = {"gatehouse_final_class", "gatehouse_reviewed_by", "gatehouse_reviewed_at"}


class HelpdeskTicket(models.Model):
    """What a person makes of the class of a mail: right, or another one; it goes back to the sidecar."""

    _inherit = "helpdesk.ticket"

    gatehouse_final_class = fields.Selection(
        selection=lambda self: self._fields["gatehouse_class"]._description_selection(self.env),
        string="Class by a person", readonly=True, copy=False)
    gatehouse_reviewed_by = fields.Many2one("res.users", "Reviewed by", readonly=True, copy=False)
    gatehouse_reviewed_at = fields.Datetime("Reviewed at", readonly=True, copy=False)

    def _gatehouse_effective_class(self):
        """The class that counts: a person's, else the classifier's unless it was not sure."""
        self.ensure_one()
        return self.gatehouse_final_class or (not self.gatehouse_abstained and self.gatehouse_class) or False

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(OF_THE_REVIEW & set(vals) for vals in vals_list):
            raise AccessError(self.env._("The class of a mail is reviewed by its buttons."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and OF_THE_REVIEW & set(vals):
            raise AccessError(self.env._("The class of a mail is reviewed by its buttons."))
        return super().write(vals)

    def action_gatehouse_review(self):
        """One click: the class in the context is the right one."""
        return self.gatehouse_review(self.env.context.get("gatehouse_right_class"))

    def gatehouse_review(self, right_class):
        """Say what the mail is; the classifier is told whether it was right.

        :param right_class: one of the classes of mails
        """
        if right_class not in dict(self._fields["gatehouse_class"]._description_selection(self.env)):
            raise ValidationError(self.env._("right_class: there is no class %s", right_class))
        self.check_access("write")
        for ticket in self:
            if not ticket.gatehouse_message_id:
                raise UserError(self.env._("%s did not come by mail: there is no class to review.", ticket.name))
            ticket._gatehouse_reviewed(right_class)
        return True

    def _gatehouse_reviewed(self, right_class):
        before = self._gatehouse_effective_class()
        again = bool(self.gatehouse_reviewed_at)
        self.sudo().write({
            "gatehouse_final_class": right_class, "gatehouse_reviewed_by": self.env.uid,
            "gatehouse_reviewed_at": fields.Datetime.now(),
            "category_id": self._gatehouse_ref(f"gatehouse_return.category_{right_class}"),
        })
        self.env["gatehouse.decision"]._append(
            "mail_class_reviewed", self.sudo(), said=self.gatehouse_class or "", right=right_class, again=again)
        if self.gatehouse_class:
            self.env["gatehouse.event"]._raise_event(self.sudo(), "ai.output.reviewed", {
                "event_id": self._gatehouse_mail_mark(), "check": "email_class",
                "outcome": "confirmed" if right_class == self.gatehouse_class else "rejected",
                "comment": right_class,
            })
        if right_class != before:
            self.sudo()._gatehouse_class_is_known()

    def _gatehouse_mail_mark(self):
        """The name of a mail towards the sidecar, which n8n makes the same way: no address, no text."""
        return hashlib.sha256(self.gatehouse_message_id.encode()).hexdigest()

    def _gatehouse_class_is_known(self):
        """Called in the ingestion and after a correction: what follows from the class."""
