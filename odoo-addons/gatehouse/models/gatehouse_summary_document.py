from odoo import api, models

from .gatehouse_summary import utc

#: closed holds that the history names, the newest
MOST_HISTORY = 10


class GatehouseHold(models.Model):
    """What a hold adds to a summary: itself, its limit, what happened to it, what is next."""

    _inherit = "gatehouse.hold"

    @api.model
    def _summarized(self, model, ids):
        """{document id: (its open holds, its newest closed ones)}."""
        of_all = self.search([("res_model", "=", model), ("res_id", "in", list(ids))], order="id")
        approvals = of_all.approval_ids
        # read for all at once: what is picked out below is read by itself
        (of_all.role_id | approvals.step_ids.role_id).mapped("full_name")
        (of_all.requester_ids | approvals.requested_by | approvals.step_ids.decided_by).mapped("name")
        of, found = of_all.grouped("res_id"), {}
        for number in ids:
            holds = of.get(number, self.browse())
            open_ones = holds.filtered(lambda hold: hold.state == "open")
            found[number] = open_ones, (holds - open_ones).sorted("id", reverse=True)[:MOST_HISTORY]
        return found

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

    def _gatehouse_summary_cases(self):
        holds = self.env["gatehouse.hold"]._summarized(self._name, self.ids)
        checks = self.env["gatehouse.check"]._summary_facts(self._name, self.ids)
        return {document.id: document._summary_case(*holds[document.id], checks[document.id]) for document in self}

    def _summary_case(self, open_ones, closed, checks):
        holds = open_ones | closed
        facts = [self._summary_amount()]
        facts += [fact for hold in open_ones for fact in hold._summary_facts()]
        facts += checks
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
    def _summary_facts(self, model, ids):
        """{document id: the answers to its last question}."""
        on = [("res_model", "=", model), ("res_id", "in", list(ids))]
        last = self.browse([number for _id, number in self._read_group(on, ["res_id"], ["id:max"])])
        facts = {number: [] for number in ids}
        for check in self.search([*on, ("event_id", "in", last.event_id.ids)], order="id"):
            said = "; ".join((check.reason_text or check.verdict or "").split("\n")) + (f" ({check.model})" if check.model else "")
            facts[check.res_id].append({"kind": "check", "label": check.code.replace("_", " "), "at": "", "text": said})
        return facts


class GatehouseApprovalStep(models.Model):
    _name = "gatehouse.approval.step"
    _inherit = ["gatehouse.approval.step", "gatehouse.summary.mixin"]

    @api.model
    def _gatehouse_waiting_documents(self):
        return self.search([("state", "=", "open")])

    def _gatehouse_shows_summary(self):
        return self.state == "open"

    def _gatehouse_summary_cases(self):
        checks = {}
        for model, approvals in self.approval_id.grouped("res_model").items():
            of = self.env["gatehouse.check"]._summary_facts(model, set(approvals.mapped("res_id")))
            checks.update({(model, number): facts for number, facts in of.items()})
        return {step.id: step._summary_case(checks[step.approval_id.res_model, step.approval_id.res_id]) for step in self}

    def _summary_case(self, checks):
        approval, hold = self.approval_id, self.approval_id.hold_id
        steps = approval.step_ids
        place = next(number for number, step in enumerate(steps, 1) if step == self)
        facts = [{"kind": "amount", "label": "Amount", "value": f"{approval.amount:,.2f}", "unit": approval.currency_id.name}]
        facts += hold._summary_facts()
        facts += [dict(fact) for fact in checks]  # two steps of one approval number theirs
        facts += hold._summary_history()
        facts.append({"kind": "next", "text": "Approve, reject or ask", "who": self.role_id.full_name, "at": utc(self.due_at)})
        people = approval.requester_ids | approval.requested_by | steps.decided_by
        return {
            "subject": "approval", "name": approval.res_name or "", "party": approval.partner_name or "",
            "state": f"signature {place} of {len(steps)}",
            "names": sorted({approval.partner_name or "", *people.mapped("name")} - {""}), "facts": facts,
        }  # fmt: skip
