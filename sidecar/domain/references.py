"""Finds references to orders, invoices and shipments in free text."""

import re

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("invoice", re.compile(r"\b(?:R?INV|BILL|RBILL)/\d{4}/(?:\d{2}/)?\d{3,7}\b", re.I)),
    ("shipment", re.compile(r"\b[A-Z0-9]{2,5}/(?:OUT|IN|INT|PICK|PACK|RET)/\d{3,7}\b", re.I)),
    ("shipment", re.compile(r"\b1Z[0-9A-Z]{16}\b")),
    ("order", re.compile(r"\bS\d{5,7}\b", re.I)),
    ("order", re.compile(r"\bP(?:O[-_]?)?\d{5,7}\b", re.I)),
    (
        "invoice",
        re.compile(
            r"\b(?:invoice|rechnung|facture|factura|fattura|factuur)\s*(?:no\.?|nr\.?|n°|nº|num\w*|number|id|#)?\s*[:#]?\s*([A-Z0-9][A-Z0-9/-]*\d[A-Z0-9/-]{2,30})",
            re.I,
        ),
    ),
    (
        "shipment",
        re.compile(
            r"\b(?:tracking|shipment|parcel|awb|sendung|paket|colis|envío|spedizione|pacco|zending|pakket)\s*(?:no\.?|nr\.?|n°|nº|num\w*|number|id|#)?\s*(?:is|:|#)?\s*([A-Z0-9-]*\d[A-Z0-9-]{5,30})",
            re.I,
        ),
    ),
    (
        "order",
        re.compile(
            r"\b(?:order|bestellung|auftrag|commande|pedido|ordine|bestelling)\s*(?:no\.?|nr\.?|n°|nº|num\w*|number|id|ref(?:erence)?|#)?\s*(?:is|:|#)?\s*([A-Z0-9-]*\d[A-Z0-9-]{3,30})",
            re.I,
        ),
    ),
)


def find_references(text: str, limit: int = 20) -> list[tuple[str, str]]:
    """Up to `limit` distinct (kind, value) pairs in order of pattern; kind is order, invoice or shipment."""
    found: dict[str, str] = {}
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text[:20_000]):
            value = (match.group(1) if pattern.groups else match.group(0)).strip("-/").upper()
            if not any(value in known for known in found):
                found[value] = kind
            if len(found) >= limit:
                break
    return [(kind, value) for value, kind in found.items()]
