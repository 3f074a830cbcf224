"""Loads models from disk under their manifests, and again when a manifest changes."""

import hashlib
import io
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import structlog

from sidecar.scoring.expected import check
from sidecar.scoring.lines import LineModel
from sidecar.scoring.patterns import PatternModel
from sidecar.scoring.tabular import MODULES as TABULAR
from sidecar.scoring.tabular import TabularModel
from sidecar.scoring.topics import MailModel

#: What a worker answers over HTTP.
#: Mails first: what reading the expected ones leaves free is taken up by the models after it.
SUBJECTS = ("emails", "discounts", "purchases", "stock-moves", "orders", "payments", "lead-times", "patterns")
#: Below the folder of models: challengers that answer in the champions' shadow.
CHALLENGERS = ".challenger"
_CHECK_EVERY = 3.0
log = structlog.get_logger()
Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Model]):
    """A usable model, its version and the hash of its arrays."""

    model: Model
    version: str
    sha256: str = ""

    @property
    def mark(self) -> str:
        """Version and beginning of the hash, for two models of one day differ."""
        return f"{self.version[:64]}-{self.sha256[:8]}"


def read_model(folder: Path, subject: str) -> Loaded[Any]:
    """The model of a folder.

    Raises ValueError, KeyError or OSError when it is missing, tampered with or damaged, or answers the rows it ships
    with otherwise than training did.
    """
    manifest = json.loads((folder / "manifest.json").read_bytes())
    content = (folder / "model.npz").read_bytes()
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise ValueError(f"{folder / 'model.npz'} does not match the sha256 of its manifest")
    if manifest["name"] != subject:
        raise ValueError(f"{folder} holds a model of {manifest['name']}, not of {subject}")
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    model = build_model(subject, arrays)
    if "expected_sha256" in manifest:
        check(subject, model, _expected(folder / "expected.json", manifest["expected_sha256"]))
        if isinstance(model, MailModel):
            model.fold()  # the check read texts; a worker that never reads a mail keeps no words unpacked
    return Loaded(model, str(manifest["version"]), str(manifest["sha256"]))


def _expected(path: Path, sha256: str) -> dict[str, Any]:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{path} does not match the sha256 in its model's manifest")
    found: dict[str, Any] = json.loads(content)
    return found


def build_model(subject: str, arrays: dict[str, Any]) -> Any:
    """The model of a subject from its arrays. Raises KeyError or ValueError when they are not whole."""
    if subject == "emails":
        return MailModel(arrays)
    if subject == "patterns":
        return PatternModel(arrays)
    return TabularModel(subject, arrays) if subject in TABULAR else LineModel(subject, arrays)


class ModelStore:
    """Hands out the current model of each subject; None when there is none that may be used."""

    def __init__(
        self, folder: Path, bundled: Path | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`bundled` answers where `folder` has none; without it this is a store of challengers."""
        self._folders, self._clock = (folder, bundled) if bundled else (folder,), clock
        self._challengers = ModelStore(folder / CHALLENGERS, None, clock) if bundled else None
        self._loaded: dict[str, Loaded[Any] | None] = {}
        self._seen: dict[str, tuple[str, int, int] | None] = {}
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def _find(self, subject: str) -> Path | None:
        return next((f / subject for f in self._folders if (f / subject / "manifest.json").is_file()), None)

    def get(self, subject: str) -> Loaded[Any] | None:
        """The model in use; looks at its manifest at most every three seconds."""
        if self._clock() >= self._next.get(subject, float("-inf")) and self._lock.acquire(
            blocking=subject not in self._loaded
        ):
            try:
                if self._clock() >= self._next.get(subject, float("-inf")):
                    self._refresh(subject)
                    self._next[subject] = self._clock() + _CHECK_EVERY
            finally:
                self._lock.release()
        return self._loaded.get(subject)

    def challenger(self, subject: str) -> Loaded[Any] | None:
        """The model in `.challenger/` beside the champions, that answers in their shadow; None without one."""
        if self._challengers is None:
            return None
        return self._challengers.get(subject)

    def _refresh(self, subject: str) -> None:
        folder = self._find(subject)
        try:
            stat = (folder / "manifest.json").stat() if folder else None
        except OSError:
            stat = None
        stamp = (str(folder), stat.st_mtime_ns, stat.st_ino) if stat else None
        if subject in self._loaded and stamp == self._seen.get(subject):
            return
        self._seen[subject] = stamp
        if folder is None:
            if self._challengers is not None:
                log.warning("model_missing", subject=subject)
            self._loaded[subject] = None
            return
        try:
            self._loaded[subject] = read_model(folder, subject)
            log.info("model_loaded", subject=subject, version=self._loaded[subject].version)  # type: ignore[union-attr]
        except (ValueError, KeyError, OSError, TypeError, EOFError) as error:
            log.error("model_refused", subject=subject, reason=str(error))
            self._loaded[subject] = None

    def states(self) -> dict[str, str]:
        """Version of each subject's model; without one `rules` where rules answer, else `none`."""
        found = {subject: self.get(subject) for subject in SUBJECTS}
        without = {
            subject: "none" if subject in TABULAR or subject == "patterns" else "rules"
            for subject in SUBJECTS
        }
        return {subject: entry.version if entry else without[subject] for subject, entry in found.items()}
