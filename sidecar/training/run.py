"""Trains a subject and writes its folder."""

import hashlib
import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sidecar.config import read_odoo as odoo_settings
from sidecar.scoring import discounts, patterns, purchases, tabular
from sidecar.training.card import write_card
from sidecar.training.connection import connect
from sidecar.training.csv_files import moments, read_frame
from sidecar.training.emails import read_emails, read_labelled, train_emails
from sidecar.training.evaluate import evaluate
from sidecar.training.expected import (
    expected_of,
    line_samples,
    places,
    record_samples,
    text_samples,
    week_samples,
)
from sidecar.training.forests import lines_of
from sidecar.training.line_models import train_lines
from sidecar.training.odoo import read_odoo, read_odoo_weeks
from sidecar.training.odoo_records import read_odoo_records
from sidecar.training.patterns import read_weeks, train_patterns
from sidecar.training.records import as_known, records_of
from sidecar.training.sources import read_history
from sidecar.training.tabular import train_records
from sidecar.training.trials import correction_detection, line_detection, pattern_detection

_FEATURES = {"discounts": discounts.FEATURES, "purchases": purchases.FEATURES}


@dataclass(frozen=True)
class Span:
    """The days of a history that are used; open where None."""

    since: datetime | None = None
    until: datetime | None = None

    def of(self, dates: "pd.Series[Any]") -> "pd.Series[bool]":
        """Which dates lie in the span; a row without a date does only in an open one."""
        inside = pd.Series(True, dates.index)
        if self.since:
            inside &= dates >= self.since
        if self.until:
            inside &= dates < self.until
        return inside


def _lines(
    subject: str, history: list[Path], odoo: bool, span: Span, say: Callable[[str], None]
) -> pd.DataFrame:
    frames = [read_history(path, subject) for path in history]
    if odoo:
        frames.append(read_odoo(connect(*odoo_settings()), subject, say, span.since, span.until))
    if not frames:
        raise ValueError("name a history file or --odoo")
    frame = pd.concat(frames).sort_values(
        "date", kind="stable", ignore_index=True
    )  # what is later is judged by what was before
    return frame[span.of(frame["date"])]


def _records(
    subject: str, history: list[Path], odoo: bool, span: Span, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    frames = [read_frame(path) for path in history]
    if odoo:
        frames.append(read_odoo_records(connect(*odoo_settings()), subject, span.since, span.until))
        say(f"{len(frames[-1])} records from Odoo")
    if not frames:
        raise ValueError("name a history file or --odoo")
    out = []
    for raw in frames:
        found, index = records_of(subject, raw)
        dates = pd.Series([record["date"] for record in found], index, dtype="datetime64[ns]")
        out += [record for record, inside in zip(found, span.of(dates), strict=True) if inside]
    return as_known(out, span.until)


def _weeks(
    history: list[Path], odoo: bool, span: Span, limit: float, say: Callable[[str], None]
) -> pd.DataFrame:
    frames = [read_weeks(read_frame(path), limit) for path in history]
    if odoo:
        frames.append(read_odoo_weeks(connect(*odoo_settings()), limit, say, span.since, span.until))
    if not frames:
        raise ValueError("name a history file or --odoo")
    frame = pd.concat(frames, ignore_index=True)
    return frame[span.of(moments(frame, "week"))].reset_index(drop=True)


def train_model(
    subject: str,
    history: list[Path],
    output: Path,
    *,
    odoo: bool = False,
    labelled: list[Path] | None = None,
    source: str = "own history",
    version: str = "",
    say: Callable[[str], None] = print,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: float = 0.0,
    trials: bool = False,
) -> tuple[Path, dict[str, Any]]:
    """(folder, manifest). `labelled` files are only reported on, each against the history of the same place.

    Rows of `since` and later and before `until` are used; `limit` is for patterns, see `weeks_of`.
    `trials` measures by kind of fault as well (`sidecar.training.trials`), which trains a second time.

    Raises ValueError for a history that cannot be used and OSError when Odoo or the folder is away.
    """
    metrics: dict[str, Any] = {}
    detection: dict[str, Any] = {}
    span = Span(since, until)
    if subject == "emails":
        if len(history) != 1:
            raise ValueError(
                "emails are trained from one CSV of text and class, or one folder of public data"
            )
        emails = read_emails(history[0]) if history[0].is_dir() else read_labelled(history[0])
        arrays, metrics = train_emails(emails)
        samples = text_samples()
        rows, features = len(emails), ["word 1-2 grams", "character 3-5 grams"]
    elif subject == "patterns":
        frame = _weeks(history, odoo, span, limit, say)
        say(f"{len(frame)} weeks of {frame.groupby(['role', 'party']).ngroups} parties")
        arrays = train_patterns(frame)
        samples = week_samples(frame)
        rows, features = len(frame), list(patterns.FEATURES)
        detection = pattern_detection(frame) if trials else {}
    elif subject in tabular.MODULES:
        records = _records(subject, history, odoo, span, say)
        say(f"{len(records)} usable records")
        arrays, metrics = train_records(subject, records)
        samples = record_samples(records)
        rows, features = len(records), list(tabular.MODULES[subject].FEATURES)
        if trials and subject == "stock-moves":
            detection = correction_detection(records)
    else:
        frame = _lines(subject, history, odoo, span, say)
        say(f"{len(frame)} usable lines")
        arrays = train_lines(subject, frame)
        samples = line_samples(lines_of(frame.iloc[places(len(frame))]))
        rows, features = len(frame), list(_FEATURES[subject])
        for past in history if trials else []:
            kinds = line_detection(subject, read_history(past, subject))
            detection |= {f"{kind}, {past.name}": found for kind, found in kinds.items()}
        for past, faults in zip(history, labelled or [], strict=False):
            metrics[faults.name] = evaluate(subject, past, faults)
    now = datetime.now(UTC)
    manifest = {
        "name": subject,
        "version": version or now.strftime("%Y.%m.%d"),
        "created": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "rows": rows,
        "features": features,
        "source": source,
        "metrics": metrics,
    }
    if detection:
        manifest["detection"] = detection
    return write_model(output / subject, arrays, manifest, samples), manifest


def write_model(
    folder: Path,
    arrays: dict[str, Any],
    manifest: dict[str, Any],
    samples: list[dict[str, Any]] | None = None,
) -> Path:
    """Writes model.npz, the card, the answers expected to `samples` and, last, the manifest; each file appears whole."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    content = buffer.getvalue()
    manifest["sha256"], manifest["bytes"] = hashlib.sha256(content).hexdigest(), len(content)
    _replace(folder / "model.npz", content)
    if samples:
        expected = expected_of(manifest["name"], arrays, samples)
        manifest["expected_sha256"] = hashlib.sha256(expected).hexdigest()
        _replace(folder / "expected.json", expected)
    _replace(folder / "MODEL_CARD.md", write_card(manifest).encode())
    _replace(folder / "manifest.json", (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode())
    return folder


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
