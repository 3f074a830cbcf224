from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import PartnerCase


@tagged("post_install", "-at_install")
class TestDataOwner(PartnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance_system = person(cls.env, "gh_finance_system", "base.group_user,base.group_partner_manager")
        cls.vendor.phone = "100"

    def own(self, field="phone", mode="enforcing", model="res.partner"):
        return self.env["gatehouse.data.owner"].create(
            {
                "model_id": self.env["ir.model"]._get_id(model),
                "field_id": self.env["ir.model.fields"]._get(model, field).id,
                "system": "Finance system",
                "user_ids": [Command.set(self.finance_system.ids)],
                "mode": mode,
            }
        )

    def conflicts(self, field="phone"):
        return self.env["gatehouse.exception"].search([("key", "=", f"owner:res.partner:{self.vendor.id}:{field}")])

    def test_the_owner_writes_and_nothing_is_reported(self):
        self.own()
        self.vendor.with_user(self.finance_system).write({"phone": "200"})
        self.assertEqual((self.vendor.phone, len(self.conflicts())), ("200", 0))

    def test_somebody_elses_value_is_kept_out_and_both_are_shown(self):
        self.own()
        self.vendor.with_user(self.clerk).write({"phone": "300", "city": "Ghent"})
        self.assertEqual((self.vendor.phone, self.vendor.city), ("100", "Ghent"))
        self.assertIn("Finance system owns it and says 100", self.conflicts().detail)
        self.assertIn("300", self.conflicts().detail)
        self.vendor.with_user(self.clerk).write({"phone": "100"})
        self.assertEqual(self.conflicts().occurrences, 1)

    def test_tags_are_the_owners_from_the_tags_side_too(self):
        self.own("category_id")
        gold, export, blocked = self.env["res.partner.category"].create([{"name": "Gold"}, {"name": "Export"}, {"name": "Blocked"}])
        (gold | export).with_user(self.finance_system).write({"partner_ids": [Command.link(self.vendor.id)]})
        self.assertEqual(self.vendor.category_id, gold | export, "the owner tags from either side")
        clerk = self.env["res.partner.category"].with_user(self.clerk)
        for tag, commands in (
            (blocked, [Command.link(self.vendor.id)]), (blocked, [Command.set(self.vendor.ids)]), (blocked, self.vendor.ids),
            (gold, [Command.unlink(self.vendor.id)]), (gold, [Command.clear()]), (gold, False),
        ):  # fmt: skip
            with self.subTest(tag=tag.name, commands=commands):
                tag.with_user(self.clerk).write({"partner_ids": commands, "color": 3})
                self.assertEqual((self.vendor.category_id, tag.color), (gold | export, 3))
        born = clerk.create({"name": "New", "partner_ids": [Command.link(self.vendor.id)]})
        self.assertFalse(born.partner_ids)
        with self.assertRaisesRegex(UserError, "Gold stays on its partners"), self.env.cr.savepoint():
            gold.with_user(self.clerk).unlink()
        self.assertRegex(self.conflicts("category_id").detail, "owns it and says (Export, Gold|Gold, Export); .* wrote .*New")
        blocked.with_user(self.clerk).unlink()

    def test_who_may_change_tags_and_no_partners_tags_nobody(self):
        tagger = person(self.env, "gh_tagger", "base.group_user")
        role = self.env["res.groups"].create({"name": "Tagger", "user_ids": [Command.set(tagger.ids)]})
        self.env["ir.model.access"].create(
            {"name": "tags", "model_id": self.env["ir.model"]._get_id("res.partner.category"), "group_id": role.id,
             "perm_read": True, "perm_write": True, "perm_create": True, "perm_unlink": True}
        )  # fmt: skip
        tag = self.env["res.partner.category"].with_user(tagger).create({"name": "Mine"})
        with self.assertRaises(AccessError):
            tag.partner_ids = [Command.link(self.vendor.id)]
        tag.unlink()

    def test_observing_takes_the_value_and_reports_it(self):
        self.own(mode="observing")
        self.vendor.with_user(self.clerk).write({"phone": "300"})
        self.assertEqual(self.vendor.phone, "300")
        self.assertIn("The new value was taken", self.conflicts().detail)

    def test_without_the_owner_rule_any_more_anybody_writes(self):
        self.own().unlink()
        self.vendor.with_user(self.clerk).write({"phone": "300"})
        self.assertEqual(self.vendor.phone, "300")

    def test_a_changed_owner_rule_is_reported(self):
        rule = self.own()
        self.env["gatehouse.watch"]._cron_watch()
        rule.mode = "observing"
        self.env["gatehouse.watch"]._cron_watch()
        told = self.env["gatehouse.exception"].search([("key", "like", f"watch:gatehouse.data.owner:{rule.id}:%")])
        self.assertIn("enforcing → observing", told.detail)

    def test_a_field_that_nothing_watches_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Nothing watches"):
            self.own(model="res.country", field="code")
