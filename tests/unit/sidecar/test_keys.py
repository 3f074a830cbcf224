"""Keys with an end and a rate, kept in a file that workers follow."""

import hashlib
import json
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from sidecar.cli import main
from sidecar.config import read_config
from sidecar.domain.keys import ApiKey
from tests.unit.sidecar.conftest import sale

URL = "/v1/discounts/score"


def ask(client, key):
    return client.post(URL, json={"documents": [sale()]}, headers={"Authorization": f"Bearer {key}"})


def key_of(name, secret, **more):
    return ApiKey(name, hashlib.sha256(secret.encode()).hexdigest(), frozenset({"score"}), **more)


def command(*words):
    return CliRunner().invoke(main, ["keys", *[str(word) for word in words]])


def made(file, *more):
    result = command("make", "--file", file, "--scope", "score", *more)
    assert result.exit_code == 0, result.output
    return result.output.split()[1]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys" / "sidecar.json"


@pytest.fixture
def following(make, file, monkeypatch):
    """An application that looks at the file at every request."""
    monkeypatch.setattr("sidecar.adapters.key_ring.LOOK_EVERY", 0.0)
    return lambda: make(api_keys=(), api_keys_file=file).test_client()


def test_an_ended_key_is_refused_with_its_name_and_end(make):
    now = datetime.now(UTC)
    keys = (
        key_of("old", "old", expires=now - timedelta(seconds=1)),
        key_of("new", "new", expires=now + timedelta(days=1)),
    )
    client = make(api_keys=keys).test_client()
    refused = ask(client, "old")
    assert refused.status_code == 401
    assert "the key old ended at" in refused.json["detail"]
    assert ask(client, "new").status_code == 200


def test_a_key_has_a_rate_of_its_own(make):
    client = make(api_keys=(key_of("slow", "slow", per_minute=1), key_of("quick", "quick"))).test_client()
    assert [ask(client, "slow").status_code for _ in range(2)] == [200, 429]
    assert [ask(client, "quick").status_code for _ in range(3)] == [200, 200, 200]


def test_a_revoked_key_stops_and_a_new_one_works_without_a_restart(file, following):
    first = made(file, "--name", "n8n")
    client = following()
    assert ask(client, first).status_code == 200
    second = made(file, "--name", "n8n-2")
    assert [ask(client, key).status_code for key in (first, second)] == [200, 200]
    assert command("revoke", "n8n", "--file", file).exit_code == 0
    assert [ask(client, key).status_code for key in (first, second)] == [401, 200]


def test_a_broken_file_takes_no_key_away_and_is_told(file, following, capsys):
    key = made(file)
    client = following()
    whole = file.read_text()
    file.write_text("[{")
    assert ask(client, key).status_code == 200
    assert "keys_not_read" in capsys.readouterr().out
    file.write_text(whole.replace("score", "classify"))
    assert ask(client, key).status_code == 403


def test_the_file_holds_no_key_and_is_its_owners(file):
    key = made(file, "--days", "30", "--per-minute", "5")
    assert key not in file.read_text()
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    entry = json.loads(file.read_text())[0]
    assert entry["per_minute"] == 5
    assert datetime.fromisoformat(entry["expires"]) > datetime.now(UTC) + timedelta(days=29)


def test_a_name_is_given_once_and_an_unknown_one_is_not_revoked(file):
    made(file)
    again = command("make", "--file", file)
    assert again.exit_code == 1
    assert "has a key n8n already" in again.output
    unknown = command("revoke", "nobody", "--file", file)
    assert unknown.exit_code == 1
    assert "has no key nobody; it has n8n" in unknown.output
    assert len(json.loads(file.read_text())) == 1


def test_the_list_fails_when_a_key_ends_soon(file):
    made(file, "--name", "long")
    assert command("list", "--file", file).exit_code == 0
    made(file, "--name", "short", "--days", "5")
    result = command("list", "--file", file)
    assert result.exit_code == 1
    assert "short\tscore\tends " in result.output
    assert "SOON" in result.output


def test_without_a_file_the_entry_is_printed_for_the_environment():
    result = command("make", "--days", "0")
    entry = json.loads(result.output.split("entry:")[1])
    secret = result.output.split()[1]
    assert entry == {
        "name": "n8n",
        "sha256": hashlib.sha256(secret.encode()).hexdigest(),
        "scopes": ["classify", "score"],
    }


@pytest.mark.parametrize(
    "wrong", ['[{"name": "a"}]', '{"a": 1}', "[1]", '[{"name": "a", "sha256": "0", "scopes": []}]']
)
def test_a_wrong_list_is_refused_by_its_variable(wrong):
    with pytest.raises(ValueError, match="GATEHOUSE_API_KEYS"):
        read_config({"GATEHOUSE_API_KEYS": wrong})
