"""The demo's cases: ordinary documents, and ones with something wrong. Training never reads this file.

Names and references are those of `history_company`; a test holds the two together and checks that what is
called unusual here does not occur in the history.
"""

from __future__ import annotations

from typing import Any

#: A Silver customer who usually gets about 5 %, and what he often buys in the quantity he buys it in.
ORDINARY_ORDER: dict[str, Any] = {
    "customer": "Neckar Anlagenbau", "item": "ELEC-530", "quantity": 25, "discount": 5.0,
}  # fmt: skip

#: Below every band, yet neither this customer nor this product ever gets more than 2 %, and it is two pieces.
UNUSUAL_ORDER: dict[str, Any] = {
    "customer": "Hafenkante Werkstatt", "item": "SAFE-440", "quantity": 2, "discount": 13.5,
}  # fmt: skip

#: Above the band that a salesperson may give alone.
OVER_BAND_ORDER: dict[str, Any] = {
    "customer": "Front Range Builders", "item": "TOOL-110", "quantity": 10, "discount": 25.0,
}  # fmt: skip

ORDINARY_PURCHASE: dict[str, Any] = {
    "vendor": "Dunmore Safety Ltd", "item": "SAFE-410", "quantity": 120, "unit_price": "11.40",
}  # fmt: skip

#: The decimal point slipped: ten times the price, still below the spend band, so only the check can see it.
MISTYPED_PURCHASE: dict[str, Any] = {
    "vendor": "Dunmore Safety Ltd", "item": "SAFE-410", "quantity": 80, "unit_price": "114.00",
}  # fmt: skip

#: Customers' mails as the mailbox hands them over, each yet to be given its Message-ID; the first names an order of the
#: history, its sender's own.
MAILS: list[dict[str, Any]] = [
    {
        "sender": "purchasing@neckaranlagenbau.example.com",
        "recipient": "service@yourcompany.example.com",
        "subject": "Where is our order S12450?",
        "text": (
            "Hello,\n\nour order S12450 was due last week and has still not arrived. The tracking has "
            "not moved for six days. When will the delivery get here? Our fitters are waiting for it.\n\n"
            "Kind regards\nJana Vogt"
        ),
        "received_at": "2026-11-23T08:12:00Z",
    },
    {
        "sender": "purchasing@calderfacilities.example.com",
        "recipient": "service@yourcompany.example.com",
        "subject": "Wrong amount on your invoice",
        "text": (
            "Good morning,\n\nyou charged us twice for the floodlights: invoice INV/2026/00871 bills 40 "
            "pieces, we ordered and received 20. Please send a credit note and correct "
            "the invoice before we pay.\n\n"
            "Regards\nTom Hirst, accounts payable"
        ),
        "received_at": "2026-11-23T08:31:00Z",
    },
    {
        "sender": "purchasing@leieprojects.example.com",
        "recipient": "service@yourcompany.example.com",
        "subject": "Opening hours of your showroom",
        "text": (
            "Hi,\n\nwe will be in town on Thursday. Is your showroom open in the afternoon, and is there "
            "parking for a van?\n\nThanks\nLotte Maes"
        ),
        "received_at": "2026-11-23T08:45:00Z",
    },
]

#: What a person would say of each mail: its class, and the order that its ticket belongs to.
MAIL_OUTCOMES: list[tuple[str, str]] = [("delivery_delay", "S12450"), ("billing_dispute", ""), ("other", "")]


def cases() -> dict[str, dict[str, Any]]:
    """Every document case by its name, each a copy that the caller may change."""
    named = {
        "ordinary_order": ORDINARY_ORDER, "unusual_order": UNUSUAL_ORDER, "over_band_order": OVER_BAND_ORDER,
        "ordinary_purchase": ORDINARY_PURCHASE, "mistyped_purchase": MISTYPED_PURCHASE,
    }  # fmt: skip
    return {name: dict(case) for name, case in named.items()}
