"""promtool of Prometheus from Debian's packages, unpacked into the cache and not installed; it tests the alert rules."""

from __future__ import annotations

import os
from pathlib import Path

from .cache import built, log_of
from .debian import Archive
from .paths import digest
from .steps import StepError

SUITE = "bookworm"
PACKAGES = ("prometheus",)
WAY_OUT = "set GATEHOUSE_PROMTOOL to a promtool of your own (2.40 or later), and run the command again"


def promtool() -> Path:
    """The program to call, fetched and unpacked when it is not in the cache yet."""
    own = os.environ.get("GATEHOUSE_PROMTOOL", "").strip()
    if own:
        return Path(own)
    archive = Archive("promtool", "promtool", SUITE, PACKAGES, WAY_OUT)

    def unpack(tree: Path) -> None:
        archive.unpack(tree, archive.download(tree.parent / "debs"))
        program = tree / "usr" / "bin" / "promtool"
        if not program.is_file():
            raise StepError("promtool", "the package holds no program", WAY_OUT, log_of("promtool"))
        program.rename(tree / "promtool")  # the package's other programs are large and of no use here
        (tree / "usr" / "bin" / "prometheus").unlink(missing_ok=True)

    key = digest("apt", SUITE, *PACKAGES)
    return built("promtool", key, "promtool from Debian's archive (25 MB)", unpack) / "promtool"
