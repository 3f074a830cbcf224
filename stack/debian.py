"""Debian's packages, fetched by apt into a folder of one's own and unpacked there: the system stays as it is."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .cache import log_of
from .steps import StepError, install_env, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class Archive:
    """Packages of one suite. what: the program they make up; kind: names its log; way_out: what to do without them."""

    what: str
    kind: str
    suite: str
    packages: tuple[str, ...]
    way_out: str

    def download(self, folder: Path) -> list[Path]:
        """Fetch the packages without touching the system's own lists, from the first mirror that offers them."""
        failures = []
        for site in self._sites():
            try:
                return self._download_from(site, folder)
            except StepError as error:
                failures.append(error.problem)
        problem = f"suite {self.suite} does not offer {self.packages[0]} here: {failures[-1]}"
        raise StepError(self.what, problem, self.way_out, log_of(self.kind))

    def unpack(self, tree: Path, packages: Sequence[Path]) -> None:
        """Unpack packages into a folder; nothing of them is run."""
        for package in packages:
            run(
                self.what,
                ["dpkg", "-x", package, tree],
                log=log_of(self.kind),
                hint=self.way_out,
                timeout=600,
            )

    def _sites(self) -> list[str]:
        """The package mirrors this machine is set up with."""
        command = ["apt-get", "indextargets", "--format", "$(SITE)"]
        try:
            listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            problem = f"this machine's package sources cannot be read ({error})"
            raise StepError(self.what, problem, self.way_out) from error
        sites = [site for site in dict.fromkeys(listing.split()) if "security" not in site]
        if not sites:
            raise StepError(self.what, "this machine has no package sources", self.way_out)
        return sites

    def _download_from(self, site: str, folder: Path) -> list[Path]:
        for name in ("lists/partial", "cache/archives/partial", "got"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        sources, status = folder / "sources.list", folder / "status"
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        sources.write_text(f"deb {signed}{site} {self.suite} main\n")
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
        for words, cwd, timeout in (
            (["update"], folder, 600),
            (["download", *self.packages], folder / "got", 900),
        ):
            run(
                self.what,
                ["apt-get", *flags, *words],
                log=log_of(self.kind),
                env=install_env(),
                cwd=cwd,
                hint=self.way_out,
                timeout=timeout,
            )
        got = sorted((folder / "got").glob("*.deb"))
        return sorted(got, key=lambda path: not path.name.startswith(self.packages[0]))
