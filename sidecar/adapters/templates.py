"""Renders the Jinja templates of summaries and drafts as plain text; the caller's page escapes it."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sidecar.domain.summaries import Case

FOLDER = Path(__file__).parent / "templates"


class Templates:
    """The templates of a folder, each with a version that changes with its content."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=select_autoescape(("html",)),
            keep_trailing_newline=False,
        )  # fmt: skip
        self.version = lru_cache(maxsize=64)(self._version)

    def render(self, name: str, case: Case) -> str:
        """The template's text of a case."""
        text = self._environment.get_template(f"{name}.txt.jinja").render(case=case)
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def has(self, name: str) -> bool:
        """Whether there is such a template."""
        return (self._folder / f"{name}.txt.jinja").is_file()

    def _version(self, name: str) -> str:
        folder = (self._folder / name).parent
        content = b"".join(path.read_bytes() for path in sorted(folder.glob("*.jinja")))
        return f"{name} {hashlib.sha256(content).hexdigest()[:8]}"
