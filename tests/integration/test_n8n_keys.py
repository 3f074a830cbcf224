"""Keys of n8n's public API, against the running n8n."""

from __future__ import annotations

import pytest

from stack.client import Stack
from stack.n8n_editor import N8nRefused
from stack.n8n_keys import N8nKeys

pytestmark = pytest.mark.integration
LABEL = "gatehouse test"


def test_a_key_made_anew_works_and_ends_the_one_before(stack: Stack) -> None:
    login, keys = stack.data["n8n"], N8nKeys(stack.data["urls"]["n8n"])
    first, _ = keys.make(login["email"], login["password"], LABEL)
    second, _ = keys.make(login["email"], login["password"], LABEL)
    assert keys.works(second)
    assert not keys.works(first)
    assert keys.works(login["api_key"])


def test_a_wrong_password_is_refused_with_what_n8n_answered(stack: Stack) -> None:
    with pytest.raises(N8nRefused, match="/rest/login answered 401"):
        N8nKeys(stack.data["urls"]["n8n"]).make(stack.data["n8n"]["email"], "wrong", LABEL)
