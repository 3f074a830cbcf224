from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestButtons(TransactionCase):
    def test_every_button_of_our_views_calls_a_method_that_takes_the_records_it_is_pressed_on(self):
        """The web client hands a button's method the records' ids, which a method of the model alone does not take."""
        views = self.env["ir.ui.view"].search([("type", "in", ("form", "list", "kanban"))])
        ours = views.filtered(lambda view: (view.xml_id or "").startswith("gatehouse") and view.model in self.env)
        pressed, wrong = 0, []
        for view in ours:
            for button in etree.fromstring(view.arch_db).iter("button"):
                owner = self.env[view.model]
                for field in reversed([node.get("name") for node in button.iterancestors("field")]):
                    owner = self.env[owner._fields[field].comodel_name] if field in owner._fields else owner
                if button.get("type") != "object":
                    continue
                pressed += 1
                if getattr(getattr(type(owner), button.get("name"), None), "_api_model", False):
                    wrong.append(f"{view.xml_id}: {button.get('name')}")
        self.assertGreater(pressed, 40)
        self.assertEqual(wrong, [])
