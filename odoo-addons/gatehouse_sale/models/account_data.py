from odoo import Command, api, fields, models, tools
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

    def _gatehouse_account_news(self, attributes, observed_at):
        """What of an answer is new: values to write. What was observed before the last change says nothing."""
        if self.gatehouse_account_at and observed_at < self.gatehouse_account_at:
            return {}
        said = {field: attributes[name].strip()[:LONGEST] for name, field in KNOWN.items() if isinstance(attributes.get(name), str)}
        news = {field: value for field, value in said.items() if value and value != self[field]}
        tags = self.env["res.partner.category"]._gatehouse_account_commands(self, {name: news.get(name, self[name]) for name in KNOWN.values()})
        return {**news, **({"gatehouse_account_at": observed_at} if news else {}), **({"category_id": tags} if tags else {})}


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    gatehouse_account = fields.Selection(
        [("tier", "Tier"), ("segment", "Segment")],
        "Given by account data",
        groups="gatehouse.group_policy_author,base.group_system",
        help="Customers whose tier or segment is called like this tag get it with the check of an order, and lose it when they are called "
        "otherwise. A policy for the tag applies to them.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if not vals.keys().isdisjoint(("name", "active", "gatehouse_account")):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _gatehouse_account_tags(self):
        """(id, the customer's field, what it is called there) of each tag that account data gives; read once for all orders."""
        tags = self.sudo().with_context(lang=None).search([("gatehouse_account", "!=", False)])
        return tuple((tag.id, KNOWN[tag.gatehouse_account], (tag.name or "").strip().casefold()) for tag in tags)

    @api.model
    def _gatehouse_account_commands(self, partner, called):
        """What links a customer to the tags that he is called by, and takes the others of them off him."""
        tags = self._gatehouse_account_tags()
        own = set(partner.with_context(active_test=False).category_id.ids) if tags else set()
        wanted = {number: called[field] and called[field].casefold() == name for number, field, name in tags}
        return [
            Command.link(number) if wanted[number] else Command.unlink(number) for number in wanted if wanted[number] != (number in own)
        ]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _gatehouse_settled(self, event):
        """Takes over what the account master answered; the checks are kept whatever comes of it."""
        check = event.check_ids.filtered(lambda row: row.code == CHECK and row.available)
        customer = self.partner_id.commercial_partner_id
        news = customer._gatehouse_account_news(check.attributes or {}, check.observed_at) if check and customer else {}
        if not news:
            return
        try:
            with self.env.cr.savepoint():
                customer.write(news)
        except UserError as error:
            self.env["gatehouse.exception"]._open(
                f"account:{customer.id}", "reconciliation", self.env._("Tier and segment of %s could not be kept", customer.display_name),
                detail=self.env._(
                    "%(why)s\nMend the tag or the customer; the check of his next order tries again.", why=str(error)),
                res_model=customer._name, res_id=customer.id, company_id=event.company_id.id,
            )  # fmt: skip
