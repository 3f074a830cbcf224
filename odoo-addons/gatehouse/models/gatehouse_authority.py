from odoo import api, fields, models
from odoo.exceptions import AccessError

from .gatehouse_policy import SCOPE_FIELDS

READERS = ("group_approver", "group_policy_author", "group_governance_board", "group_auditor")
#: pairs of duties that are refused to one person
APART = (
    ("gatehouse.group_policy_author", "gatehouse.group_governance_board"),
    ("gatehouse.group_break_glass", "gatehouse.group_governance_board"),
)
#: pairs of groups that nobody should have; what was given past Odoo's methods, or before it was refused, is listed
CONFLICTS = (
    *APART,
    ("gatehouse.group_bot", "gatehouse.group_approver"),
    ("gatehouse.group_bot", "gatehouse.group_policy_author"),
    ("gatehouse.group_bot", "gatehouse.group_governance_board"),
    ("gatehouse.group_bot", "gatehouse.group_break_glass"),
)


class GatehouseAuthority(models.AbstractModel):
    """Who may decide what, up to which value, where and how, and for whom: from the active policies and delegations, on one page to print."""

    _name = "report.gatehouse.authority"
    _description = "Authority matrix"

    @api.model
    def matrix(self):
        """{"policies": [{"control", "name", "mode", "where", "rows", "terms"}], "delegations": [row], "conflicts": [text]}

        A policy's rows are {"above", "up_to", "outcome", "role", "people", "channel"}; its terms are texts about caps and clocks.
        """
        if not any(self.env.user.has_group(f"gatehouse.{name}") for name in READERS):
            raise AccessError(self.env._("Your role does not read the authority matrix."))
        policies = self.env["gatehouse.policy"].search([("state", "=", "active"), ("mode", "!=", "off")])
        labels = dict(policies._fields["control"]._description_selection(self.env))
        conflicts = [*self._conflicts(), *self._author_conflicts(policies), *self._alone(policies)]
        return {
            "policies": [self._policy(policy, labels) for policy in policies],
            "delegations": [self._delegation(edge) for edge in self._delegations()],
            "conflicts": conflicts,
        }

    def _policy(self, policy, labels):
        return {
            "control": labels.get(policy.control, policy.control),
            "name": policy.name,
            "version": policy.version,
            "mode": policy.mode,
            "where": self._where(policy),
            "rows": self._rows_of(policy),
            "terms": self._terms(policy.sudo()),
        }

    def _where(self, policy):
        """The scope in words; a business unit and a channel are names alone, so it says what they are."""
        parts = []
        for name in SCOPE_FIELDS:
            if value := policy[name]:
                label = policy._fields[name].get_description(self.env)["string"].lower()
                parts.append(f"{label} {value}" if isinstance(value, str) else value.display_name)
        return ", ".join(parts) or self.env._("everywhere")

    def _rows_of(self, policy):
        """Who decides what the bands stop, and what a check from outside stops."""
        outcomes = dict(policy.band_ids._fields["outcome"]._description_selection(self.env))
        above, rows = 0.0, []
        for band in policy.sudo().band_ids.sorted(lambda band: (not band.up_to, band.up_to)):
            decided = self._decided_by(band.role_id, policy.company_id, band.outcome)
            rows.append({"above": above, "up_to": band.up_to or None, "outcome": outcomes[band.outcome], **decided})
            above = band.up_to
        for check in policy.sudo().check_ids:
            operator = dict(check._fields["operator"]._description_selection(self.env))[check.operator]
            text = self.env._(
                "Held unless %(measure)s of %(check)s is %(operator)s %(threshold)s",
                measure=check.measure, check=check.code, operator=operator, threshold=f"{check.threshold:,g}",
            )  # fmt: skip
            rows.append({"above": None, "up_to": None, "outcome": text, **self._decided_by(check.role_id, policy.company_id, "review")})
        return rows

    def _decided_by(self, role, company, outcome):
        """{"role", "people", "channel"}: who decides, and where he does it."""
        people = self._members(role, company) if role else role.all_user_ids
        channel = ""
        if role and outcome == "auto":
            channel = self.env._("rule; looked at on screen")
        elif role and outcome == "review":
            channel = self.env._("screen, mail link") if any(map(self._gets_link, people)) else self.env._("screen")
        return {"role": role.full_name or "", "people": self._names(people) if role else "", "channel": channel}

    @staticmethod
    def _gets_link(user):
        """Whether somebody is told by mail, whose link leads to the decision; others read it in Odoo."""
        return bool(user.email) and user.notification_type == "email"

    def _names(self, people):
        names = [user.name if self._gets_link(user) else self.env._("%s (screen only)", user.name) for user in people]
        return ", ".join(sorted(names)) or self.env._("nobody")

    def _terms(self, policy):
        """Texts: what break-glass and approval by rule are bound to, and whom a late decision comes to."""
        terms = []
        if cap := policy.break_glass_cap:
            people = self._names(self._members(self.env.ref("gatehouse.group_break_glass").sudo(), policy.company_id))
            terms.append(self.env._("Break-glass up to %(cap)s: %(people)s", cap=f"{cap:,.2f}", people=people))
        else:
            terms.append(self.env._("No break-glass"))
        if by_rule := policy.band_ids.filtered(lambda band: band.outcome == "auto"):
            bound = max(by_rule.mapped("up_to")) if all(by_rule.mapped("up_to")) else None
            terms.append(
                self.env._("Approval by rule is suspended: a person decides")
                if policy.auto_suspended
                else self.env._(
                    "Approved by rule up to %(bound)s: one in %(sample)s is looked at, more than %(wrong)s %% wrong suspend it",
                    bound=self.env._("any value") if bound is None else f"{bound:,.10g}",
                    sample=max(1, policy.auto_sample), wrong=f"{policy.auto_override_bound:g}",
                )  # fmt: skip
            )
        if self._roles_of(policy):
            role = policy.escalate_role_id or self.env.ref("gatehouse.group_operations_manager").sudo()
            remind, late = policy.remind_hours or 4.0, policy.escalate_hours or 8.0
            terms.append(
                self.env._(
                    "Reminder after %(remind)s business hours; after %(late)s also %(role)s: %(people)s",
                    remind=f"{min(remind, late):g}", late=f"{late:g}", role=role.full_name,
                    people=self._names(self._members(role, policy.company_id)),
                )  # fmt: skip
            )
        return terms

    def _delegations(self):
        """Those in force today, of the companies that are looked at."""
        return self.env["gatehouse.delegation"]._today().filtered(
            lambda edge: not edge.company_id or edge.company_id in self.env.companies
        )

    def _delegation(self, edge):
        """For whom, to whom, until when and for what; why somebody is away is nobody's business here."""
        scope = [
            edge.role_id.full_name or self.env._("every role"),
            edge.company_id.name or self.env._("every company"),
            self.env._("up to %(amount)s %(currency)s", amount=f"{edge.max_amount:,.2f}", currency=edge.currency_id.name)
            if edge.max_amount
            else self.env._("any amount"),
        ]
        if edge.step_id:
            scope = [self.env._("only %s", edge.step_id.res_name)]
        return {
            "principal": edge.principal_id.name,
            "delegate": edge.delegate_id.name,
            "date_from": edge.date_from,
            "date_to": edge.date_to,
            "scope": ", ".join(scope),
        }

    def _conflicts(self):
        found = []
        for first, second in CONFLICTS:
            groups = self.env.ref(first).sudo(), self.env.ref(second).sudo()
            both = (groups[0].all_user_ids & groups[1].all_user_ids).filtered(lambda user: user.active and user.id != 1)
            for user in both:
                found.append(
                    self.env._(
                        "%(who)s has both %(one)s and %(other)s",
                        who=user.name, one=groups[0].full_name, other=groups[1].full_name,
                    )
                )  # fmt: skip
        return found

    def _roles_of(self, policy):
        bands = policy.sudo().band_ids.filtered(lambda band: band.outcome in ("review", "auto"))
        return bands.role_id | policy.sudo().check_ids.role_id

    def _members(self, role, company):
        people = role.sudo().all_user_ids.filtered(lambda user: user.active and user.id != 1)
        return people.filtered(lambda user: company in user.company_ids) if company else people

    def _author_conflicts(self, policies):
        """Who approves by a rule that he wrote himself; refused where the policy says so."""
        found = []
        for policy in policies.sudo():
            both = policy.author_ids & self.env["res.users"].union(
                *(self._members(role, policy.company_id) for role in self._roles_of(policy))
            )
            for user in both:
                text = (
                    self.env._('%(who)s wrote "%(policy)s" and is refused to approve by it', who=user.name, policy=policy.name)
                    if policy.separate_author
                    else self.env._('%(who)s wrote "%(policy)s" and may approve by it', who=user.name, policy=policy.name)
                )
                found.append(text)
        return found

    def _alone(self, policies):
        """Who is the only one of a role: what he asks for himself, nobody can sign."""
        found = []
        for company in self.env["res.company"].sudo().search([]):
            mine = policies.filtered(lambda policy, company=company: policy.company_id in (company, company.browse()))
            for role in self.env["res.groups"].sudo().union(*(self._roles_of(policy) for policy in mine)):
                people = self._members(role, company)
                if len(people) == 1:
                    found.append(
                        self.env._(
                            "%(who)s is the only %(role)s in %(company)s: what he asks for himself, nobody can sign",
                            who=people.name, role=role.full_name, company=company.name,
                        )
                    )  # fmt: skip
        return found

    @api.model
    def _get_report_values(self, docids, data=None):
        return {"doc_ids": docids or [], "docs": [], **self.matrix(), "company": self.env.company, "today": fields.Date.context_today(self)}
