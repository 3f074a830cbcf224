"""Standard Webhooks signatures."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"


def secret_bytes(secret):
    """The key of a ``whsec_`` secret; ValueError says what is wrong with it."""
    if not secret.startswith(PREFIX):
        raise ValueError("The signing secret must start with whsec_.")
    try:
        key = base64.b64decode(secret[len(PREFIX) :], validate=True)
    except binascii.Error as error:
        raise ValueError("The signing secret is not base64 after whsec_.") from error
    if len(key) < 24:
        raise ValueError("The signing secret has fewer than 24 bytes.")
    return key


def signature(secrets, message_id, timestamp, body):
    """One signature a secret, so that a receiver accepts either during a rotation."""
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    digests = (hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join("v1," + base64.b64encode(digest).decode() for digest in digests)
