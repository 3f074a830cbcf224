"""`python -m sidecar.training.table FOLDER [--write MODELS] [--only SUBJECT]`: every subject beside its peers, one table each.

Each model that is measured is trained by the same commands on what came before the measured rows: the labelled file of
a history where there is one, else the newest 15 % of the history (of mails every tenth). The bundled models were trained on all of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from sidecar.config import BUNDLED_MODELS
from sidecar.training.card import write_card
from sidecar.training.concepts import MAILS, read_mails
from sidecar.training.csv_files import read_frame
from sidecar.training.emails import read_emails
from sidecar.training.judge import Figure, as_rows, beside_peers, judge, table
from sidecar.training.peers import LINES
from sidecar.training.records import records_of
from sidecar.training.run import train_model
from sidecar.training.sources import normalise

#: History and labelled files by subject, with wildcards; a missing one is said, never passed over in silence.
FILES: dict[str, tuple[tuple[str, str], ...]] = {
    "discounts": (("discount_history.csv*", "discount_injected*.csv*"),),
    "purchases": (
        ("po_scms_history.csv*", "po_scms_injected*.csv*"),
        ("po_adventureworks_history.csv*", "po_adventureworks_injected*.csv*"),
    ),
    "stock-moves": (("stock_moves_history.csv*", "stock_moves_labelled*.csv*"),),
    "orders": (("order_risk_train.csv*", "order_risk_labelled*.csv*"),),
    "payments": (("payments_history.csv*", "payments_labelled*.csv*"),),
    "lead-times": (("lead_time_train.csv*", "lead_time_labelled*.csv*"),),
    "emails": (("email_intent_mapping.csv", "emails_labelled*.csv*"),),
}
_NEWEST = 0.15
#: Figures of simple peers that came with the public data, measured by its collectors on later parts of the same sources
#: that are not among these files; for comparison by eye, because neither the rows nor the run are ours.
REFERENCES: dict[str, dict[str, str]] = {
    "discounts": {
        "isolation forest, raw columns": "AUROC 0.868, average precision 0.090",
        "boosted trees' residual": "AUROC 0.962, average precision 0.282",
    },
    "purchases": {
        "SCMS: isolation forest, raw columns": "AUROC 0.652, average precision 0.100",
        "SCMS: isolation forest, deviations": "AUROC 0.699, average precision 0.067",
        "AdventureWorks: largest robust z": "AUROC 0.990, average precision 0.616",
    },
    "stock-moves": {
        "isolation forest": "AUROC 0.882, average precision 0.353",
        "supervised": "AUROC 0.963, average precision 0.859",
    },
    "orders": {"boosted trees": "AUROC 0.647, average precision 0.149"},
    "emails": {
        "TF-IDF and logistic regression": "macro-F1 0.833 on the mix, 0.68 and 0.71 on the two HINT3 sellers",
        "best published on the two HINT3 sellers": "0.757 and 0.874",
    },
    "lead-times": {"vendor's median": "mean absolute error of 61.2 days"},
}


def _dates(subject: str, raw: pd.DataFrame) -> pd.Series[Any]:
    """When each usable row was, oldest first."""
    if subject in LINES:
        return normalise(raw, subject)["date"]
    records, index = records_of(subject, raw)
    return pd.Series([record["date"] for record in records], index).sort_values(kind="stable")


def split(subject: str, history: Path, labelled: Path | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(past, asked) as the files hold them: nothing of the past is as late as what is asked about.

    An outcome of the past may have become known later: `measure` keeps it from the model, `peers` from the others.
    """
    if subject == "emails":
        texts = read_emails(history.parent).rename(columns={"label": "class"})
        if labelled:
            return texts, read_frame(labelled)
        held = texts.index % 10 == 0
        apart = (
            read_mails(MAILS / "held").rename(columns={"label": "class"}).assign(source="mails of our own")
        )
        return texts[~held], pd.concat([texts[held].assign(language="en"), apart], ignore_index=True)
    raw = read_frame(history)
    dates = _dates(subject, raw)
    if labelled:
        asked = read_frame(labelled)
        return raw.loc[dates[dates < _dates(subject, asked).min()].index], asked
    edge = dates.iloc[int(len(dates) * (1.0 - _NEWEST))]
    return raw.loc[dates[dates < edge].index], raw.loc[dates[dates >= edge].index]


def measure(subject: str, history: Path | None, labelled: Path | None) -> list[tuple[str, Figure]]:
    """(who, figure) of a model of the past and its peers; without a history of the bundled model alone.

    Raises ValueError or OSError for files that cannot be used.
    """
    if history is None:
        model = BUNDLED_MODELS / subject
        if labelled is None or not (model / "manifest.json").is_file():
            return []
        return [("bundled", figure) for figure in judge(subject, model, labelled)]
    with TemporaryDirectory() as scratch:
        past, asked = Path(scratch) / "past.csv", Path(scratch) / "asked.csv"
        for path, frame in zip((past, asked), split(subject, history, labelled), strict=True):
            frame.to_csv(path, index=False)
        until = None if subject == "emails" else _dates(subject, read_frame(asked)).min().to_pydatetime()
        folder, _ = train_model(subject, [past], Path(scratch), say=lambda _: None, until=until)
        return beside_peers(subject, "gatehouse", folder, asked, past)


def _tables(subject: str, folder: Path) -> dict[str, list[tuple[str, Figure]]]:
    """The figures by measured file, printed as they are found."""
    found: dict[str, list[tuple[str, Figure]]] = {}
    for pair in FILES[subject]:
        history, *labelled = (sorted(folder.glob(pattern)) for pattern in pair)
        files: list[Path | None] = [*labelled[0]]
        for asked in files or [None]:
            rows = measure(subject, history[0] if history else None, asked)
            if not rows:
                print(f"No file {' or '.join(pair)} in {folder}.")
                continue
            newest = (
                "every tenth mail, and those kept apart in five languages"
                if subject == "emails"
                else f"newest 15 % of {pair[0].rstrip('*')}"
            )
            name = asked.name if asked else newest
            found[name] = rows
            print(f"{name}\n\n{table(rows)}\n", flush=True)
    return found


def write(folder: Path, found: dict[str, list[tuple[str, Figure]]]) -> None:
    """Puts the tables of a model's files into its manifest and its card."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["evaluation"] = {
        name: [{"who": who, **as_rows([figure])[0]} for who, figure in rows] for name, rows in found.items()
    }
    manifest["references"] = REFERENCES.get(folder.name, {})
    (folder / "MODEL_CARD.md").write_text(write_card(manifest))
    path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")


def main(arguments: list[str]) -> int:
    """Print the tables; 1 when no file was found."""
    parser = argparse.ArgumentParser(description="Measure every subject beside its peers (docs/models.md)")
    parser.add_argument("folder", type=Path, help="holds the histories and labelled files")
    parser.add_argument("--write", type=Path, help="folder of models whose cards take the tables")
    parser.add_argument("--only", choices=FILES, action="append", help="these subjects alone")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    measured = 0
    for subject in options.only or FILES:
        print(f"\n## {subject}\n", flush=True)
        found = _tables(subject, options.folder)
        measured += len(found)
        if found and options.write and (options.write / subject / "manifest.json").is_file():
            write(options.write / subject, found)
    return 0 if measured else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
