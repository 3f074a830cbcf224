"""Redis, pgbouncer and HAProxy from Debian's packages, unpacked into the cache and not installed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .cache import built, log_of
from .debian import Archive
from .paths import digest
from .steps import StepError

SUITE = "bookworm"
PROGRAMS = {
    "redis-server": "usr/bin/redis-server",
    "pgbouncer": "usr/sbin/pgbouncer",
    "haproxy": "usr/sbin/haproxy",
}
#: The programs, and of their libraries what a small system lacks.
PACKAGES = (
    "redis-server", "redis-tools", "pgbouncer", "haproxy", "libjemalloc2", "liblzf1", "libc-ares2", "liblua5.3-0",
    "libopentracing1", "libopentracing-c-wrapper0", "libevent-2.1-7",
)  # fmt: skip
WAY_OUT = "the profile scale needs Debian's package mirrors; `make up` alone does not need these programs"


@dataclass(frozen=True)
class Tools:
    """Where the unpacked programs lie."""

    root: Path

    def program(self, name: str) -> Path:
        """One of redis-server, pgbouncer, haproxy."""
        return self.root / PROGRAMS[name]

    @property
    def libraries(self) -> str:
        """What the programs need besides what the machine has, as in LD_LIBRARY_PATH."""
        return ":".join(str(path) for path in sorted((self.root / "usr" / "lib").glob("*-linux-gnu*")))


def tools() -> Tools:
    """The programs, fetched when they are not in the cache yet."""
    archive = Archive("Redis, pgbouncer, HAProxy", "tools", SUITE, PACKAGES, WAY_OUT)

    def unpack(tree: Path) -> None:
        archive.unpack(tree, archive.download(tree.parent / "debs"))
        missing = [name for name, path in PROGRAMS.items() if not (tree / path).exists()]
        if missing:
            problem = f"the packages hold no {', '.join(missing)}"
            raise StepError("Redis, pgbouncer, HAProxy", problem, WAY_OUT, log_of("tools"))

    key = digest("apt", SUITE, *PACKAGES)
    return Tools(built("tools", key, "Redis, pgbouncer and HAProxy from Debian's archive (4 MB)", unpack))
