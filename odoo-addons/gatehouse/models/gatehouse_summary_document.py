from odoo import api, models

from .gatehouse_summary import utc

#: closed holds that the history names, the newest
MOST_HISTORY = 10


class GatehouseHold(models.Model):
    """What a hold adds to a summary: itself, its limit, what happened to it, what is next."""

    _inherit = "gatehouse.hold"

    def _summary_facts(self):
        self.ensure_one()
        label = self.control.replace("_", " ")
        step = self._approval().step_ids.filtered(lambda step: step.state == "open")[:1]
        who = (step.role_id or self.role_id).full_name or ""
        facts = [{
            "kind": "hold", "label": label, "who": who, "at": utc(self.deadline),
            "text": "; ".join(reason.get("text", "") for reason in self.reasons or []) or label,
        }]  # fmt: skip
        limits = [band.up_to for band in self.policy_id.band_ids if band.up_to and band.up_to < self.amount]
        if self.kind == "review" and limits:
            facts.append({"kind": "limit", "label": label, "value": f"{self.amount:,.2f}", "limit": f"{max(limits):,.2f}"})
        return facts

    def _summary_history(self):
        """The approvals of a review, or how the hold ended."""
        facts = []
        for approval in self.approval_ids.sorted("id"):
            facts.append({"kind": "history", "text": f"Review asked for ({self.control.replace('_', ' ')})",
                          "who": approval.requested_by.name or "", "at": utc(approval.requested_at)})  # fmt: skip
            facts += [
                {"kind": "history", "text": f"{step.state.capitalize()}: {step.reason}", "who": step._decided_text() or "", "at": utc(step.decided_at)}
                for step in approval.step_ids if step.state in ("approved", "rejected")
            ]  # fmt: skip
        if not self.approval_ids and self.state != "open":
            facts.append({"kind": "history", "text": f"{self.state.capitalize()}: {self.release_reason or self.control}",
                          "who": self.released_by.name or "", "at": utc(self.released_at)})  # fmt: skip
        return facts

    def _summary_next(self):
        step = self._approval().step_ids.filtered(lambda step: step.state == "open")[:1]
        if step:
            return {"kind": "next", "text": "Release or reject the review", "who": step.role_id.full_name, "at": utc(step.due_at)}
        if self.kind == "checks_pending":
            return {"kind": "next", "text": "Wait for the checks", "who": "Integration", "at": utc(self.deadline)}
        if self._approval().state == "rejected":
            return {"kind": "next", "text": "Change the document, or ask again with what is new", "who": ", ".join(self.requester_ids.mapped("name"))}
        return {"kind": "next", "text": "Release it", "who": self.role_id.full_name or ""}


class GatehouseDocumentMixin(models.AbstractModel):
    _name = "gatehouse.document.mixin"
    _inherit = ["gatehouse.document.mixin", "gatehouse.summary.mixin"]

    @api.model
    def _gatehouse_waiting_documents(self):
        holds = self.env["gatehouse.hold"].sudo().search([("res_model", "=", self._name), ("state", "=", "open")])
        return self.browse(set(holds.mapped("res_id"))).exists()

    def _gatehouse_shows_summary(self):
        return bool(self.env["gatehouse.hold"]._open_on(self._name, self.ids))

    def _gatehouse_summary_case(self):
        Hold = self.env["gatehouse.hold"]
        open_ones = Hold._open_on(self._name, self.ids).sorted("id")
        closed = Hold.search([("res_model", "=", self._name), ("res_id", "=", self.id), ("state", "!=", "open")], limit=MOST_HISTORY)
        holds = open_ones | closed
        facts = [self._summary_amount()]
        facts += [fact for hold in open_ones for fact in hold._summary_facts()]
        facts += self.env["gatehouse.check"]._summary_facts(self._name, self.id)
        facts += sorted((fact for hold in holds for fact in hold._summary_history()), key=lambda fact: fact["at"])
        facts += [hold._summary_next() for hold in open_ones]
        people = holds.requester_ids | holds.released_by | holds.approval_ids.requested_by | holds.approval_ids.step_ids.decided_by
        return {
            "subject": "order", "name": self.name or "", "party": self.partner_id.display_name or "",
            "state": dict(self._fields["state"]._description_selection(self.env)).get(self.state, ""),
            "names": sorted({self.partner_id.display_name or "", *people.mapped("name")} - {""}), "facts": facts,
        }  # fmt: skip

    def _summary_amount(self):
        return {"kind": "amount", "label": "Untaxed total", "value": f"{self.amount_untaxed:,.2f}", "unit": self.currency_id.name}


class GatehouseCheck(models.Model):
    _inherit = "gatehouse.check"

    @api.model
    def _summary_facts(self, model, number):
        """The answers to the document's last question."""
        last = self.search([("res_model", "=", model), ("res_id", "=", number)], limit=1)
        checks = self.search([("event_id", "=", last.event_id.id)], order="id") if last else self
        return [
            {"kind": "check", "label": check.code.replace("_", " "), "at": "",
             "text": "; ".join((check.reason_text or check.verdict or "").split("\n")) + (f" ({check.model})" if check.model else "")}
            for check in checks
        ]  # fmt: skip


class GatehouseApprovalStep(models.Model):
    _name = "gatehouse.approval.step"
    _inherit = ["gatehouse.approval.step", "gatehouse.summary.mixin"]

    @api.model
    def _gatehouse_waiting_documents(self):
        return self.search([("state", "=", "open")])

    def _gatehouse_shows_summary(self):
        return self.state == "open"

    def _gatehouse_summary_case(self):
        approval, hold = self.approval_id, self.approval_id.hold_id
        steps = approval.step_ids
        place = next(number for number, step in enumerate(steps, 1) if step == self)
        facts = [{"kind": "amount", "label": "Amount", "value": f"{approval.amount:,.2f}", "unit": approval.currency_id.name}]
        facts += hold._summary_facts()
        facts += self.env["gatehouse.check"]._summary_facts(approval.res_model, approval.res_id)
        facts += hold._summary_history()
        facts.append({"kind": "next", "text": "Approve, reject or ask", "who": self.role_id.full_name, "at": utc(self.due_at)})
        people = approval.requester_ids | approval.requested_by | steps.decided_by
        return {
            "subject": "approval", "name": approval.res_name or "", "party": approval.partner_name or "",
            "state": f"signature {place} of {len(steps)}",
            "names": sorted({approval.partner_name or "", *people.mapped("name")} - {""}), "facts": facts,
        }  # fmt: skip
