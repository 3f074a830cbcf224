from odoo import api, models
from odoo.exceptions import AccessError

READERS = ("group_approver", "group_policy_author", "group_governance_board", "group_auditor")
#: pairs of groups that one person should not have
CONFLICTS = (
    ("gatehouse.group_policy_author", "gatehouse.group_governance_board"),
    ("gatehouse.group_break_glass", "gatehouse.group_governance_board"),
    ("gatehouse.group_bot", "gatehouse.group_approver"),
    ("gatehouse.group_bot", "gatehouse.group_policy_author"),
    ("gatehouse.group_bot", "gatehouse.group_governance_board"),
    ("gatehouse.group_bot", "gatehouse.group_break_glass"),
)


class GatehouseAuthority(models.AbstractModel):
    """Who may decide what, up to which value, where: from the active policies, on one page to print."""

    _name = "report.gatehouse.authority"
    _description = "Authority matrix"

    @api.model
    def matrix(self):
        """{"rows": [{"control", "policy", "where", "above", "up_to", "outcome", "role", "people"}], "conflicts": [text]}"""
        if not any(self.env.user.has_group(f"gatehouse.{name}") for name in READERS):
            raise AccessError(self.env._("Your role does not read the authority matrix."))
        policies = self.env["gatehouse.policy"].search([("state", "=", "active"), ("mode", "!=", "off")])
        labels = dict(policies._fields["control"]._description_selection(self.env))
        rows = [row for policy in policies for row in self._rows_of(policy, labels)]
        conflicts = [*self._conflicts(), *self._author_conflicts(policies), *self._alone(policies)]
        return {"rows": rows, "conflicts": conflicts}

    def _rows_of(self, policy, labels):
        outcomes = dict(policy.band_ids._fields["outcome"]._description_selection(self.env))
        where = [
            policy[name].display_name
            for name in ("company_id", "warehouse_id", "team_id", "product_category_id", "partner_tag_id", "country_id")
            if policy[name]
        ]
        above, rows = 0.0, []
        for band in policy.sudo().band_ids.sorted(lambda band: (not band.up_to, band.up_to)):
            rows.append(
                {
                    "control": labels.get(policy.control, policy.control),
                    "policy": f"{policy.name} (version {policy.version})",
                    "mode": policy.mode,
                    "where": ", ".join(where) or self.env._("everywhere"),
                    "above": above,
                    "up_to": band.up_to or None,
                    "outcome": outcomes[band.outcome],
                    "role": band.role_id.full_name or "",
                    "people": self._people(band.role_id, policy.company_id) if band.role_id else "",
                }
            )
            above = band.up_to
        return rows

    def _people(self, role, company):
        people = role.all_user_ids.filtered(lambda user: user.active and user.id != 1)
        if company:
            people = people.filtered(lambda user: company in user.company_ids)
        return ", ".join(sorted(people.mapped("name"))) or self.env._("nobody")

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
        people = role.all_user_ids.filtered(lambda user: user.active and user.id != 1)
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
        return {"doc_ids": docids or [], "docs": [], **self.matrix(), "company": self.env.company}
