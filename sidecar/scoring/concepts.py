"""Class probabilities from the concepts a text names: one small linear model for all languages of the lexicon."""

import math

import numpy as np

from sidecar.domain.lexicon import concepts
from sidecar.scoring.arrays import Arrays


def row(text: str, names: list[str]) -> list[float]:
    """The concepts of a text in the order of `names`: the root of the count, cut at two."""
    found = concepts(text)
    return [math.sqrt(min(2, found.get(name, 0))) for name in names]


class ConceptModel:
    """Probabilities by concepts, which every language that is read has words for."""

    def __init__(self, arrays: Arrays, classes: list[str]):
        """Raises KeyError or ValueError when the arrays are not whole."""
        self.classes = classes
        self.names = [str(name) for name in arrays["concept_names"].tolist()]
        self._weights, self._bias = arrays["concept_weights"], arrays["concept_bias"]
        if self._weights.shape != (len(self.names), len(classes)) or self._bias.shape != (len(classes),):
            raise ValueError("the text model's concepts do not fit its classes")

    def probabilities(self, text: str) -> dict[str, float] | None:
        """By class; None when the text names no concept at all."""
        values = np.array(row(text, self.names))
        if not values.any():
            return None
        logits = values @ self._weights + self._bias
        odds = np.exp(logits - logits.max())
        return dict(zip(self.classes, (odds / odds.sum()).tolist(), strict=True))
