"""Takes a model's arrays apart; the same names are written by training."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecar.scoring.forest import FlatForest
from sidecar.scoring.histories import Histories

Arrays = Mapping[str, NDArray[Any]]


def read_forest(arrays: Arrays) -> FlatForest:
    """The forest among `arrays`. Raises KeyError or ValueError when the arrays are incomplete."""
    return FlatForest(
        arrays["forest_feature"],
        arrays["forest_threshold"],
        arrays["forest_value"],
        float(arrays["forest_norm"]),
        int(arrays["forest_features"]),
    )


def read_histories(arrays: Arrays) -> Histories:
    """All tables `history_<name>_ids` and `history_<name>_stats`."""
    names = [
        key[len("history_") : -len("_ids")]
        for key in arrays
        if key.startswith("history_") and key.endswith("_ids")
    ]
    return Histories(
        {name: (arrays[f"history_{name}_ids"], arrays[f"history_{name}_stats"]) for name in names}
    )


def prefixed(arrays: Arrays, prefix: str) -> Arrays:
    """The arrays whose names begin so, without that beginning: those of a model within a model."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


#: A sum of a hundred paths differs by less than this between machines, and by the order it is added in.
_ROUNDING = 1e-12


def percentile(quantiles: NDArray[np.float64], score: float) -> float:
    """Share of the training history with a lower score, 0..1, by the quantiles at `LEVELS`.

    A score that many rows of the history share ranks above all of them, a rounding error below it too.
    """
    return float(np.interp(score + _ROUNDING, quantiles, LEVELS, left=0.0, right=1.0))


LEVELS: NDArray[np.float64] = np.concatenate(
    [
        np.linspace(0.0, 0.9, 91),
        np.linspace(0.9, 0.99, 91)[1:],
        np.linspace(0.99, 0.999, 91)[1:],
        [0.9995, 0.9999, 1.0],
    ]
)
