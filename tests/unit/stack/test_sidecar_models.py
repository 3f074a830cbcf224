"""What `make up` does to the models of a stack that was up before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sidecar.config import BUNDLED_MODELS
from sidecar.training.registry import MODELS, PROMPTS, Kind, install
from stack.sidecar import lay_out

pytestmark = pytest.mark.unit


def version(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text())["version"])


def as_version(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "version": name}))


@pytest.mark.parametrize(
    ("kind", "below", "subject", "other"),
    [(MODELS, ".", "discounts", "emails"), (PROMPTS, "prompts", "drafts", "summaries")],
)
def test_what_was_promoted_outlives_a_start_and_the_rest_is_renewed(
    tmp_path: Path, kind: Kind, below: str, subject: str, other: str
) -> None:
    served, better = tmp_path / "models", tmp_path / "better"
    lay_out(BUNDLED_MODELS, served)
    shutil.copytree(served / below / subject, better)
    as_version(better, "2026.12.24")
    install(served / below, subject, better, "better on the newest rows", kind=kind)
    as_version(served / below / other, "1999.01.01")

    lay_out(BUNDLED_MODELS, served)

    assert version(served / below / subject) == "2026.12.24"
    assert version(served / below / other) == version(BUNDLED_MODELS / below / other)
