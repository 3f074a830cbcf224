import datetime

from odoo import fields
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestWeeksWithOrders(SaleCase):
    def test_only_a_company_that_confirmed_something_in_the_weeks_costs_a_job(self):
        company = self.env["res.company"].create({"name": "Quiet"})
        self.bot.company_ids += company
        Run = self.env["gatehouse.pattern.run"]

        def asked():
            return [job for job in Run.with_user(self.bot).read_due() if job["company"] == company.id]

        self.assertEqual(asked(), [])
        runs = Run.search([("company_id", "=", company.id)])
        self.assertEqual((runs.mapped("state"), set(runs.mapped("note"))), (["measured"] * 4, {"No confirmed order"}))
        order = self.order()
        self.env.flush_all()
        monday = runs[0].week
        moment = datetime.datetime.combine(monday + datetime.timedelta(days=6), datetime.time(23))
        self.env.cr.execute("UPDATE sale_order SET company_id = %s, date_order = %s WHERE id = %s", [company.id, moment, order.id])
        self.env.invalidate_all()
        runs.unlink()
        self.assertEqual(asked(), [], "a quotation is no order")
        Run.search([("company_id", "=", company.id)]).unlink()
        self.env.cr.execute("UPDATE sale_order SET state = 'sale' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        [job] = asked()
        self.assertEqual((job["week"], job["weeks"]), (fields.Date.to_string(monday), 4))
