"""Scores, reasons and mails against scikit-learn and SHAP, in one process: ratios of the median times.

    python -m venv .bench && .bench/bin/pip install -r requirements.txt -r benchmarks/requirements.txt
    OMP_NUM_THREADS=1 .bench/bin/python -m benchmarks.scoring

The forest has 100 trees on 20,000 made-up rows of 10 features; the mails are the 96 of `benchmarks/topics/first.csv`,
each read once by a model that has read none before. Peers take turns with ours, so that a busy machine slows both. Prints
markdown tables.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.topics import __main__ as topics
from sidecar.config import BUNDLED_MODELS
from sidecar.scoring.arrays import read_forest
from sidecar.scoring.text import TextModel, clean
from sidecar.training.forests import flatten

ROUNDS, SEED = 15, 7


def turns(
    peer: Callable[[], Any], ours: Callable[[], Any], repeat: int, rounds: int = ROUNDS
) -> tuple[float, float]:
    """Median seconds of one call of each, over alternating rounds; ours is called `repeat` times a round."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for at, (call, count) in enumerate(((peer, 1), (ours, repeat))):
            begin = time.perf_counter()
            for _again in range(count):
                call()
            times[at].append((time.perf_counter() - begin) / count)
    return statistics.median(times[0]), statistics.median(times[1])


def forest() -> None:
    """Scores of 1, 100 and 10,000 rows, and the reasons of one."""
    import shap

    rng = np.random.default_rng(SEED)
    fitted = IsolationForest(n_estimators=100, random_state=SEED).fit(rng.normal(size=(20_000, 10)))
    flat = read_forest(flatten(fitted))
    print("| rows | scikit-learn ms | ours ms | ratio | largest difference |\n|---|---|---|---|---|")
    for count, repeat in ((1, 20), (100, 5), (10_000, 1)):
        rows = rng.normal(scale=2.0, size=(count, 10))
        peer, ours = turns(lambda r=rows: fitted.score_samples(r), lambda r=rows: flat.score(r), repeat)
        apart = np.abs(flat.score(rows) + fitted.score_samples(rows)).max()
        print(
            f"| {count:,} | {peer * 1000:.2f} | {ours * 1000:.3f} | {peer / ours:.1f}x | {apart:.0e} |",
            flush=True,
        )
    explainer = shap.TreeExplainer(fitted)
    row = rng.normal(scale=2.0, size=(1, 10))
    peer, ours = turns(lambda: explainer.shap_values(row), lambda: flat.explain(row), 20, 60)
    alone = turns(lambda: None, lambda: flat.score(row), 20, 60)[1]
    print(
        "\n| reasons of one row | SHAP ms | ours ms | share | with the score | share |\n|---|---|---|---|---|---|"
    )
    print(
        f"| 10 features | {peer * 1000:.2f} | {(ours - alone) * 1000:.3f} | {(ours - alone) / peer:.3f}x "
        f"| {ours * 1000:.3f} | {ours / peer:.3f}x |",
        flush=True,
    )


class Pipeline:
    """The bundled text model as scikit-learn would run it: two vectorizers and a logistic regression."""

    def __init__(self, arrays: dict[str, Any]) -> None:
        self._parts = [
            self._vectorizer(arrays["words"], arrays["word_idf"], ngram_range=(1, 2)),
            self._vectorizer(arrays["grams"], arrays["gram_idf"], analyzer="char_wb", ngram_range=(3, 5)),
        ]
        self._model = LogisticRegression()
        self._model.classes_ = arrays["classes"]
        weights = np.vstack([arrays["word_weights"], arrays["gram_weights"]]).astype(np.float64)
        self._model.coef_, self._model.intercept_ = weights.T, arrays["bias"]

    @staticmethod
    def _vectorizer(names: Any, idf: Any, **shape: Any) -> TfidfVectorizer:
        found = TfidfVectorizer(
            vocabulary={str(name): at for at, name in enumerate(names)}, sublinear_tf=True, **shape
        )
        found.idf_ = idf.astype(np.float64)
        return found

    def label(self, text: str) -> str:
        """The best class."""
        from scipy.sparse import hstack

        matrix = hstack([part.transform([clean(text)]) for part in self._parts]).tocsr()
        return str(self._model.predict(matrix)[0])


def mails() -> None:
    """One mail at a time."""
    with np.load(BUNDLED_MODELS / "emails" / "model.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    texts = [mail["text"] for mail in topics.mails("first")]
    pipeline, ratios, equal = Pipeline(arrays), [], 0
    for _ in range(3):
        model, times = TextModel(arrays), [0.0, 0.0]
        model.probabilities("unpack")  # a worker does it once, at its first mail
        equal = 0
        for text in texts:
            begin = time.perf_counter()
            label = pipeline.label(text)
            middle = time.perf_counter()
            found = model.probabilities(text)
            times[0] += middle - begin
            times[1] += time.perf_counter() - middle
            equal += label == max(found, key=lambda name: found[name])
        ratios.append((times[0] / times[1], *(each * 1000 / len(texts) for each in times)))
    ratio, peer, ours = sorted(ratios)[1]
    print("\n| mails | scikit-learn ms | ours ms | ratio | equal labels |\n|---|---|---|---|---|")
    print(f"| {len(texts)} | {peer:.2f} | {ours:.2f} | {ratio:.1f}x | {equal} |")


if __name__ == "__main__":
    forest()
    mails()
