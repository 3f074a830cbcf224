from psycopg2 import errors

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GatehouseCase


@tagged("post_install", "-at_install")
class TestScheduled(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create([{"name": name} for name in ("One", "Two", "Three")])

    def each(self, bad=None, error=None, size=1):
        calls = []

        def act(part):
            calls.append(len(part))
            part.write({"comment": "done"})
            if bad and bad in part:
                raise error

        with mute_logger("odoo.addons.gatehouse.models.gatehouse_scheduled"):
            self.env["gatehouse.scheduled"]._each("test", "%s could not be done", self.partners, act, size=size)
        return calls

    def done(self):
        return self.partners.filtered("comment").mapped("name")

    def exceptions(self, state="open"):
        return self.env["gatehouse.exception"].search([("key", "=like", "scheduled:test:%"), ("state", "=", state)])

    def test_one_that_fails_is_undone_and_told_and_the_others_are_done(self):
        self.each(self.partners[0], UserError("its vendor is gone"))
        self.assertEqual(self.done(), ["Two", "Three"])
        told = self.exceptions()
        self.assertEqual((told.title, told.res_id), ("One could not be done", self.partners[0].id))
        self.assertIn("its vendor is gone", told.detail)
        self.each()
        self.assertEqual(self.done(), ["One", "Two", "Three"])
        self.assertEqual(self.exceptions("resolved"), told)

    def test_a_programming_error_holds_up_nobody_either(self):
        self.each(self.partners[1], KeyError("place"))
        self.assertEqual(self.done(), ["One", "Three"])
        self.assertIn("KeyError", self.exceptions().detail)

    def test_what_another_transaction_wrote_meanwhile_waits_for_the_next_run_and_is_no_exception(self):
        self.each(self.partners[0], errors.SerializationFailure("could not serialize access"))
        self.assertEqual(self.done(), ["Two", "Three"])
        self.assertFalse(self.exceptions())

    def test_in_a_failed_part_each_is_tried_by_itself(self):
        self.assertEqual(self.each(self.partners[1], UserError("no"), size=3), [3, 1, 1, 1])
        self.assertEqual(self.done(), ["One", "Three"])
        self.assertEqual(self.exceptions().res_id, self.partners[1].id)
