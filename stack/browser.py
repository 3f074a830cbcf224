"""Chromium of the machine, for tests and pictures of what a person looks at."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from .cache import log_of
from .steps import StepError, install_env, run, step

if TYPE_CHECKING:  # a machine has Chromium before it has Playwright
    from playwright.sync_api import Page

#: Debian's Chromium without windows: the same pages for under two thirds of the processor's time.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")

#: Headless, inside a container too, and without calls of its own to the outside.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def slow_down(page: Page) -> None:
    """Give the page's processor the part of its speed that GATEHOUSE_PAGES_SLOWER asks for (6: a sixth).

    What a test does before a page is ready is lost on a busy machine and seldom on one's own; slowed, it is lost every time.
    """
    if rate := float(os.environ.get("GATEHOUSE_PAGES_SLOWER") or 0):
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


def chromium() -> str | None:
    """The path of the machine's Chromium, if it has one; the one without windows first."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> str:
    """The machine's Chromium; as root on Debian it is installed when it is missing.

    Raises StepError where it is missing and cannot be installed from here.
    """
    may_install = not os.geteuid() and bool(shutil.which("apt-get"))
    found = chromium()
    if found and (Path(found).name == SHELL or not may_install or not _offered(SHELL)):
        return found
    hint = "install Chromium (Debian: apt-get install chromium-headless-shell) and run the command again"
    if not may_install:
        raise StepError("Chromium", "it is not here, and this user may not install it", hint)
    with step("Chromium for the tests that look at pages"):
        _install(hint)
    if not (found := chromium()):
        raise StepError(
            "Chromium", "apt installed it, yet there is no such program", hint, log_of("chromium")
        )
    return found


def _install(hint: str) -> None:
    """Install it by apt: without windows where the distribution has that, whole elsewhere."""

    def apt(*words: str) -> None:
        env = install_env(DEBIAN_FRONTEND="noninteractive")
        run("Chromium", ["apt-get", *words], log=log_of("chromium"), env=env, hint=hint, timeout=1800)

    apt("update")
    apt("install", "-y", "--no-install-recommends", SHELL if _offered(SHELL) else "chromium")


def _offered(package: str) -> bool:
    """Whether this machine's package lists, as they are, have it."""
    listed = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return listed.returncode == 0
