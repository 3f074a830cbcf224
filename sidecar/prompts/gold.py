"""The gold cases: thirty documents, and every text that a summary of each must contain."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sidecar.domain.summaries import Case
from sidecar.services.read_cases import read_case

FILE = Path(__file__).parent / "gold.yaml"
_FIELDS = ("kind", "label", "text", "value", "unit", "limit", "who", "at")
#: What somebody else wrote has its text last on the line.
_EMPTY = dict.fromkeys(_FIELDS, "")


@dataclass(frozen=True, slots=True)
class Gold:
    """A case, what its summary must contain, and where given its next action and route."""

    case: Case
    must: tuple[str, ...]
    action: str = ""
    route: str = ""


def _fact(number: int, line: str) -> dict[str, str]:
    values = [part.strip() for part in line.split("|")]
    return {"id": f"f{number}", **_EMPTY, **dict(zip(_FIELDS, values, strict=False))}


def body_of(raw: dict[str, Any]) -> dict[str, Any]:
    """A document of `POST /v1/summaries`."""
    facts = [_fact(number, line) for number, line in enumerate(raw["f"], 1)]
    texts = {name: raw.get(name, "") for name in ("state", "party", "topic", "claim", "dispute")}
    return {
        "id": raw["id"],
        "subject": raw["subject"],
        "name": raw["name"],
        "facts": facts,
        "names": [],
        **texts,
    }


def rows(file: Path = FILE) -> list[dict[str, Any]]:
    """The cases as they are written."""
    found: list[dict[str, Any]] = yaml.safe_load(file.read_text())
    return found


def gold(file: Path = FILE) -> list[Gold]:
    """All cases. Raises ValueError or KeyError for one that is not whole."""
    return [
        Gold(read_case(body_of(raw)), tuple(raw["must"]), raw.get("action", ""), raw.get("route", ""))
        for raw in rows(file)
    ]


def omissions(text: str, must: tuple[str, ...]) -> list[str]:
    """What a summary left out."""
    return [part for part in must if part not in text]
