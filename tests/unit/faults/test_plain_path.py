"""The plain path that a run is compared with works as a person would have built it."""

from __future__ import annotations

import pytest

from benchmarks.plain_path import DOCUMENT, NOTED


@pytest.mark.parametrize("text", [DOCUMENT, NOTED])
def test_an_expression_ends_where_it_was_meant_to(text: str) -> None:
    assert text.startswith("={{ ")
    assert text.index("}}") == len(text) - 2
