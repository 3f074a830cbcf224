"""One signed-in browser a role for all tests of the screens, and a picture of each of them when a test fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from stack.client import Stack
from stack.demo.controls.stage import Stage
from stack.pages import DESK, Screen, chromium

SCREENS = pytest.StashKey[dict[str, Screen]]()


@pytest.fixture(scope="session")
def stage(stack: Stack) -> Stage:
    """The cases' policies, items and partners."""
    return Stage.set_up(stack)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def as_(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Callable[..., Screen]:
    """The screen of a person, signed in once; `device` is DESK or PHONE of stack.pages."""
    screens: dict[str, Screen] = request.config.stash.setdefault(SCREENS, {})

    def screen(login: str, device: dict[str, int] = DESK) -> Screen:
        name = f"{login}-{device['width']}"
        if name not in screens:
            screens[name] = Screen(browser, stack, login, device)
        return screens[name]

    return screen


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if report.when == "call" and report.failed and "as_" in getattr(item, "fixturenames", ()):
        folder = Path(item.funcargs["stack"].data["folder"]) / "log" / "screens"  # type: ignore[attr-defined]
        folder.mkdir(parents=True, exist_ok=True)
        screens = item.config.stash.get(SCREENS, {})
        while screens:  # what a failed test left open is in nobody's way
            name, screen = screens.popitem()
            path = folder / f"{re.sub(r'[^a-z0-9]+', '-', item.name.lower())}-{name}.png"
            screen.page.screenshot(path=str(path))
            report.sections.append(("screen", str(path)))
            screen.close()
    return report
