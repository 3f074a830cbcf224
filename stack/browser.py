"""Chromium of the machine, for tests and pictures of what a person looks at."""

from __future__ import annotations

import os
import shutil

from .cache import log_of
from .steps import StepError, install_env, run, step

NAMES = ("chromium", "chromium-browser", "google-chrome")

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


def chromium() -> str | None:
    """The path of the machine's Chromium, if it has one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> str:
    """The machine's Chromium; as root on Debian it is installed when it is missing.

    Raises StepError where it is missing and cannot be installed from here.
    """
    if found := chromium():
        return found
    hint = "install Chromium (Debian: apt-get install chromium) and run the command again"
    if os.geteuid() or not shutil.which("apt-get"):
        raise StepError("Chromium", "it is not here, and this user may not install it", hint)
    log = log_of("chromium")
    env = install_env(DEBIAN_FRONTEND="noninteractive")
    with step("Chromium for the tests that look at pages"):
        run("Chromium", ["apt-get", "update"], log=log, env=env, hint=hint, timeout=600)
        run(
            "Chromium",
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
            log=log,
            env=env,
            hint=hint,
        )
    if not (found := chromium()):
        raise StepError("Chromium", "apt installed it, yet there is no such program", hint, log)
    return found
