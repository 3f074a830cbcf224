from contextlib import ExitStack, contextmanager

from odoo import Command, api, models
from odoo.exceptions import UserError

from ..tools.watch import Moving


class GatehouseDocumentMixin(models.AbstractModel):
    """An order that is underway and comes under another policy: it is judged by that too, and nothing is freed by it."""

    _inherit = "gatehouse.document.mixin"

    def _gatehouse_moving(self, refuse=True):
        """Context manager around a change of where documents belong.

        :param refuse: whether what the new policy forbids refuses the change; else the operations manager decides
        """
        return Moving(self, refuse)

    def _gatehouse_moved(self, before, refuse):
        """Judge those that another policy applies to than `before`, as `_gatehouse_policies` answered it."""
        self._gatehouse_forget()
        after = self._gatehouse_policies()
        for document in self:
            known = before.get(document.id, {})
            other = {control for control, policy in after[document.id].items() if policy["id"] != known.get(control, {}).get("id")}
            if other and not document._gatehouse_finished():
                document._gatehouse_judge_there(other, refuse)

    def _gatehouse_finished(self):
        """Whether all its transfers are done or cancelled, so that no hold stops anything of it."""
        states = set(self.sudo()._gatehouse_pickings().mapped("state"))
        return bool(states) and states <= {"done", "cancel"}

    def _gatehouse_judge_there(self, controls, refuse):
        """Hold the goods of a document that is confirmed where these controls, under their new policies, want a review."""
        decided = self._gatehouse_decide()[self.id]
        there = {**decided, "bands": [verdict for verdict in decided["bands"] if verdict["control"] in controls]}
        stopped = self._gatehouse_uncovered(there)
        if refuse:
            self._gatehouse_refuse_forbidden(there)
        else:
            stopped += self._gatehouse_not_passed(there, self._gatehouse_enforced(there, "forbid"), ("break_glass",))
        self.env["gatehouse.decision"]._append(
            "moved", self, material_hash=decided["hash"], controls=self._gatehouse_logged(there["bands"])
        )
        self._gatehouse_place_reviews(stopped, self._gatehouse_goods_block(), decided["hash"])
        if self._gatehouse_check_control() in controls:
            self._gatehouse_request_checks("recheck_requested", decided)


class GatehousePlaceMixin(models.AbstractModel):
    """A record that says which policies apply to orders, such as their customer: those underway are judged again when it changes."""

    _name = "gatehouse.place.mixin"
    _description = "Record that says which policies apply"

    #: its fields that say so, and the fields of a policy that ask for them
    _gatehouse_place_fields = frozenset()
    _gatehouse_asked_by = ()

    def _gatehouse_theirs(self):
        """Domain of the orders that hang on these records."""
        raise NotImplementedError

    def write(self, vals):
        if not self._gatehouse_place_fields & vals.keys():
            return super().write(vals)
        with self._gatehouse_moving_theirs():
            return super().write(vals)

    @contextmanager
    def _gatehouse_moving_theirs(self):
        """Around a change of what these records say."""
        with ExitStack() as moving:
            if self and self.env["gatehouse.policy"]._asks_for(self._gatehouse_asked_by):
                for documents in self._gatehouse_underway():
                    moving.enter_context(documents._gatehouse_moving(refuse=False))
            yield

    def _gatehouse_underway(self):
        """[confirmed orders of these records whose goods are not all gone], one an Odoo model."""
        found = []
        for name, model in self.env.registry.items():
            if model._abstract or not getattr(model, "_gatehouse_goods_link", ""):
                continue
            documents = self.env[name].sudo()
            controls = [*documents._gatehouse_controls(), documents._gatehouse_check_control()]
            if self.env["gatehouse.policy"]._in_use(list(filter(None, controls))):
                found.append(documents.search([
                    *self._gatehouse_theirs(),
                    ("state", "in", ("sale", "purchase")),
                    ("picking_ids", "any", [("state", "not in", ("done", "cancel"))]),
                ]))  # fmt: skip
        return found


class ResPartner(models.Model):
    """By tags and country; a contact has its company's tags too."""

    _name = "res.partner"
    _inherit = ["gatehouse.place.mixin", "res.partner"]
    _gatehouse_place_fields = frozenset(("category_id", "country_id", "parent_id", "is_company"))
    _gatehouse_asked_by = ("partner_tag_id", "country_id")

    def _gatehouse_theirs(self):
        return [("partner_id", "child_of", self.commercial_partner_id.ids)]


class ResPartnerCategory(models.Model):
    """Who puts partners on a tag, or takes them off it, changes these partners: by their own field, with all that guards it."""

    _inherit = "res.partner.category"

    @api.model_create_multi
    def create(self, vals_list):
        tags = super().create([{name: vals[name] for name in vals if name != "partner_ids"} for vals in vals_list])
        for tag, vals in zip(tags, vals_list, strict=True):
            if vals.get("partner_ids"):
                tag.write({"partner_ids": vals["partner_ids"]})
        return tags

    def write(self, vals):
        if "partner_ids" not in vals:
            return super().write(vals)
        field, given = self._fields["partner_ids"], vals["partner_ids"]
        if not (isinstance(given, list) and given and isinstance(given[0], (list, tuple))):
            given = [Command.set(field.convert_to_cache(given, self.browse()))]  # ids, records or nothing: those and no others
        links = [command for command in given if command[0] >= Command.UNLINK]
        super().write({**vals, "partner_ids": [command for command in given if command not in links]})
        for tag in self.with_context(active_test=False):
            before, after = tag.partner_ids, tag.partner_ids.browse(field.convert_to_cache(links, tag))
            (after - before).write({"category_id": [Command.link(tag.id)]})
            (before - after).write({"category_id": [Command.unlink(tag.id)]})
        return True

    def unlink(self):
        """Taken off everybody first, with those below it, which the database deletes with it."""
        tags = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        with self.env.cr.savepoint():  # undone even where the caller swallows the refusal
            tags.write({"partner_ids": [Command.clear()]})
            kept = tags.filtered("partner_ids")[:1]
            if kept:
                raise UserError(self.env._("%s stays on its partners: another system owns their tags.", kept.display_name))
            return super().unlink()


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["gatehouse.place.mixin", "product.template"]
    _gatehouse_place_fields = frozenset(("categ_id",))
    _gatehouse_asked_by = ("product_category_id",)

    def _gatehouse_theirs(self):
        return [("order_line.product_id.product_tmpl_id", "in", self.ids)]


class ProductCategory(models.Model):
    """With the categories below it."""

    _name = "product.category"
    _inherit = ["gatehouse.place.mixin", "product.category"]
    _gatehouse_place_fields = frozenset(("parent_id",))
    _gatehouse_asked_by = ("product_category_id",)

    def _gatehouse_theirs(self):
        return [("order_line.product_id.categ_id", "child_of", self.ids)]
