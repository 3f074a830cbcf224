import base64
import hashlib
import hmac

from odoo.tests import BaseCase, tagged

from ..tools import signing, validation

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()
PREVIOUS = "whsec_" + base64.b64encode(b"p" * 24).decode()


@tagged("post_install", "-at_install")
class TestSigning(BaseCase):
    def test_signature_covers_id_time_and_body(self):
        expected = base64.b64encode(hmac.new(b"k" * 24, b'id.12.{"a": 1}', hashlib.sha256).digest()).decode()
        self.assertEqual(signing.signature([SECRET], "id", 12, b'{"a": 1}'), "v1," + expected)

    def test_rotation_sends_both(self):
        self.assertEqual(len(signing.signature([SECRET, PREVIOUS], "id", 12, b"x").split(" ")), 2)

    def test_bad_secrets_are_named(self):
        for bad in ("k" * 32, "whsec_???", "whsec_a2V5"):
            with self.assertRaises(ValueError):
                signing.signature([bad], "id", 12, b"x")

    def test_checks_name_the_bad_field(self):
        good = {"check": "a", "source": "partner", "measures": {"m": {"value": "1.5", "currency": "EUR"}}}
        self.assertEqual(
            validation.check(good, "c", {"EUR"})["measures"]["m"], {"value": 1.5, "currency": "EUR"}
        )
        for change, field in (
            ({"measures": {"m": {"value": float("nan")}}}, "c.measures.m.value"),
            ({"measures": {"m": {"value": "Infinity"}}}, "c.measures.m.value"),
            ({"measures": {"m": {"value": True}}}, "c.measures.m.value"),
            ({"measures": {"m": {"value": 1, "currency": "XXQ"}}}, "c.measures.m.currency"),
            ({"source": "person"}, "c.source"),
            ({"source": "odoo"}, "c.source"),
            ({"reasons": ["x"]}, "c.reasons[0]"),
            ({"score": "high"}, "c.score"),
            ({"observed_at": "yesterday"}, "c.observed_at"),
            ({"observed_at": "0001-01-01T00:00:00+14:00"}, "c.observed_at"),
        ):
            with self.assertRaisesRegex(validation.BadField, field.replace("[", r"\[").replace("]", r"\]")):
                validation.check({**good, **change}, "c", {"EUR"})
