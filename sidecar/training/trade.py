"""Mails of trade in the six languages that are read, and what is trained on them: the topics of a mail, and a part of its class.

They were composed for this project by a language model, in sittings that saw neither the rules nor one another (`mails/trade/*.csv`, MIT): no
customer wrote any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from sidecar.domain.topics import CLAIM_TYPES, DISPUTE_REASONS
from sidecar.scoring.text import TextModel
from sidecar.training.forests import SEED

TRADE = Path(__file__).parent / "mails" / "trade"
FOLDS = 5
#: The share right of what is told, in a cross-validation over mails that name nothing by its name; what is less sure is left to the rules. A wrong
#: topic chooses another template for a draft that a person reads, or another word on a ticket.
_TARGET = 0.6
Fit = Callable[..., dict[str, Any]]
Threshold = Callable[[Any, Any, float], float]


def read_trade(folder: Path = TRADE) -> pd.DataFrame:
    """Frame of text, class, claim_type, dispute_reason, urgency and language; an empty cell is ''."""
    parts = [
        pd.read_csv(path, dtype=str, keep_default_na=False).assign(language=path.stem)
        for path in sorted(folder.glob("*.csv"))
    ]
    return pd.concat(parts, ignore_index=True)


def folds(rows: int) -> Any:
    """(rows,) The fold of each row, 0 to FOLDS - 1, the same every time."""
    return np.random.default_rng(SEED).integers(0, FOLDS, rows)


def train_topics(fit: Fit, threshold_of: Threshold) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, macro-F1 of each topic in a five-fold cross-validation)."""
    mails = read_trade()
    told = mails.assign(label=mails["claim_type"] + mails["dispute_reason"])
    told = told[told["label"] != ""].reset_index(drop=True)
    kinds: list[tuple[str, ...]] = [CLAIM_TYPES if claim else DISPUTE_REASONS for claim in told["claim_type"]]
    topics, found = _train(told, kinds, fit, threshold_of)
    press = told.assign(label=told["urgency"])
    every = tuple(sorted(set(press["label"])))
    urgency, felt = _train(press, [every] * len(press), fit, threshold_of)
    claims = (told["claim_type"] != "").to_numpy()
    metrics = {
        "macro_f1_claim_type": _f1(told["label"][claims], found[claims]),
        "macro_f1_dispute_reason": _f1(told["label"][~claims], found[~claims]),
        "macro_f1_urgency": _f1(press["label"], felt),
    }
    arrays = {f"topic_{name}": array for name, array in topics.items()}
    return arrays | {f"urgency_{name}": array for name, array in urgency.items()}, metrics


def _train(
    mails: pd.DataFrame, kinds: list[tuple[str, ...]], fit: Fit, threshold_of: Threshold
) -> tuple[dict[str, Any], Any]:
    """(arrays fitted to all, what those fitted to the other folds said of each row among the labels of its kind)"""
    fold, size = folds(len(mails)), {"words_kept": 3000, "grams_kept": 8000}
    classes = sorted(set(mails["label"]))
    table = np.zeros((len(mails), len(classes)))
    for at in range(FOLDS):
        model = TextModel(fit(mails[fold != at], **size))
        for row in np.flatnonzero(fold == at):
            said = model.judge(mails["text"][row]).scores
            table[row] = [said.get(name, 0.0) * (name in kinds[row]) for name in classes]
    table /= table.sum(1, keepdims=True)
    truth = np.array([classes.index(label) for label in mails["label"]])
    threshold = threshold_of(table, truth, _TARGET)
    return fit(mails, 1.0, threshold, **size), np.array(classes)[table.argmax(1)]


def _f1(meant: Any, said: Any) -> float:
    return round(float(f1_score(meant, said, average="macro")), 3)
