"""Odoo 19 from Debian's package, a package file or a source tree of one's own."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from .cache import built, log_of
from .debian import Archive
from .paths import ROOT, digest, fingerprint
from .steps import StepError, install_env, run

PACKAGE = "odoo-19"
SUITE = "sid"
WEB_LIBRARIES = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
WAY_OUT = (
    "set GATEHOUSE_ODOO_SRC to a Debian package of Odoo 19 (odoo-19_*.deb, or odoo_19.0*.deb) or to a "
    "source tree of Odoo 19 (the folder with odoo-bin), and run the command again"
)


@dataclass(frozen=True)
class OdooTree:
    """An Odoo that can be run: its start script, its Python path and its own addons."""

    key: str
    script: Path
    python_path: Path
    addons: tuple[Path, ...]


def odoo_tree() -> OdooTree:
    """The Odoo to run, fetched and unpacked when it is not in the cache yet."""
    source = os.environ.get("GATEHOUSE_ODOO_SRC", "").strip()
    if not source:
        key = digest("apt", SUITE, PACKAGE, *WEB_LIBRARIES)
        return _unpacked(
            key, built("odoo", key, "Odoo 19 from Debian's archive (about 130 MB)", _from_archive)
        )
    path = Path(source).expanduser().resolve()
    if path.is_file():
        key = digest("deb", path, *WEB_LIBRARIES)
        return _unpacked(
            key, built("odoo", key, f"Odoo 19 from {path.name}", lambda tree: _from_file(tree, path))
        )
    if (path / "odoo-bin").is_file():
        key = digest("tree", str(path), fingerprint(path))
        return OdooTree(key, path / "odoo-bin", path, (path / "addons", path / "odoo" / "addons"))
    if (path / "usr" / "bin" / "odoo").is_file():
        return _unpacked(digest("unpacked", str(path), fingerprint(path)), path)
    raise StepError(
        "Odoo 19", f"GATEHOUSE_ODOO_SRC={source} is neither a .deb nor a tree with odoo-bin", WAY_OUT
    )


def bridged_addons() -> Path:
    """The addons path of the OCA addons that Gatehouse's bridges stand beside; tests alone need them."""
    wanted = ROOT / "requirements-odoo-bridges.txt"

    def build(tree: Path) -> None:
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
        ]
        run(
            "OCA addons of the bridges",
            [*pip, "--target", tree, "-r", wanted],
            log=log_of("odoo-bridges"),
            env=install_env(),
            hint="the log names the package that the index does not have; run the command again",
        )

    return built("odoo-bridges", digest(wanted), "OCA addons of the bridges", build) / "odoo" / "addons"


def _unpacked(key: str, root: Path) -> OdooTree:
    packages = root / "usr" / "lib" / "python3" / "dist-packages"
    return OdooTree(key, root / "usr" / "bin" / "odoo", packages, (packages / "odoo" / "addons",))


def _archive(*packages: str) -> Archive:
    return Archive("Odoo 19", "odoo", SUITE, packages, WAY_OUT)


def _from_archive(tree: Path) -> None:
    archive = _archive(PACKAGE, *WEB_LIBRARIES)
    _unpack(tree, archive, archive.download(tree.parent / "debs"))


def _from_file(tree: Path, package: Path) -> None:
    archive = _archive(*WEB_LIBRARIES)
    _unpack(tree, archive, [package, *archive.download(tree.parent / "debs")])


def _unpack(tree: Path, archive: Archive, packages: list[Path]) -> None:
    archive.unpack(tree, packages)
    if not (tree / "usr" / "bin" / "odoo").is_file():
        raise StepError("Odoo 19", f"{packages[0].name} holds no usr/bin/odoo", WAY_OUT, log_of("odoo"))
