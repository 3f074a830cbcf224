"""Shape of a mail that comes from outside. Every message names the field that is wrong."""

import base64
import binascii
import re

from odoo.addons.gatehouse.tools.validation import BadField, moment, number, text

CLASSES = ("order_issue", "delivery_delay", "return", "billing_dispute", "other")
CLAIM_TYPES = ("damaged", "defective", "missing", "wrong_item", "quality", "late", "unwanted")
DISPUTE_REASONS = ("price", "quantity", "duplicate", "tax", "already_paid", "discount", "freight", "not_received", "address")
URGENCIES = ("low", "normal", "high")
KINDS = ("order", "invoice", "shipment")
#: Nobody reads more in a ticket, and one mail must not fill the database.
LONGEST_TEXT = 1_000_000
MOST_REFERENCES = 50
MOST_ATTACHMENTS = 50
#: The classifier gave no answer that can be used: a person sorts the mail.
NOTHING = {
    "class": None, "confidence": 0.0, "abstained": True, "degraded": True, "model": "", "references": [], "language": "",
    "intents": [], "claim_type": None, "dispute_reason": None, "urgency": "normal", "problem": "",
}  # fmt: skip
#: In the reason that n8n gives for an answer it could not read.
OUTSIDE_CONTRACT = "outside the contract"


def storable(value):
    """What the database takes: no NUL and no half of a surrogate pair, which mails do contain."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _optional(value, field, limit):
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadField(field, "must be a text")
    if len(value) > limit:
        raise BadField(field, f"is longer than {limit} characters")
    return storable(value)


def _flag(value, field):
    if value is None:
        return False
    if not isinstance(value, bool):
        raise BadField(field, "must be true or false")
    return value


def _references(value, field):
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_REFERENCES:
        raise BadField(field, f"must be a list of at most {MOST_REFERENCES} references")
    result = []
    for index, reference in enumerate(value):
        where = f"{field}[{index}]"
        if not isinstance(reference, dict):
            raise BadField(where, "must be an object")
        if reference.get("kind") not in KINDS:
            raise BadField(where + ".kind", "must be order, invoice or shipment")
        result.append({"kind": reference["kind"], "value": storable(text(reference.get("value"), where + ".value", 100))})
    return result


def _choice(value, field, choices):
    """One of the choices, or nothing."""
    if value is None or value == "":
        return None
    if value not in choices:
        raise BadField(field, "must be one of " + ", ".join(choices))
    return value


def _intents(value, field):
    """The classes that parts of the mail are about, each once."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > len(CLASSES):
        raise BadField(field, f"must be a list of at most {len(CLASSES)} classes")
    found = []
    for index, intent in enumerate(value):
        where = f"{field}[{index}]"
        if not isinstance(intent, dict) or intent.get("class") not in CLASSES:
            raise BadField(where + ".class", "must be one of " + ", ".join(CLASSES))
        if intent["class"] not in found:
            found.append(intent["class"])
    return found


def _attachments(value, field="message.attachments"):
    """The files of the mail; one without content stayed in the mailbox."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_ATTACHMENTS:
        raise BadField(field, f"must be a list of at most {MOST_ATTACHMENTS} files")
    return [_attachment(entry, f"{field}[{index}]") for index, entry in enumerate(value)]


def _attachment(value, field):
    if not isinstance(value, dict):
        raise BadField(field, "must be an object")
    size, sha256, content = value.get("size"), value.get("sha256"), value.get("content")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise BadField(field + ".size", "must be a count of bytes")
    if not isinstance(sha256, str) or not re.fullmatch("[0-9a-f]{64}", sha256):
        raise BadField(field + ".sha256", "must be 64 hexadecimal digits")
    raw = None
    if content is not None:
        try:
            raw = base64.b64decode(content, validate=True)
        except (TypeError, ValueError, binascii.Error) as error:
            raise BadField(field + ".content", "must be base64") from error
        if len(raw) != size:
            raise BadField(field + ".content", "is not as long as size says")
    return {
        "name": storable(text(value.get("name"), field + ".name", 200)).strip(),
        "content_type": _optional(value.get("content_type"), field + ".content_type", 200),
        "size": size, "sha256": sha256, "content": raw,
    }


def classification(value):
    """What the classifier said. Without a usable answer the mail is left to a person, marked degraded; `problem` says what
    cannot be read of one that came."""
    try:
        return _classification(value, "message.classification")
    except BadField as error:
        return {**NOTHING, "problem": str(error)}


def _classification(value, field):
    if value is None:
        return NOTHING
    if not isinstance(value, dict):
        raise BadField(field, "must be an object")
    if _flag(value.get("available", True), field + ".available") is False:
        reason = storable(str(value.get("reason") or ""))[:500]
        return {**NOTHING, "problem": reason if OUTSIDE_CONTRACT in reason else ""}
    abstained = _flag(value.get("abstained"), field + ".abstained")
    found = value.get("class")
    if found is None and not abstained:
        raise BadField(field + ".class", "is missing")
    if found is not None and found not in CLASSES:
        raise BadField(field + ".class", "must be one of " + ", ".join(CLASSES))
    confidence = number(value.get("confidence"), field + ".confidence")
    if not 0 <= confidence <= 1:
        raise BadField(field + ".confidence", "must be from 0 to 1")
    names = [_optional(value.get(key), f"{field}.{key}", 120) for key in ("model", "version")]
    return {
        **NOTHING,
        "class": found,
        "confidence": confidence,
        "abstained": abstained,
        "degraded": _flag(value.get("degraded"), field + ".degraded"),
        "model": " ".join(filter(None, names)),
        "references": _references(value.get("references"), field + ".references"),
        "language": _optional(value.get("language"), field + ".language", 10),
        "intents": _intents(value.get("intents"), field + ".intents"),
        "claim_type": _choice(value.get("claim_type"), field + ".claim_type", CLAIM_TYPES),
        "dispute_reason": _choice(value.get("dispute_reason"), field + ".dispute_reason", DISPUTE_REASONS),
        "urgency": _choice(value.get("urgency"), field + ".urgency", URGENCIES) or "normal",
    }


def message(value):
    """A clean copy of one mail with only the known keys."""
    if not isinstance(value, dict):
        raise BadField("message", "must be an object")
    received = _optional(value.get("received_at"), "message.received_at", 40)
    try:
        received_at = moment(received, "message.received_at") if received else None
    except OverflowError as error:  # a time of the first or last year in another zone
        raise BadField("message.received_at", "must be an ISO 8601 time") from error
    return {
        # 998 is the longest line of a mail header
        "message_id": storable(text(value.get("message_id"), "message.message_id", 998)).strip(),
        "sender": storable(text(value.get("sender"), "message.sender", 998)).strip(),
        "recipient": _optional(value.get("recipient"), "message.recipient", 2000).strip(),
        "subject": " ".join(_optional(value.get("subject"), "message.subject", 2000).split()),
        "text": _optional(value.get("text"), "message.text", LONGEST_TEXT),
        "received_at": received_at,
        "attachments": _attachments(value.get("attachments")),
        "classification": classification(value.get("classification")),
    }
