"""What failed in a suite, out of its log: so few lines that they stand at the very end of a run, where a CI's record keeps them."""

from __future__ import annotations

import re

#: pytest's summary of a test, where its traceback passed through, the message's lines; Odoo's and Node's failed tests.
NAMED = re.compile(
    r"(FAILED|ERROR) \S+"
    r"|(?!\s)\S+\.py:\d+: "
    r"|E {3,}\S"
    r"|\s*(FAIL|ERROR): \S"
    r"|\s*(✖|not ok \d+) "
)
#: Lines a suite may have, and characters a line.
LINES, WIDTH = 16, 200


def failures(text: str) -> list[str]:
    """The lines of a suite's log that name what failed, where and why; its last lines where none does.

    The last of them are kept when there are many: pytest's summary closes its log.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if NAMED.match(line)] or lines[-3:]
    return [line[:WIDTH] for line in named[-LINES:]]


def reruns(text: str) -> list[str]:
    """The tests of a suite's log that were taken a second time, so that none is in silence."""
    return [line.split(" ", 1)[1] for line in text.splitlines() if line.startswith("RERUN ")]
