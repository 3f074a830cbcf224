"""BentoML's service of the forest; imported by `bentoml serve` in an environment of its own."""

import os
from pathlib import Path

import bentoml
import joblib
import numpy as np


@bentoml.service(
    workers=int(os.environ["BENCH_WORKERS"]),
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
class Forest:
    """One endpoint, POST /score: rows of features in, scores out."""

    def __init__(self) -> None:
        self.forest = joblib.load(Path(os.environ["BENCH_FOLDER"]) / "forest.joblib")

    @bentoml.api
    def score(self, rows: np.ndarray) -> np.ndarray:
        return -self.forest.score_samples(rows)
