import hashlib
import json

from odoo import api, models
from odoo.exceptions import UserError


class GatehouseGateMixin(models.AbstractModel):
    """Decides by the bands of the active policies, before a document's transition.

    A model implements the hooks and calls, around its own transition, `_gatehouse_hold_back()` in
    the button's method, `_gatehouse_gate()` before the write and `_gatehouse_passed()` after it.
    """

    _name = "gatehouse.gate.mixin"
    _description = "Gate before a transition"

    # -- hooks ---------------------------------------------------------------------------------
    def _gatehouse_controls(self):
        """Controls with bands, judged by `_gatehouse_value` before the transition."""
        return []

    def _gatehouse_check_control(self):
        """The control whose policy names the checks expected from outside."""
        return None

    def _gatehouse_value(self, control, policy):
        """(value, text for people) that the bands of a control judge; None when it says nothing about this document.

        :param policy: the compiled policy that applies, for controls with settings of their own
        """
        raise NotImplementedError

    def _gatehouse_amount(self):
        """Untaxed amount in company currency: routes approvals, sorts queues, limits delegations."""
        self.ensure_one()
        if "amount_untaxed" not in self._fields:
            return 0.0
        return self.currency_id._convert(
            self.amount_untaxed, self.company_id.currency_id, self.company_id, self._gatehouse_priced_at()
        )

    def _gatehouse_measured_by(self, control):
        """Names of a policy's settings that change a control's value; None where any may."""
        return None

    def _gatehouse_event_data(self):
        """`data` of the document's events."""
        raise NotImplementedError

    def _gatehouse_material(self):
        """Plain values whose change makes an approval worthless."""
        raise NotImplementedError

    def _gatehouse_goods_block(self):
        """Which movement of goods its holds block: ship or receive."""
        return "ship"

    def _gatehouse_location(self):
        """Opaque name of the place the event belongs to."""
        return None

    def _gatehouse_resume(self):
        """Go on with the transition after the last release."""
        raise NotImplementedError

    def _gatehouse_is_confirmed(self):
        """True past the transition that the gate guards."""
        return self.state in ("sale", "purchase", "done")

    def _gatehouse_terms(self):
        """{line id: (product, quantity, net price)}, to see whether an edit asks for more."""
        raise NotImplementedError

    def _gatehouse_head(self):
        """(ids that an edit may not change unseen, days until payment, of which it may not give more), of the header."""
        return (self.partner_id.id,), 0

    def _gatehouse_asks_more(self, before, after):
        """True when a line's (product, quantity, net price) needs another decision than before; None where there is no such line."""
        return after != before

    def _gatehouse_goods_gone(self):
        """True once goods moved, so that a hold could not stop them any more."""
        return False

    # -- deciding ------------------------------------------------------------------------------
    def _gatehouse_material_hash(self):
        self.ensure_one()
        text = json.dumps(self._gatehouse_material(), sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _gatehouse_decide(self):
        """{document id: {"hash", "policies", "bands": [verdict of each control], "memory": what was looked up for them}}.

        The button and the write behind it ask in the same transaction: the second answer comes
        from memory as long as nothing material changed.
        """
        memory = self.env.cr.precommit.data.setdefault("gatehouse.decide", {})
        result, todo = {}, {}
        for document in self.sudo():
            material_hash = document._gatehouse_material_hash()
            known = memory.get((self._name, document.id))
            if known and known["hash"] == material_hash:
                result[document.id] = known
            else:
                todo[document.id] = material_hash
        if todo:
            shared = {}
            documents = self.sudo().browse(todo)._gatehouse_together(shared)
            policies = documents._gatehouse_policies()
            for document in documents:
                decided = {
                    "hash": todo[document.id],
                    "policies": policies[document.id],
                    "bands": document._gatehouse_signed_by_people(document._gatehouse_judge_bands(policies[document.id])),
                    "memory": shared,
                }
                result[document.id] = memory[self._name, document.id] = decided
        return result

    def _gatehouse_policies(self):
        """{document id: {control: the compiled policy that applies}}"""
        controls = [*self._gatehouse_controls(), self._gatehouse_check_control()] if self else []
        scopes = {document.id: document._gatehouse_scope() for document in self}
        return self.env["gatehouse.policy"].sudo()._match(scopes, list(filter(None, controls)))

    def _gatehouse_forget(self):
        """Decide anew in this transaction: other policies may apply, though nothing material changed."""
        memory = self.env.cr.precommit.data.get("gatehouse.decide", {})
        for document in self:
            memory.pop((self._name, document.id), None)

    def _gatehouse_judge_bands(self, policies):
        verdicts = []
        for control in self._gatehouse_controls():
            policy = policies.get(control)
            if not policy:
                continue
            judged = self._gatehouse_value(control, policy)
            if judged is not None:
                verdicts.append(self._gatehouse_verdict(control, policy, *judged))
        return verdicts

    @api.model
    def _gatehouse_verdict(self, control, policy, value, text):
        """What the bands of a compiled policy say of a value."""
        Policy = self.env["gatehouse.policy"]
        outcome, limit, role_id = Policy._judge_band(policy, value)
        return {
            "control": control,
            "outcome": outcome,
            "value": value,
            "limit": limit,
            "text": text,
            "role_id": role_id,
            "role_ids": Policy._judge_roles(policy, value),
            "policy": policy["id"],
            "policy_name": policy["name"],
            "version": policy["version"],
            "mode": policy["mode"],
            "manual_procedure": policy.get("manual_procedure", ""),
            "break_glass_cap": policy.get("break_glass_cap") or 0.0,
            "auto_sample": max(1, policy.get("auto_sample") or 1),
        }

    def _gatehouse_log_verdicts(self, action):
        """What each control said of documents that pass, observed or enforced: the switch-over counts it."""
        decided = self._gatehouse_decide()
        self.env["gatehouse.decision"]._append_many(
            [
                (action, document, {"material_hash": decided[document.id]["hash"], "controls": self._gatehouse_logged(bands)})
                for document in self
                if (bands := decided[document.id]["bands"])
            ]
        )

    @api.model
    def _gatehouse_logged(self, verdicts):
        """Of verdicts what the log keeps."""
        keys = ("control", "outcome", "value", "limit", "policy", "version", "mode")
        return [{key: verdict[key] for key in keys} for verdict in verdicts]

    def _gatehouse_enforced(self, decided, outcome):
        return [
            verdict
            for verdict in decided["bands"]
            if verdict["mode"] == "enforcing" and verdict["outcome"] == outcome
        ]

    def _gatehouse_uncovered(self, decided):
        """Enforced reviews that nobody released yet for exactly this material."""
        self.ensure_one()
        return self._gatehouse_not_passed(decided, self._gatehouse_enforced(decided, "review"), ("review", "break_glass"))

    def _gatehouse_not_passed(self, decided, verdicts, kinds):
        """The verdicts that no released hold of these kinds covers: same control, policy version and material."""
        if not verdicts:
            return []
        signed = self._gatehouse_signed([verdict["control"] for verdict in verdicts], decided["hash"], kinds)
        covered = {(hold.control, hold.policy_id.id, hold.policy_version) for hold in signed}
        return [v for v in verdicts if (v["control"], v["policy"], v["version"]) not in covered]

    def _gatehouse_signed(self, controls, material_hash, kinds):
        """Holds of these kinds that people released for exactly this material.

        Not a review that was released because its cause went away: it says nothing of the day when that comes back.
        """
        return self.env["gatehouse.hold"].sudo().search(
            [
                ("res_model", "=", self._name), ("res_id", "=", self.id), ("state", "=", "released"), ("kind", "in", kinds),
                ("control", "in", controls), ("material_hash", "=", material_hash),
                "|", ("kind", "!=", "review"), ("approval_ids.state", "=", "approved"),
            ]
        )  # fmt: skip

    def _gatehouse_refuse_forbidden(self, decided):
        forbidden = self._gatehouse_enforced(decided, "forbid")
        for verdict in self._gatehouse_not_passed(decided, forbidden, ("break_glass",)):
            raise UserError(self._gatehouse_refusal(verdict, self.env._("is forbidden")))

    def _gatehouse_refusal(self, verdict, what):
        message = self.env._(
            '%(document)s %(what)s by the policy "%(policy)s" (version %(version)s): %(text)s; the limit is %(limit)s.',
            document=self.sudo().display_name,
            what=what,
            policy=verdict["policy_name"],
            version=verdict["version"],
            text=verdict["text"],
            limit=f"{verdict['limit']:g}" if verdict["limit"] is not None else "0",
        )
        advice = verdict["manual_procedure"] or self.env._(
            "Bring it below the limit, or ask the policy's owner."
        )
        return f"{message}\n{advice}"

    # -- the gate ------------------------------------------------------------------------------
    def _gatehouse_hold_back(self):
        """For the button: place the holds a review needs and return the documents that must wait."""
        waiting = self.browse()
        decided = self._gatehouse_decide()
        for document in self:
            document._gatehouse_refuse_forbidden(decided[document.id])
            reviews = document._gatehouse_uncovered(decided[document.id])
            if reviews:
                document._gatehouse_place_reviews(reviews, "confirm", decided[document.id]["hash"])
            if reviews or self.env["gatehouse.hold"]._open_on(self._name, document.ids, "confirm"):
                waiting |= document
        return waiting

    def _gatehouse_gate(self):
        """For the write, before it happens: no path and no user goes past it."""
        decided = self._gatehouse_decide()
        open_holds = self.env["gatehouse.hold"]._open_on(self._name, self.ids, "confirm")
        for document in self:
            document._gatehouse_refuse_forbidden(decided[document.id])
            for verdict in document._gatehouse_uncovered(decided[document.id]):
                raise UserError(document._gatehouse_refusal(verdict, self.env._("needs a review")))
            for hold in open_holds.filtered(lambda hold: hold.res_id == document.id):
                raise UserError(hold._sentence())

    def _gatehouse_place_reviews(self, verdicts, blocks, material_hash):
        """One review hold a control; an open one for the same material stays as it is."""
        self.ensure_one()
        Hold = self.env["gatehouse.hold"]
        present = Hold._open_on(self._name, self.ids, blocks)
        for verdict in verdicts:
            same = present._of_control(verdict["control"], verdict["policy"]).filtered(lambda hold: hold.kind == "review")
            if same.filtered(lambda hold: hold.material_hash == material_hash):
                continue
            if same:
                same._close("voided", self.env._("The document was changed"))
            hold = Hold._place(
                self,
                verdict["control"],
                "review",
                blocks,
                policy_id=verdict["policy"],
                policy_version=verdict["version"],
                role_ids=verdict["role_ids"],
                material_hash=material_hash,
                amount=verdict["value"],
                reasons=[{"code": verdict["control"], "text": verdict["text"]}],
            )
            self.env["gatehouse.decision"]._append(
                "review_requested",
                self,
                control=verdict["control"],
                policy=verdict["policy"],
                policy_version=verdict["version"],
                material_hash=material_hash,
                hold=hold.id,
                text=verdict["text"],
            )
