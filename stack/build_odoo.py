"""Odoo 19 from Debian's package, a package file or a source tree of one's own."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .cache import built, log_of
from .paths import digest
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
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
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
        release = path / "odoo" / "release.py"
        key = digest("tree", str(path), release)
        return OdooTree(key, path / "odoo-bin", path, (path / "addons", path / "odoo" / "addons"))
    if (path / "usr" / "bin" / "odoo").is_file():
        return _unpacked(digest("unpacked", str(path)), path)
    raise StepError(
        "Odoo 19", f"GATEHOUSE_ODOO_SRC={source} is neither a .deb nor a tree with odoo-bin", WAY_OUT
    )


def _unpacked(key: str, root: Path) -> OdooTree:
    packages = root / "usr" / "lib" / "python3" / "dist-packages"
    return OdooTree(key, root / "usr" / "bin" / "odoo", packages, (packages / "odoo" / "addons",))


def _from_archive(tree: Path) -> None:
    _unpack(tree, _download(tree.parent / "debs", (PACKAGE, *WEB_LIBRARIES)))


def _from_file(tree: Path, package: Path) -> None:
    _unpack(tree, [package, *_download(tree.parent / "debs", WEB_LIBRARIES)])


def _unpack(tree: Path, packages: list[Path]) -> None:
    for package in packages:
        run("Odoo 19", ["dpkg", "-x", package, tree], log=log_of("odoo"), hint=WAY_OUT)
    if not (tree / "usr" / "bin" / "odoo").is_file():
        raise StepError("Odoo 19", f"{packages[0].name} holds no usr/bin/odoo", WAY_OUT, log_of("odoo"))


def _sites() -> list[str]:
    """The package mirrors this machine is set up with."""
    try:
        listing = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(SITE)"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise StepError(
            "Odoo 19", f"this machine's package sources cannot be read ({error})", WAY_OUT
        ) from error
    sites = [site for site in dict.fromkeys(listing.split()) if "security" not in site]
    if not sites:
        raise StepError("Odoo 19", "this machine has no package sources", WAY_OUT)
    return sites


def _download(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Fetch packages of the suite without touching the system's own lists."""
    log, failures = log_of("odoo"), []
    for site in _sites():
        try:
            return _download_from(site, folder, names, log)
        except StepError as error:
            failures.append(error.problem)
    raise StepError("Odoo 19", f"suite {SUITE} does not offer {names[0]} here: {failures[-1]}", WAY_OUT, log)


def _download_from(site: str, folder: Path, names: tuple[str, ...], log: Path) -> list[Path]:
    for name in ("lists/partial", "cache/archives/partial", "got"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources, status = folder / "sources.list", folder / "status"
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    sources.write_text(f"deb {signed}{site} {SUITE} main\n")
    status.touch()
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": status,
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    run("Odoo 19", ["apt-get", *flags, "update"], log=log, env=install_env(), hint=WAY_OUT, timeout=600)
    run(
        "Odoo 19",
        ["apt-get", *flags, "download", *names],
        log=log,
        env=install_env(),
        cwd=folder / "got",
        hint=WAY_OUT,
        timeout=900,
    )
    got = sorted((folder / "got").glob("*.deb"))
    return sorted(got, key=lambda path: not path.name.startswith(PACKAGE))
