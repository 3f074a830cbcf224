"""The kind of a claim, the reason of a dispute and how urgent a mail is, by what it names; never by guessing."""

import re

from sidecar.domain.lexicon import concepts

CLAIM_TYPES = ("damaged", "defective", "missing", "wrong_item", "quality", "late", "unwanted")
DISPUTE_REASONS = (
    "price",
    "quantity",
    "duplicate",
    "tax",
    "already_paid",
    "discount",
    "freight",
    "not_received",
    "address",
)
URGENCIES = ("low", "normal", "high")
_CLAIMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("defective", ("notworking",)),
    ("damaged", ("broken",)),
    ("quality", ("quality",)),
    ("missing", ("missing", "notarrived")),
    ("wrong_item", ("wrong", "instead")),
    ("late", ("late", "wait")),
    ("unwanted", ("fit", "exchange")),
)
_DISPUTES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("duplicate", ("twice",)),
    ("tax", ("tax",)),
    ("discount", ("discount", "creditnote")),
    ("freight", ("freight",)),
    ("already_paid", ("reminder", "paid")),
    ("not_received", ("notarrived",)),
    ("quantity", ("quantity",)),
    ("address", ("address",)),
    ("price", ("price", "agreed", "offer", "amount")),
)
_HIGH = re.compile(
    r"\b(?:urgent\w*|asap|immediately|as soon as possible|emergency|lawyer|legal action|line (?:is )?down|production (?:has )?stopped"
    r"|dringend\w*|sofort|eilt|schnellstmöglich|umgehend|anwalt|produktion steht|bandstillstand|steht (?:bei uns )?die produktion"
    r"|urgence|immédiatement|au plus vite|avocat|à l'arrêt|urgente\w*|inmediat\w*|cuanto antes|abogado|línea está parada"
    r"|subito|immediatamente|al più presto|avvocato|linea è ferma|spoed|dringend|onmiddellijk|zo snel mogelijk|advocaat|lijn stil)\b",
    re.I,
)
_LOW = re.compile(
    r"\b(?:no hurry|no rush|whenever you|when you have time|for information|fyi|keine eile|eilt nicht|bei gelegenheit|zur info"
    r"|pas pressé|rien d'urgent|quand vous aurez|sin prisa|no corre prisa|cuando puedan|senza fretta|non urgente|con calma"
    r"|geen haast|wanneer het uitkomt|ter info)\b",
    re.I,
)


def _first(table: tuple[tuple[str, tuple[str, ...]], ...], found: dict[str, int]) -> str | None:
    hits = [
        (sum(found.get(concept, 0) for concept in names), -at, name) for at, (name, names) in enumerate(table)
    ]
    best = max(hits)
    return best[2] if best[0] else None


def claim_type(text: str) -> str | None:
    """What a return or complaint is about, one of CLAIM_TYPES; None when nothing is named."""
    return _first(_CLAIMS, concepts(text))


def dispute_reason(text: str) -> str | None:
    """Why an invoice is disputed, one of DISPUTE_REASONS; None when nothing is named."""
    return _first(_DISPUTES, concepts(text))


def urgency(text: str) -> str:
    """One of URGENCIES, by words that say so; `low` wins, for "not urgent" contains "urgent"."""
    text = text[:20_000]
    if _LOW.search(text):
        return "low"
    return "high" if _HIGH.search(text) else "normal"
