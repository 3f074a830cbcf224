"""Loads prompts from disk under their manifests, and again when a manifest changes: artefacts like models."""

import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

#: Names there may be; a prompt's folder is `<models>/prompts/<name>`.
NAMES = ("summaries", "drafts")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A whole prompt: its text is what its manifest's hash says."""

    name: str
    version: str
    text: str
    max_tokens: int


def read_prompt(folder: Path, name: str) -> Prompt:
    """The prompt of a folder. Raises ValueError, KeyError or OSError when it is missing or tampered with."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    content = (folder / "prompt.txt").read_bytes()
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise ValueError(f"{folder / 'prompt.txt'} does not match the sha256 of its manifest")
    if manifest["name"] != name:
        raise ValueError(f"{folder} holds the prompt {manifest['name']}, not {name}")
    limit = int(manifest["max_tokens"])
    if not 0 < limit <= 4000:
        raise ValueError(f"{folder}: max_tokens must be 1 to 4000")
    return Prompt(name, str(manifest["version"]), content.decode(), limit)


class PromptStore:
    """The prompts in use: the configured folder's, else the bundled ones."""

    def __init__(self, folder: Path, bundled: Path) -> None:
        self._folders = (folder / "prompts", bundled / "prompts")
        self._seen: dict[str, tuple[tuple[str, int, int], Prompt | None]] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Prompt | None:
        """The prompt in use; None when there is none that may be used."""
        folder = next(
            (each / name for each in self._folders if (each / name / "manifest.json").is_file()), None
        )
        if folder is None:
            return None
        stat = (folder / "manifest.json").stat()
        stamp = (str(folder), stat.st_mtime_ns, stat.st_ino)
        with self._lock:
            if self._seen.get(name, (None, None))[0] != stamp:
                self._seen[name] = (stamp, self._load(folder, name))
            return self._seen[name][1]

    def _load(self, folder: Path, name: str) -> Prompt | None:
        try:
            return read_prompt(folder, name)
        except (ValueError, KeyError, OSError, TypeError) as error:
            log.error("prompt_refused", prompt=name, reason=str(error))
            return None
