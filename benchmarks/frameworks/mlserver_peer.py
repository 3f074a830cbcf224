"""MLServer's runtime of the forest; named in the model-settings.json that the benchmark writes."""

import os
from pathlib import Path

import joblib
import numpy as np
from mlserver import MLModel
from mlserver.codecs import decode_args


class Forest(MLModel):
    """POST /v2/models/forest/infer: rows of features in, scores out."""

    async def load(self) -> bool:
        self.forest = joblib.load(Path(os.environ["BENCH_FOLDER"]) / "forest.joblib")
        return True

    @decode_args
    async def predict(self, rows: np.ndarray) -> np.ndarray:
        return -self.forest.score_samples(rows)
