"""Fits a model to the concepts that mails name, and reads the mails of our own in five languages."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from sidecar.domain.lexicon import CONCEPTS
from sidecar.scoring.concepts import row
from sidecar.training.forests import SEED

MAILS = Path(__file__).parent / "mails"
_NAMES = list(CONCEPTS)


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


def fit_concepts(texts: Any, labels: Any, weights: Any, classes: list[str]) -> dict[str, Any]:
    """The arrays of a concept model of these classes. weights: (rows,)"""
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=3000, random_state=SEED)
    model.fit(np.array([row(text, _NAMES) for text in texts]), labels, sample_weight=weights)
    place = [model.classes_.tolist().index(name) for name in classes]
    return {
        "concept_names": np.array(_NAMES),
        "concept_weights": model.coef_[place].T.astype(np.float64),
        "concept_bias": model.intercept_[place].astype(np.float64),
    }


def read_held(classes: list[str]) -> pd.DataFrame:
    """The mails kept apart, as `read_mails` has them."""
    held = read_mails(MAILS / "held")
    return held[held["label"].isin(classes)]
