"""`python -m sidecar.training.table FOLDER`: every bundled model on the labelled files of a folder, one table each."""

from __future__ import annotations

import sys
from pathlib import Path

from sidecar.config import BUNDLED_MODELS
from sidecar.training.judge import judge, table
from sidecar.training.registry import manifest_of, mark

#: Files of a folder by subject; a missing one is said, never passed over in silence.
FILES = {
    "discounts": ("discount_injected*.csv*",),
    "purchases": ("po_*_injected*.csv*",),
    "stock-moves": ("stock_moves_labelled*.csv*",),
    "orders": ("order_risk_labelled*.csv*",),
    "payments": ("payments_labelled*.csv*",),
    "lead-times": ("lead_time_labelled*.csv*",),
    "emails": ("emails_labelled*.csv*",),
}


def main(arguments: list[str]) -> int:
    """Print the tables; 1 when no file was found, 2 for a wrong call."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: make evaluate DATA=folder; the folder holds the labelled files", file=sys.stderr)
        return 2
    folder, measured = Path(arguments[0]), 0
    for subject, patterns in FILES.items():
        files = sorted(path for pattern in patterns for path in folder.glob(pattern))
        model = BUNDLED_MODELS / subject
        print(f"\n## {subject}\n")
        if not (model / "manifest.json").is_file():
            print("No model is bundled; train one from your own history.")
            continue
        if not files:
            print(f"No file {' or '.join(patterns)} in {folder}.")
            continue
        name = mark(manifest_of(model))
        for path in files:
            print(f"{path.name}\n")
            print(table([(name, figure) for figure in judge(subject, model, path)]), flush=True)
            measured += 1
    return 0 if measured else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
