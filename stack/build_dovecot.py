"""Dovecot from Debian's packages, made to run from the folder it is unpacked in (docs/adr/0007)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .cache import built, log_of
from .debian import Archive
from .paths import digest
from .steps import StepError

# The last suite with Dovecot 2.3: 2.4 reads another configuration. libsodium is what a small system lacks.
SUITE = "bookworm"
PACKAGES = ("dovecot-core", "dovecot-imapd", "dovecot-lmtpd", "libsodium23")
MODULES = b"/usr/lib/dovecot/modules\0"
INSTEAD = b"./modules".ljust(len(MODULES), b"\0")
WAY_OUT = (
    "set GATEHOUSE_DOVECOT_SRC to a folder with the packages dovecot-core, dovecot-imapd and dovecot-lmtpd of "
    "Dovecot 2.3 (*.deb), and run the command again"
)


@dataclass(frozen=True)
class DovecotTree:
    """An unpacked Dovecot. Its modules are looked for in `modules` below the folder it runs in."""

    path: Path

    @property
    def programs(self) -> Path:
        """The folder of its services and libraries."""
        return self.path / "usr" / "lib" / "dovecot"

    @property
    def modules(self) -> Path:
        """The folder of its modules."""
        return self.programs / "modules"

    @property
    def libraries(self) -> str:
        """What the loader has to search, as in LD_LIBRARY_PATH; the statistics module is a library of auth."""
        folders = [self.programs, self.modules / "old-stats", *self.path.glob("usr/lib/*-linux-gnu*")]
        return ":".join(str(folder) for folder in folders)


def dovecot_tree() -> DovecotTree:
    """The Dovecot to run, fetched and unpacked when it is not in the cache yet."""
    archive = Archive("Dovecot", "dovecot", SUITE, PACKAGES, WAY_OUT)
    source = os.environ.get("GATEHOUSE_DOVECOT_SRC", "").strip()
    if not source:
        key = digest("apt", SUITE, *PACKAGES, INSTEAD)
        return DovecotTree(built("dovecot", key, "Dovecot from Debian's archive (8 MB)", _fetched(archive)))
    packages = sorted(Path(source).expanduser().resolve().glob("*.deb"))
    if not packages:
        raise StepError("Dovecot", f"GATEHOUSE_DOVECOT_SRC={source} holds no .deb", WAY_OUT)
    key = digest("deb", packages, INSTEAD)
    return DovecotTree(
        built("dovecot", key, f"Dovecot from {source}", lambda tree: _relocated(tree, archive, packages))
    )


def _fetched(archive: Archive) -> Callable[[Path], None]:
    return lambda tree: _relocated(tree, archive, archive.download(tree.parent / "debs"))


def _relocated(tree: Path, archive: Archive, packages: list[Path]) -> None:
    """Unpack, and let Dovecot look for its modules from where it runs: that one path no setting reaches."""
    archive.unpack(tree, packages)
    library = tree / "usr" / "lib" / "dovecot" / "libdovecot.so.0.0.0"
    content = library.read_bytes() if library.is_file() else b""
    if content.count(MODULES) != 1:
        problem = f"{packages[0].name} is no Dovecot 2.3 as Debian builds it"
        raise StepError("Dovecot", problem, WAY_OUT, log_of("dovecot"))
    library.write_bytes(content.replace(MODULES, INSTEAD))
