"""Whether the reasons of lines name what was wrong: the forest's, as shipped, beside reasons made of the fault trees.

    OMP_NUM_THREADS=1 PYTHONPATH=. "$(python3 -m stack python)" -m benchmarks.reasons DATA

DATA is the folder of public sets. Takes the labelled lines above the 99th percentile of the bundled models. A tree's reason is
the feature that, set to usual, lowers the trees' answer most, as the reasons of risks are made. Prints a markdown table.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sidecar.adapters.model_store import read_model
from sidecar.config import BUNDLED_MODELS
from sidecar.domain.lines import Line
from sidecar.scoring.lines import LineModel, stretch
from sidecar.training.csv_files import read_frame
from sidecar.training.forests import lines_of
from sidecar.training.sources import normalise

FILES = {"discounts": "discount_injected_public.csv.gz", "purchases": "po_scms_injected_public.csv"}
#: Kinds of faults of these files, and the features whose sentence names them; of the others every sentence is about the price.
NAMES = {
    "deep_small_qty": {"quantity", "earned"},
    "tier_not_earned": {"quantity", "earned"},
    "price": {"price", "vendor_price"},
    "vendor": {"vendor"},
    "qty": {"quantity", "amount"},
    "lead": {"lead"},
}
FLAGGED = 0.99


def labelled(subject: str, path: Path) -> tuple[list[Line], list[str]]:
    """The file's lines and the kind of fault in each, empty in honest ones."""
    raw = read_frame(path)
    frame = normalise(raw, subject)
    return lines_of(frame), raw["kind"].reindex(frame.index).fillna("").tolist()


def of_the_trees(model: LineModel, line: Line) -> str:
    """The feature that, set to usual, lowers the answer of the fault trees most; empty where none does."""
    assert model._faults is not None
    evidence, trees = model._faults
    row = model.matrix([line])[0]
    matrix = np.vstack([row, row * (1.0 - np.eye(len(row)))])
    scores = stretch(model.forest.score(matrix), matrix, model.limits)
    record = np.tile(np.array(evidence.row(line)), (len(matrix), 1))
    raw = trees.raw(np.hstack([matrix, record, scores[:, None]]))
    drops = raw[0] - raw[1:]
    return str(model._kind.FEATURES[int(drops.argmax())]) if drops.max() > 0.0 else ""


def compared(subject: str, path: Path) -> dict[str, Any]:
    """How often both agree and each names the fault, and what the trees' reasons cost."""
    model: LineModel = read_model(BUNDLED_MODELS / subject, subject).model
    lines, kinds = labelled(subject, path)
    found = model.score(lines)
    rows, seconds = [], 0.0
    for line, kind, entry in zip(lines, kinds, found, strict=True):
        if entry.percentile < FLAGGED:
            continue
        begin = time.perf_counter()
        theirs = of_the_trees(model, line)
        seconds += time.perf_counter() - begin
        usual = model._kind.usuals(line, model.histories)
        text = model._kind.reason_text(theirs, line, usual) if theirs else ""
        shown = [reason.text for reason in entry.reasons]
        right = NAMES.get(kind)
        rows.append((
            text == shown[0], text in shown, right is not None, right and entry.reasons[0].code in right, right and theirs in right,
        ))  # fmt: skip
    first, among, named, ours, theirs_right = (
        int(sum(map(bool, column))) for column in zip(*rows, strict=True)
    )
    return {
        "subject": subject, "lines": len(rows), "first reason the same": f"{first / len(rows):.0%}",
        "the trees' among those shown": f"{among / len(rows):.0%}", "faults with a name": named, "named by the forest": ours,
        "named by the trees": theirs_right, "ms a line": f"{1e3 * seconds / len(rows):.2f}",
    }  # fmt: skip


def main(folder: Path) -> None:
    """Print the table of both subjects."""
    table = pd.DataFrame([compared(subject, folder / name) for subject, name in FILES.items()])
    print("| " + " | ".join(table.columns) + " |")
    print("|" + "---|" * len(table.columns))
    for row in table.itertuples(index=False):
        print("| " + " | ".join(str(value) for value in row) + " |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
