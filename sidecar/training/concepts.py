"""Trains the concept model on mails of our own in five languages, and on the concepts of the English ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from sidecar.domain.lexicon import CONCEPTS
from sidecar.scoring.concepts import ConceptModel, row
from sidecar.training.forests import SEED

MAILS = Path(__file__).parent / "mails"
_NAMES = list(CONCEPTS)
_FOLDS = 5
_ENGLISH_A_CLASS = 250
_ENGLISH_WEIGHT = 0.2


def read_mails(folder: Path = MAILS) -> pd.DataFrame:
    """Frame of text, label and language from one file a language: `# class` above its mails, one a line."""
    rows: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.txt")):
        label = ""
        for line in path.read_text().splitlines():
            if line.startswith("# "):
                label = line[2:].strip()
            elif line.strip():
                rows.append({"text": line.strip(), "label": label, "language": path.stem})
    return pd.DataFrame(rows)


def _fit(mails: pd.DataFrame, english: pd.DataFrame, classes: list[str]) -> dict[str, Any]:
    texts = [*mails["text"], *english["text"]]
    labels = [*mails["label"], *english["label"]]
    weights = [1.0] * len(mails) + [_ENGLISH_WEIGHT] * len(english)
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=2000)
    model.fit(np.array([row(text, _NAMES) for text in texts]), labels, sample_weight=weights)
    place = [model.classes_.tolist().index(name) for name in classes]
    return {
        "concept_names": np.array(_NAMES),
        "concept_weights": model.coef_[place].T.astype(np.float64),
        "concept_bias": model.intercept_[place].astype(np.float64),
        "concept_temperature": np.array(1.0),
        "concept_threshold": np.array(0.0),
    }


def _table(arrays: dict[str, Any], texts: Any, classes: list[str]) -> Any:
    model = ConceptModel(arrays, classes)
    even = dict.fromkeys(classes, 1.0 / len(classes))
    return np.array([list((model.probabilities(text) or even).values()) for text in texts])


def train_concepts(
    english: pd.DataFrame, classes: list[str], calibrate: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, macro-F1 by language on the mails kept apart).

    Temperature and threshold come from a five-fold cross-validation over the training mails. `calibrate` gives both
    from a table of probabilities and the true classes.
    """
    mails = read_mails()
    mails = mails[mails["label"].isin(classes)].reset_index(
        drop=True
    )  # a history of one's own may lack a class
    part = english[english["label"].isin(classes)]
    sample = part.groupby("label").sample(_ENGLISH_A_CLASS, random_state=SEED, replace=True)
    fold = np.random.default_rng(SEED).integers(0, _FOLDS, len(mails))
    table = np.zeros((len(mails), len(classes)))
    for at in range(_FOLDS):
        arrays = _fit(mails[fold != at], sample, classes)
        table[fold == at] = _table(arrays, mails["text"][fold == at], classes)
    truth = np.array([classes.index(label) for label in mails["label"]])
    temperature, threshold = calibrate(table, truth)
    arrays = _fit(mails, sample, classes)
    arrays |= {"concept_temperature": np.array(temperature), "concept_threshold": np.array(threshold)}
    held = read_mails(MAILS / "held")
    held = held[held["label"].isin(classes)]
    metrics: dict[str, Any] = {}
    for language, rows in held.groupby("language"):
        guess = [classes[at] for at in _table(arrays, rows["text"], classes).argmax(1)]
        metrics[f"macro_f1_{language}"] = round(float(f1_score(rows["label"], guess, average="macro")), 3)
    return arrays, metrics
