"""Without a stack the tiers that need one fail; nothing of them is skipped, in CI or elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stack.paths import ROOT

pytestmark = pytest.mark.unit
TIERS = ("integration", "e2e", "faults")
SKIPS = re.compile(r"pytest\.(skip|importorskip|xfail)|mark\.(skip|skipif|xfail)\b|unittest\.skip")


@pytest.mark.parametrize("ci", ["true", ""])
@pytest.mark.parametrize(
    "test", ["integration/test_event_intake.py", "e2e/test_sales_order.py", "faults/test_degraded.py"]
)
def test_a_missing_stack_fails_every_test_and_says_what_to_run(test: str, ci: str, tmp_path: Path) -> None:
    env = {**os.environ, "CI": ci, "GATEHOUSE_STACK_DIR": str(tmp_path / "nowhere")}
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{test}"]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout
    last = done.stdout.splitlines()[-1]
    assert re.search(r"\d+ error", last), last
    assert not re.search(r"passed|skipped|deselected", last), last
    assert "run `make up` first, or `make test`" in done.stdout


def test_no_test_that_needs_a_stack_can_skip_itself() -> None:
    files = [path for tier in TIERS for path in (ROOT / "tests" / tier).rglob("*.py")]
    assert files
    assert [str(path.relative_to(ROOT)) for path in files if SKIPS.search(path.read_text())] == []
