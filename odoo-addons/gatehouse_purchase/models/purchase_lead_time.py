import datetime

from odoo import api, fields, models

#: Receipts of a vendor in the last year that make a record of its own.
ENOUGH = 5
RECORD = """
    SELECT po.partner_id,
           percentile_cont(0.75) WITHIN GROUP (ORDER BY extract(epoch FROM sm.date - pol.date_planned) / 86400),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM sm.date - po.date_approve) / 86400)
      FROM stock_move sm
      JOIN purchase_order_line pol ON pol.id = sm.purchase_line_id
      JOIN purchase_order po ON po.id = pol.order_id
     WHERE sm.state = 'done' AND sm.date > (now() AT TIME ZONE 'utc') - interval '365 days'
       AND po.partner_id = ANY(%s) AND po.date_approve IS NOT NULL
     GROUP BY po.partner_id
    HAVING count(*) >= %s
"""


class PurchaseOrder(models.Model):
    """Lead-time alerts: receipts overdue and orders confirmed too late, by each vendor's own record."""

    _inherit = "purchase.order"

    @api.model
    def _gatehouse_vendor_record(self, vendors):
        """{vendor id: (days a receipt is late three times out of four at most, median days from order to receipt)}"""
        self.env.flush_all()
        self.env.cr.execute(RECORD, [vendors.ids, ENOUGH])
        return {vendor: (max(0.0, float(late)), float(lead)) for vendor, late, lead in self.env.cr.fetchall()}

    @api.model
    def _cron_gatehouse_lead_times(self):
        """One exception a case, closed again by itself once the goods are in or the order is confirmed."""
        now = fields.Datetime.now()
        overdue, late = self.sudo()._gatehouse_overdue(now), self.sudo()._gatehouse_confirmed_late(now)
        self._gatehouse_chase("supplier_overdue", overdue)
        self._gatehouse_chase("supplier_late", self.sudo()._gatehouse_predicted_late(now))
        self._gatehouse_alert("receipt_overdue", overdue)
        self._gatehouse_alert("order_late", late)

    def _gatehouse_overdue(self, now):
        """{order: text} of confirmed orders whose goods are later than this vendor usually is."""
        lines = self.env["purchase.order.line"].search(
            [("state", "=", "purchase"), ("date_planned", "<", now), ("product_id.type", "=", "consu")], limit=5000
        ).filtered(lambda line: line.qty_received < line.product_qty)
        record, found = self._gatehouse_vendor_record(lines.order_id.partner_id), {}
        for order, part in lines.grouped("order_id").items():
            days = (now - min(part.mapped("date_planned"))).total_seconds() / 86400
            usual = record.get(order.partner_id.id, (0.0, 0.0))[0]
            if days > usual:
                found[order] = self.env._(
                    "%(items)s from %(vendor)s: %(days)s overdue%(usual)s. Ask the vendor for a date.",
                    items=", ".join(part.product_id.mapped("display_name")[:5]),
                    vendor=order.partner_id.name,
                    days=self._gatehouse_days_text(days),
                    usual=self.env._(", usually at most %s", self._gatehouse_days_text(usual)) if usual >= 0.5 else "",
                )
        return found

    @api.model
    def _gatehouse_days_text(self, days):
        if days < 0.5:
            return self.env._("less than a day")
        return self.env._("1 day") if days < 1.5 else self.env._("%.0f days", days)

    def _gatehouse_confirmed_late(self, now):
        """{order: text} of requests that cannot arrive on their date any more, and of orders confirmed too late for theirs.

        By the vendor's usual lead time; an order of which something came already is not late by it.
        """
        waiting = ("state", "in", ("draft", "sent", "to approve"))
        ordered = ["&", ("state", "=", "purchase"), ("receipt_status", "=", "pending")]
        orders = self.search([("date_planned", ">", now), "|", waiting, *ordered], limit=5000)
        record, found = self._gatehouse_vendor_record(orders.partner_id), {}
        for order in orders.filtered(lambda order: order.partner_id.id in record):
            lead = record[order.partner_id.id][1]
            begins = (order.state == "purchase" and order.date_approve) or now
            if order.date_planned >= begins + datetime.timedelta(days=lead):
                continue
            if order.state == "purchase":
                found[order] = self.env._(
                    "Confirmed on %(begins)s, and %(vendor)s usually takes %(lead).0f days: about %(arrives)s instead of %(date)s. "
                    "Tell who waits for it, ask the vendor to hurry or buy elsewhere.",
                    begins=begins.date(),
                    vendor=order.partner_id.name,
                    lead=lead,
                    arrives=(begins + datetime.timedelta(days=lead)).date(),
                    date=order.date_planned.date(),
                )
            else:
                found[order] = self.env._(
                    "%(vendor)s usually takes %(lead).0f days, %(days).0f are left until %(date)s. "
                    "Confirm it, move its date or buy elsewhere.",
                    vendor=order.partner_id.name,
                    lead=lead,
                    days=(order.date_planned - now).total_seconds() / 86400,
                    date=order.date_planned.date(),
                )
        return found

    def _gatehouse_alert(self, kind, found):
        titles = {
            "receipt_overdue": self.env._("Receipt of %s is overdue"),
            "order_late": self.env._("%s will come too late"),
        }
        Exception_ = self.env["gatehouse.exception"].sudo()
        present = Exception_.search([("key", "=like", f"{kind}:%"), ("state", "=", "open")])
        wanted = {f"{kind}:{order.id}": (order, text) for order, text in found.items()}
        present.filtered(lambda row: row.key not in wanted)._close(self.env._("Its cause went away"))
        known = present.grouped("key")
        for key, (order, text) in wanted.items():
            if key in known:
                if known[key].detail != text:  # another day, or confirmed since
                    known[key].detail = text
            else:
                Exception_._open(
                    key,
                    "supply",
                    titles[kind] % order.name,
                    detail=text,
                    res_model=order._name,
                    res_id=order.id,
                    company_id=order.company_id.id,
                    role_id=self.env.ref("purchase.group_purchase_manager").id,
                )
