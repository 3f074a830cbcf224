"""The folder of models as a registry: what serves, what served before, and who changed it why.

models/<subject>/                       the champion: what workers serve
models/.versions/<subject>/<version>/   what served before, whole folders under their own manifests
models/.versions/history.jsonl          one line a change
models/.challenger/<subject>/           what answers in the champion's shadow

Prompts are kept the same way under models/prompts.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sidecar.adapters.model_store import CHALLENGERS, read_model
from sidecar.adapters.prompt_store import read_prompt
from sidecar.config import BUNDLED_MODELS


@dataclass(frozen=True, slots=True)
class Kind:
    """What a registry holds: its files with the manifest last, where it is bundled, and how it is proven whole."""

    word: str
    files: tuple[str, ...]
    bundled: Path
    prove: Callable[[Path, str], object]


#: The manifest last: workers look at it.
MODELS = Kind(
    "model", ("model.npz", "expected.json", "MODEL_CARD.md", "manifest.json"), BUNDLED_MODELS, read_model
)
PROMPTS = Kind("prompt", ("prompt.txt", "manifest.json"), BUNDLED_MODELS / "prompts", read_prompt)


class RegistryError(ValueError):
    """A promotion or rollback that cannot be done; the text says why and what to do."""


def manifest_of(folder: Path, kind: Kind = MODELS) -> dict[str, Any]:
    """A whole model's manifest. Raises RegistryError when the model would be refused."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        kind.prove(folder, manifest["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegistryError(f"{folder} holds no usable {kind.word}: {error}") from error
    return manifest


def mark(manifest: dict[str, Any]) -> str:
    """A version's name: its date and the beginning of its hash, for two models of one day differ."""
    return f"{manifest['version']}-{manifest['sha256'][:8]}"


def champion_of(root: Path, subject: str, kind: Kind = MODELS) -> Path | None:
    """The folder of what serves: the configured one, else the bundled model, as workers look for it."""
    folders = (root / subject, kind.bundled / subject)
    return next((folder for folder in folders if (folder / "manifest.json").is_file()), None)


def versions(root: Path, subject: str) -> list[str]:
    """The kept versions of a subject, oldest first by when they were put aside."""
    kept = root / ".versions" / subject
    return [path.name for path in sorted(kept.glob("*/"), key=lambda path: path.stat().st_mtime)]


def install(
    root: Path, subject: str, source: Path, reason: str, figures: Any = None, kind: Kind = MODELS
) -> tuple[str, str]:
    """Make the model in `source` the champion; the one before is kept. (before, after) as version names.

    Every file appears whole and the manifest last, so a worker that looks meanwhile sees the old or the new model.
    Raises RegistryError when `source` holds no usable model of the subject.
    """
    manifest = manifest_of(source, kind)
    if manifest["name"] != subject:
        raise RegistryError(f"{source} holds a {kind.word} of {manifest['name']}, not of {subject}")
    target = root / subject
    before = ""
    champion = champion_of(root, subject, kind)
    if champion:
        before = mark(json.loads((champion / "manifest.json").read_text()))
        kept = root / ".versions" / subject / before
        if not kept.is_dir():
            _copy(champion, kept, kind)
        os.utime(kept)
    _copy(source, target, kind)
    after = mark(manifest)
    _note(root, subject=subject, before=before, after=after, reason=reason, figures=figures)
    return before, after


def rollback(
    root: Path, subject: str, reason: str, version: str = "", kind: Kind = MODELS
) -> tuple[str, str]:
    """Serve a kept version again, by default the one that served last. (before, after) as version names."""
    known = versions(root, subject)
    current = mark(manifest_of(root / subject, kind)) if (root / subject / "manifest.json").is_file() else ""
    earlier = [name for name in known if name != current]
    if not earlier:
        raise RegistryError(f"no earlier version of {subject} is kept in {root}")
    if version and version not in earlier:
        raise RegistryError(f"there is no version {version} of {subject}; kept are: {', '.join(earlier)}")
    return install(root, subject, root / ".versions" / subject / (version or earlier[-1]), reason, kind=kind)


def challenge(root: Path, subject: str, source: Path, reason: str) -> str:
    """Let the model in `source` answer in the champion's shadow; its version's name.

    Raises RegistryError when `source` holds no usable model of the subject.
    """
    manifest = manifest_of(source)
    if manifest["name"] != subject:
        raise RegistryError(f"{source} holds a model of {manifest['name']}, not of {subject}")
    _copy(source, root / CHALLENGERS / subject, MODELS)
    _note(root, subject=subject, before="", after=mark(manifest), reason=f"in shadow: {reason}")
    return mark(manifest)


def withdraw(root: Path, subject: str, reason: str) -> str:
    """End the challenge; the version's name. Raises RegistryError when there is none."""
    folder = root / CHALLENGERS / subject
    if not (folder / "manifest.json").is_file():
        raise RegistryError(f"no challenger of {subject} is in {root}")
    name = mark(json.loads((folder / "manifest.json").read_text()))
    (folder / "manifest.json").unlink()  # first: workers look at it
    shutil.rmtree(folder)
    _note(root, subject=subject, before=name, after="", reason=f"out of shadow: {reason}")
    return name


def _copy(source: Path, target: Path, kind: Kind) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in kind.files:
        if (source / name).is_file():
            part = target / f".{name}.{os.getpid()}"
            shutil.copyfile(source / name, part)
            part.replace(target / name)


def _note(root: Path, **entry: Any) -> None:
    path = root / ".versions" / "history.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), **entry}
    with path.open("a") as out:
        out.write(json.dumps(line, sort_keys=True) + "\n")
