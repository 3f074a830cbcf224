"""How often the sidecar names class, claim, reason of a dispute and urgency of a mail of trade as its writer meant them.

    "$(python3 -m stack python)" -m benchmarks.topics [--models FOLDER] [--show first]

By the bundled models and the rules behind them, as `POST /v1/emails/classify` does, but claims and disputes are asked for their topic whatever
class was found. Prints a Markdown table; `--show` prints the mails of the
first file that are told otherwise. Nobody who works on rules or training looks at the second file.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sidecar.adapters.model_store import read_model
from sidecar.config import BUNDLED_MODELS
from sidecar.domain.mail_text import latest, plain
from sidecar.domain.topics import claim_type, dispute_reason, urgency
from sidecar.services.classify_emails import classify_message

HERE, LANGUAGES = Path(__file__).parent, ("en", "de", "fr", "es", "it", "nl")
RULES = {"claim_type": claim_type, "dispute_reason": dispute_reason, "urgency": urgency}
CLASSES = dict.fromkeys(("damaged", "defective", "quality", "unwanted"), "return") | dict.fromkeys(
    ("missing", "wrong_item"), "order_issue"
)


def mails(name: str) -> list[dict[str, str]]:
    """The rows of a file: id, language, text and what its writer meant; the class follows from the rest."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        claim = CLASSES.get(row["claim_type"], "delivery_delay") if row["claim_type"] else "other"
        row["class"] = "billing_dispute" if row["dispute_reason"] else claim
    return rows


def told(mail: dict[str, str], model: Any) -> Iterator[tuple[str, str, str, bool]]:
    """(what, meant, said, whether it was sure); a claim is asked for its type and a dispute for its reason."""
    found = classify_message(mail["id"], "", mail["text"], model)
    yield "class", mail["class"], found.name, not found.abstained
    said = latest(plain(mail["text"]))
    topics = model.topics(said) if model else None
    for name, rule in RULES.items():
        if mail[name]:
            by_rule, read = rule(said), getattr(topics, name, None)
            first, second = (
                (by_rule if by_rule != "normal" else None, read) if name == "urgency" else (read, by_rule)
            )
            yield name, mail[name], first or second or by_rule or "", True


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """The mean of the labels' F1, of (meant, said)."""
    scores = []
    for label in sorted({meant for meant, _ in pairs}):
        right = sum(meant == said == label for meant, said in pairs)
        scores.append(
            2 * right / (sum(said == label for _, said in pairs) + sum(meant == label for meant, _ in pairs))
        )
    return sum(scores) / len(scores)


def count(file: str, model: Any) -> list[str]:
    """The rows of the table for one file."""
    seen: dict[str, list[tuple[str, str, str, bool]]] = {}
    for mail in mails(file):
        for what, meant, said, sure in told(mail, model):
            seen.setdefault(what, []).append((mail["language"], meant, said, sure))
    rows = []
    for what, found in seen.items():
        sure = [meant == said for _, meant, said, sure in found if sure]
        by = [
            f"{sum(m == s for at, m, s, _ in found if at == each)} of {sum(at == each for at, *_ in found)}"
            for each in LANGUAGES
        ]
        right = sum(meant == said for _, meant, said, _ in found)
        answered = f"{sum(sure)} of {len(sure)}" if what == "class" else ""
        f1 = macro_f1([(meant, said) for _, meant, said, _ in found])
        rows.append(
            f"| {file} | {what} | {f1:.2f} | {right} of {len(found)} | {answered} | {' | '.join(by)} |"
        )
    return rows


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--models", type=Path, default=BUNDLED_MODELS, help="folder of models; 'none' for the rules alone"
    )
    parser.add_argument("--show", choices=("first",), help="print what is told otherwise")
    given = parser.parse_args()
    model = None if given.models.name == "none" else read_model(given.models / "emails", "emails").model
    if given.show:
        for mail in mails(given.show):
            for what, meant, said, _sure in told(mail, model):
                if said != meant:
                    print(
                        f"{mail['id']} {mail['language']} {what}: {meant}, said {said or 'nothing'}\n    {' '.join(mail['text'].split())}"
                    )
        return
    print(
        "| mails | what | macro-F1 | right | right of those answered | "
        + " | ".join(LANGUAGES)
        + " |\n|---|---|---|---|---|"
        + "---|" * 6
    )
    for file in ("first", "second"):
        print("\n".join(count(file, model)))


if __name__ == "__main__":
    main()
