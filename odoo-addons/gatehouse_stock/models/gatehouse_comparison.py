from odoo import fields, models

#: Minutes after which a booking that the carrier does not list is missed: the carrier's own list lags.
LAG_MINUTES = 10


class ResCompany(models.Model):
    _inherit = "res.company"

    gatehouse_compare_bookings = fields.Boolean(
        "Compare carrier bookings", help="Every 15 minutes the carrier's list of bookings is compared with what was booked here."
    )


class GatehouseReconciliation(models.Model):
    """The carrier's bookings against the effects written down here."""

    _inherit = "gatehouse.reconciliation"

    def _comparisons(self):
        return {**super()._comparisons(), "bookings": ("gatehouse_compare_bookings", self.env._("The carrier's bookings"))}

    def _compare_bookings(self, company, since, rows):
        """:param rows: [{"key", "reference", "tracking_number", "booked_at"}], all that the carrier booked since"""
        Effect = self.env["gatehouse.effect"]
        rows = [{name: str(row.get(name) or "")[:200] for name in ("key", "reference", "tracking_number")} for row in rows]
        ours = {effect.key: effect for effect in Effect.search([("key", "in", [row["key"] for row in rows])])}
        for row in rows:
            effect = ours.get(row["key"])
            # a carrier's account may serve several companies: each sees to its own
            if effect and effect.company_id == company:
                self._compare_booking(effect, row["tracking_number"])
            elif not effect:
                self._note_unasked_booking(company, row)
        late = fields.Datetime.subtract(fields.Datetime.now(), minutes=LAG_MINUTES)
        done = Effect.search(
            [("kind", "=", "booking"), ("state", "=", "done"), ("company_id", "=", company.id),
             ("ended_at", ">=", since), ("ended_at", "<", late)]
        )  # fmt: skip
        listed = {row["key"] for row in rows}
        for effect in done.filtered(lambda row: row.key not in listed):
            text = self.env._("%(what)s has the tracking number %(number)s here, and the carrier lists no such booking.",
                              what=effect.summary, number=effect.reference)  # fmt: skip
            self._note("booking_missing", effect, text, None)
        for key in listed & set(ours):
            self._solved([("key", "=", f"reconcile:booking_missing:gatehouse.effect:{ours[key].id}")])

    def _compare_booking(self, effect, tracking):
        if effect.state == "done":
            if tracking != effect.reference:
                text = self.env._("%(what)s: the carrier says %(theirs)s, here it says %(ours)s.",
                                  what=effect.summary, theirs=tracking, ours=effect.reference)  # fmt: skip
                self._note("booking_differs", effect, text, None)
        elif effect.state == "refused":
            text = self.env._("%(what)s was refused here (%(why)s), and the carrier has it as %(number)s: cancel one of the two.",
                              what=effect.summary, why=effect.detail, number=tracking)  # fmt: skip
            self._note("booking_differs", effect, text, None)
        elif effect.state != "begun" or effect._is_lost():
            def take_over():
                effect.reference = tracking
                effect._end("done", self.env._("The carrier lists it"))

            text = self.env._("%(what)s: its answer got lost; the carrier booked it as %(number)s.",
                              what=effect.summary, number=tracking)  # fmt: skip
            self._note("booking_unreported", effect, text, take_over)

    def _note_unasked_booking(self, company, row):
        pickings = self.env["stock.picking"].search([("name", "=", row["reference"])])
        picking = pickings.filtered(lambda row: row.company_id == company)[:1]
        if pickings and not picking:
            return  # its company sees to it; a delivery of nobody's is told by whoever compares first
        text = self.env._("The carrier booked %(number)s for %(delivery)s by the key %(key)s, which nobody here gave. Ask the carrier; cancel it if it is not wanted.",
                          number=row["tracking_number"], delivery=row["reference"], key=row["key"])  # fmt: skip
        self._note("booking_unasked", picking or None, text, None, name=row["reference"], key=row["key"])


class GatehouseReconciliationLine(models.Model):
    _inherit = "gatehouse.reconciliation.line"

    kind = fields.Selection(
        selection_add=[
            ("booking_unreported", "Booking whose answer got lost"),
            ("booking_differs", "Booking that differs at the carrier"),
            ("booking_missing", "Booking the carrier does not know"),
            ("booking_unasked", "Booking nobody asked for"),
        ],
        ondelete={name: "cascade" for name in ("booking_unreported", "booking_differs", "booking_missing", "booking_unasked")},
    )
