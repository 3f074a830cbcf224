from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

CHECK = "account_data"
#: {attribute of the check: field of the customer}
KNOWN = {"tier": "gatehouse_tier", "segment": "gatehouse_segment"}
LONGEST = 100


class ResPartner(models.Model):
    """What the account master calls a customer. Nobody writes it by hand: it comes with the check of an order."""

    _inherit = "res.partner"

    gatehouse_tier = fields.Char("Tier", readonly=True, copy=False, tracking=True, help="As the account master says.")
    gatehouse_segment = fields.Char("Segment", readonly=True, copy=False, tracking=True, help="As the account master says.")
    gatehouse_account_at = fields.Datetime("Tier and segment since", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._gatehouse_require_account_master(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._gatehouse_require_account_master(vals)
        return super().write(vals)

    def _gatehouse_require_account_master(self, vals):
        if not self.env.su and not vals.keys().isdisjoint((*KNOWN.values(), "gatehouse_account_at")):
            raise AccessError(self.env._("Tier and segment come from the account master, with the check of an order."))

    def _gatehouse_take_account_data(self, attributes, observed_at):
        """Keep what is new and put the customer on its tags. What was observed before the last change says nothing."""
        self.ensure_one()
        said = {name: attributes[name].strip()[:LONGEST] for name in KNOWN if isinstance(attributes.get(name), str)}
        new = {KNOWN[name]: value for name, value in said.items() if value and value != self[KNOWN[name]]}
        if self.gatehouse_account_at and observed_at < self.gatehouse_account_at:
            return
        if new:
            self.write({**new, "gatehouse_account_at": observed_at})
        commands = self.env["res.partner.category"]._gatehouse_account_commands(self)
        if commands:
            self.write({"category_id": commands})


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    gatehouse_account = fields.Selection(
        [("tier", "Tier"), ("segment", "Segment")],
        "Given by account data",
        groups="gatehouse.group_policy_author,base.group_system",
        help="Customers whose tier or segment is called like this tag get it with the check of an order, and lose it when they are called "
        "otherwise. A policy for the tag applies to them.",
    )

    @api.model
    def _gatehouse_account_commands(self, partner):
        """What links a customer to the tags of his tier and segment, and takes those of another one off him."""
        own = partner.with_context(active_test=False).category_id
        commands = []
        for tag in self.sudo().with_context(lang=None).search([("gatehouse_account", "!=", False)]):
            value = partner[KNOWN[tag.gatehouse_account]]
            wanted = bool(value) and value.casefold() == (tag.name or "").strip().casefold()
            if wanted != (tag in own):
                commands.append(fields.Command.link(tag.id) if wanted else fields.Command.unlink(tag.id))
        return commands


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _gatehouse_settled(self, event):
        """Takes over what the account master answered; the checks are kept whatever comes of it."""
        check = event.check_ids.filtered(lambda row: row.code == CHECK and row.available)
        customer = self.partner_id.commercial_partner_id
        if not check or not customer:
            return
        try:
            with self.env.cr.savepoint():
                customer._gatehouse_take_account_data(check.attributes or {}, check.observed_at)
        except UserError as error:
            self.env["gatehouse.exception"]._open(
                f"account:{customer.id}", "reconciliation", self.env._("Tier and segment of %s could not be kept", customer.display_name),
                detail=self.env._(
                    "%(why)s\nMend the tag or the customer; the check of his next order tries again.", why=str(error)),
                res_model=customer._name, res_id=customer.id, company_id=event.company_id.id,
            )  # fmt: skip
