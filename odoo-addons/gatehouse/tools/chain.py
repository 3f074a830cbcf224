"""The hash chain over the decision log; docs/audit.md holds the same rule for verifiers."""

import hashlib
import json

GENESIS = "0" * 64


def entry(number, decision, previous, content):
    """What a seal covers."""
    return {"number": number, "decision": decision, "previous": previous, "content": content}


def digest(covered):
    """SHA-256 of the canonical JSON: keys sorted, no blanks, UTF-8."""
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
