"""The carrier's booking contract: one shipment a call, kept apart by the Idempotency-Key of the caller.

The header's meaning follows the IETF draft "The Idempotency-Key HTTP Header Field": the same key with the same body
gives the first answer again, with another body it is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from datetime import UTC, datetime
from typing import Any

from stack.partners.validation import Errors

MAX_WEIGHT_KG = 1260.0
REQUIRED = ("reference", "recipient")
RECIPIENT = ("name", "street", "city", "country")


class Bookings:
    """The bookings made since the start, by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, tuple[str, datetime, dict[str, Any]]] = {}

    def book(self, key: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The booking of this key; None when the key was used for another body."""
        mark = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        with self._lock:
            if key not in self._made:
                self._made[key] = (mark, datetime.now(UTC), booking(len(self._made) + 1, body))
            first, _at, answer = self._made[key]
            return answer if first == mark else None

    def listed(self, since: datetime | None = None) -> list[dict[str, Any]]:
        """Every booking since without its label: what the carrier would invoice."""
        with self._lock:
            return [
                {
                    "key": key,
                    "booked_at": at.isoformat(),
                    **{name: made[name] for name in made if name != "label"},
                }
                for key, (_mark, at, made) in self._made.items()
                if since is None or at >= since
            ]


def booking(number: int, body: dict[str, Any]) -> dict[str, Any]:
    """What the carrier answers: identifiers, where to follow the parcel, its label as PDF."""
    tracking = f"GHX{number:09d}"
    return {
        "booking_id": f"B{number:06d}",
        "reference": body["reference"],
        "tracking_number": tracking,
        "tracking_url": f"https://carrier.example/track/{tracking}",
        "label": {
            "content_type": "application/pdf",
            "base64": base64.b64encode(label(tracking, body["recipient"])).decode(),
        },
        "cost": {"value": f"{6 + 0.45 * float(body.get('weight_kg') or 0):.2f}", "currency": "EUR"},
    }


def check_booking(body: Any) -> Errors:
    """Every mistake of a booking as ``{"field", "message"}``."""
    if not isinstance(body, dict):
        return [{"field": "", "message": "the body must be a JSON object"}]
    errors: Errors = [{"field": name, "message": "is required"} for name in REQUIRED if not body.get(name)]
    if body.get("reference") and not isinstance(body["reference"], str):
        errors.append({"field": "reference", "message": "must be a text"})
    recipient = body.get("recipient")
    if recipient and not isinstance(recipient, dict):
        errors.append({"field": "recipient", "message": "must be an object"})
    elif recipient:
        errors += [
            {"field": f"recipient.{name}", "message": "is required"}
            for name in RECIPIENT
            if not isinstance(recipient.get(name), str) or not recipient[name].strip()
        ]
    weight = body.get("weight_kg")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= MAX_WEIGHT_KG:
        errors.append({"field": "weight_kg", "message": f"must be a number from 0 to {MAX_WEIGHT_KG:g}"})
    return errors


def label(tracking: str, recipient: dict[str, Any]) -> bytes:
    """A one-page PDF (ISO 32000-1) of 10 x 15 cm with the receiver's address."""
    lines = [tracking, *(str(recipient[name]) for name in RECIPIENT)]
    text = "BT /F1 14 Tf 20 380 Td 22 TL " + " ".join(f"({_escaped(line)}) Tj T*" for line in lines) + " ET"
    stream = text.encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 283 425] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
