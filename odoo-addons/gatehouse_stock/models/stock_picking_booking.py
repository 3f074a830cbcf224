import base64
import binascii

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class StockPicking(models.Model):
    """A booking with the carrier, made outside and written back."""

    _inherit = "stock.picking"

    gatehouse_booking = fields.Selection(
        [("asked", "Being booked"), ("booked", "Booked"), ("failed", "Not booked yet"), ("refused", "Refused")],
        string="Carrier booking", readonly=True, copy=False,
    )  # fmt: skip
    gatehouse_tracking_url = fields.Char("Follow the parcel", readonly=True, copy=False)

    def _gatehouse_request_booking(self):
        """Ask for a booking of what the operation type wants booked and nobody booked yet.

        Carriers that Odoo itself is connected to are left to Odoo.
        """
        for picking in self.sudo():
            if not picking.picking_type_id.gatehouse_book_carrier or picking.carrier_tracking_ref:
                continue
            if picking.carrier_id.integration_level == "rate_and_ship" and picking.delivery_type not in (
                False,
                "fixed",
                "base_on_rule",
            ):
                continue
            event = self.env["gatehouse.event"]._raise_event(
                picking, "stock.picking.validated", picking._gatehouse_booking_data()
            )
            if event:
                picking.gatehouse_booking = "asked"

    def _gatehouse_booking_data(self):
        """The body of the carrier's booking contract."""
        self.ensure_one()
        partner = self.partner_id
        return {
            "reference": self.name,
            "order": self.sale_id.name or self.origin or None,
            "carrier": self.carrier_id.name or None,
            "weight_kg": round(self.shipping_weight or self.weight, 3),
            "parcels": max(1, len(self.move_line_ids.result_package_id)),
            "recipient": {
                "name": partner.display_name or "",
                "street": ", ".join(filter(None, (partner.street, partner.street2))),
                "zip": partner.zip or "",
                "city": partner.city or "",
                "country": partner.country_id.code or "",
                "phone": partner.phone or "",
                "email": partner.email or "",
            },
        }

    def _gatehouse_effect_ended(self, effect, attributes):
        """Write the outcome of a booking onto the delivery."""
        if effect.kind != "booking":
            return
        if effect.state != "done":
            self.gatehouse_booking = "refused" if effect.state == "refused" else "failed"
            return
        url = attributes.get("tracking_url")
        self.write(
            {
                "gatehouse_booking": "booked",
                "carrier_tracking_ref": effect.reference,
                "gatehouse_tracking_url": url if isinstance(url, str) and url.startswith("https://") else False,
            }
        )
        self._gatehouse_attach_label(attributes.get("label"))

    def _gatehouse_attach_label(self, label):
        """Keep the label; one that is no PDF is left out and said so, the booking stands."""
        if not label:
            return
        content = self._gatehouse_pdf(label)
        if not content:
            self.message_post(body=self.env._("The carrier's label could not be read: ask the carrier for another."))
            return
        name = f"{self.name.replace('/', '-')}-label.pdf"
        self.message_post(body=self.env._("The carrier's label"), attachments=[(name, content)])

    @staticmethod
    def _gatehouse_pdf(label):
        try:
            content = base64.b64decode(label.get("base64") or "", validate=True)
        except (AttributeError, TypeError, ValueError, binascii.Error):
            return None
        return content if content.startswith(b"%PDF-") else None

    def action_gatehouse_book_again(self):
        """After the reason of a refusal is mended: a new booking, with what the delivery says now."""
        self.ensure_one()
        if not self.env.user.has_group("stock.group_stock_user"):
            raise AccessError(self.env._("Only the warehouse may book carriers."))
        self.check_access("write")
        if self.gatehouse_booking not in ("refused", "failed"):
            raise UserError(self.env._("%s has no failed booking.", self.name))
        running = self.env["gatehouse.effect"].sudo().search_count(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("kind", "=", "booking"),
             ("state", "in", ("begun", "failed", "unknown"))], limit=1,
        )  # fmt: skip
        if running:
            raise UserError(self.env._("The booking of %s is still being tried; see its exception.", self.name))
        exceptions = self.env["gatehouse.exception"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("category", "=", "effect"), ("state", "=", "open")]
        )  # fmt: skip
        exceptions._close(self.env._("Booked again by %s", self.env.user.name))
        self._gatehouse_request_booking()
        return True


class GatehouseEvent(models.Model):
    _inherit = "gatehouse.event"

    def _effect_summary(self):
        if self.type == "stock.picking.validated":
            return self.env._("Booking of %s", self.res_name)
        return super()._effect_summary()
