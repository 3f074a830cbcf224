"""An exported decision log: what holds, and what is found out."""

import json
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner

from sidecar.audit.chain import GENESIS, BrokenChain, digest, verify
from sidecar.cli import main


def _chain(count: int) -> list[dict]:
    entries, previous = [], GENESIS
    for number in range(1, count + 1):
        content = {"action": "hold_released", "by": number, "reason": "Größe geprüft", "value": 20.0}
        entry = {"number": number, "decision": 100 + number, "previous": previous, "content": content}
        previous = digest(entry)
        entries.append({**entry, "digest": previous})
    return entries


def _lines(entries: list[dict]) -> list[str]:
    return [json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries]


def test_a_whole_chain_holds_up_to_its_head():
    entries = _chain(5)
    assert verify(_lines(entries), entries[2]["digest"]).digest == entries[-1]["digest"]
    assert verify([]).number == 0


def _edited(entries):
    entries[2]["content"]["reason"] = "another"


def _edited_and_sealed_again(entries):
    entries[2]["content"]["reason"] = "another"
    entries[2]["digest"] = digest(entries[2])


def _removed(entries):
    del entries[2]


def _content_gone(entries):
    entries[2]["content"] = None


def _forked(entries):
    entries.insert(3, dict(entries[2]))


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (_edited, "line 3, decision 103: its content does not match its seal"),
        (_edited_and_sealed_again, "line 4, decision 104: it does not follow the seal before it"),
        (_removed, "line 3, decision 104: number 3 is missing before 4"),
        (_content_gone, "line 3, decision 103: the decision was removed"),
        (_forked, "line 4, decision 103: number 3 stands twice"),
    ],
)
def test_the_first_broken_link_is_named(harm, what):
    entries = _chain(5)
    harm(entries)
    with pytest.raises(BrokenChain, match=what):
        verify(_lines(entries))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"number": 1}',
        '{"number": true, "decision": 1, "previous": "", "content": {}, "digest": ""}',
    ],
)
def test_what_is_no_entry_is_refused(text):
    with pytest.raises(BrokenChain, match="line 1"):
        verify([text])


def test_the_command_tells_a_log_cut_short_by_a_head_known_from_elsewhere(tmp_path):
    entries = _chain(4)
    (tmp_path / "log.jsonl").write_text("".join(_lines(entries[:3])))
    run = CliRunner().invoke
    whole = run(main, ["audit", "verify", f"{tmp_path}/log.jsonl"])
    cut = run(main, ["audit", "verify", f"{tmp_path}/log.jsonl", "--head", entries[3]["digest"]])
    assert (whole.exit_code, whole.output.strip()) == (0, f"3 decisions hold, head {entries[2]['digest']}")
    assert cut.exit_code == 1
    assert "cut off" in cut.output


def test_odoo_and_the_verifier_follow_one_rule():
    addon = runpy.run_path(str(Path(__file__).parents[3] / "odoo-addons/gatehouse/tools/chain.py"))
    entry = _chain(1)[0]
    covered = addon["entry"](entry["number"], entry["decision"], entry["previous"], entry["content"])
    assert addon["digest"](covered) == entry["digest"]
    assert addon["GENESIS"] == GENESIS
