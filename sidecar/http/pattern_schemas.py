"""Bodies of weekly patterns."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sidecar.http.record_schemas import Count
from sidecar.http.schemas import Id, LineBody
from sidecar.scoring.patterns import ROLES

Monday = Annotated[
    str, Meta(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", description="Its Monday")
]
Amount = Annotated[float, Meta(ge=0, le=1e15)]
Level = Annotated[float, Meta(ge=-1000, le=100_000)]


class WeekFigures(Struct):
    """One week: counts, `value` in company currency, `discount` in percent, `price_index` 100 at first prices."""

    week: Monday
    documents: Count = 0.0
    lines: Count = 0.0
    value: Amount = 0.0
    discount: Level | None = None
    price_index: Level | None = None
    below_limit: Count = 0.0
    split: Count = 0.0
    repeats: Count = 0.0
    off_hours: Count = 0.0
    round: Count = 0.0


class PatternDocument(Struct):
    """The weeks of one party; the newest is scored against those before. The party itself is not named."""

    id: Id
    role: Literal[ROLES]  # type: ignore[valid-type]
    weeks: Annotated[list[WeekFigures], Meta(min_length=1, max_length=60)]


class PatternDocuments(Struct):
    """The weeks of 1..100 parties."""

    documents: Annotated[list[PatternDocument], Meta(min_length=1, max_length=100)]


class PatternScores(Struct):
    """How unusual each party's newest week is: advice to look, never a verdict; `degraded` when nothing can answer."""

    model: str
    version: str
    degraded: bool
    documents: list[LineBody]
