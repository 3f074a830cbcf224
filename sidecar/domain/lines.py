"""What a document line is to the scorers. Prices are a unit's, in one currency; `discount` is percent.

`place` is where bought goods go: a country or a warehouse.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """One line of a sales or purchase document, with what the document says about it."""

    id: str
    item: str
    party: str = ""
    category: str = ""
    tier: str = ""
    quantity: float = 1.0
    list_price: float = 0.0
    tier_price: float = 0.0
    unit_price: float = 0.0
    discount: float = 0.0
    lead_days: float | None = None
    place: str = ""

    @property
    def net_price(self) -> float:
        """Unit price after the line's own discount."""
        return self.unit_price * (1.0 - self.discount / 100.0)


@dataclass(slots=True)
class Reason:
    """One cause of a score in words a buyer understands; `weight` is its share, 0..1."""

    code: str
    text: str
    weight: float


@dataclass(slots=True)
class LineScore:
    """A line's strangeness: `score` 0..1 (higher is stranger), its `percentile` in the training history."""

    id: str
    score: float
    percentile: float
    confidence: float
    abstained: bool = False
    reasons: list[Reason] = field(default_factory=list)
