"""Stores the forest as mlflow serves it: `python mlflow_peer.py FOLDER`, run in mlflow's environment before `mlflow models serve`."""

import sys
from pathlib import Path

import joblib
import mlflow.pyfunc


class Forest(mlflow.pyfunc.PythonModel):
    """POST /invocations: rows of features in, scores out. Its sklearn flavour gives an isolation forest's class alone."""

    def __init__(self, forest):
        self.forest = forest

    def predict(self, context, model_input, params=None):  # without types, which mlflow takes for a schema
        return -self.forest.score_samples(model_input)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    mlflow.pyfunc.save_model(folder / "mlflow", python_model=Forest(joblib.load(folder / "forest.joblib")))
