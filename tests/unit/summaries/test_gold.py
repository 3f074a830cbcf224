"""Thirty gold cases: a summary leaves nothing out, and a template that does fails here."""

import shutil

import pytest

from sidecar.adapters.templates import FOLDER, Templates
from sidecar.domain.summaries import KINDS
from sidecar.prompts.gold import gold, omissions
from sidecar.services.summarize import summarize

pytestmark = pytest.mark.unit
GOLD = gold()


def test_there_are_thirty_cases_of_every_subject_and_kind():
    assert len(GOLD) == 30
    assert {subject: sum(entry.case.subject == subject for entry in GOLD) for subject in ("order", "approval", "ticket")} == {
        "order": 10, "approval": 10, "ticket": 10,
    }  # fmt: skip
    assert {fact.kind for entry in GOLD for fact in entry.case.facts} == set(KINDS)


@pytest.mark.parametrize("entry", GOLD, ids=lambda entry: entry.case.id)
def test_a_summary_contains_every_hold_amount_limit_event_and_next_step(entry):
    found = summarize(entry.case, Templates(), None)
    assert omissions(found.text, entry.must) == []
    assert entry.action in found.next_action
    assert entry.route in found.route
    for fact in entry.case.facts:  # and beyond what was written by hand: each fact's own words
        assert all(part in found.text for part in (fact.text[:200], fact.value, fact.limit, fact.who))


@pytest.mark.parametrize("kind", ["amounts", "holds", "limits", "checks", "history", "steps"])
def test_a_template_that_leaves_a_kind_out_is_noticed(kind, tmp_path):
    shutil.copytree(FOLDER, tmp_path / "templates")
    for name in ("order", "approval", "ticket"):
        path = tmp_path / "templates" / "summaries" / f"{name}.txt.jinja"
        path.write_text(path.read_text().replace(f"{{{{ facts.{kind}(case) }}}}", ""))
    mutated, whole = Templates(tmp_path / "templates"), Templates()
    left_out = [entry for entry in GOLD if omissions(summarize(entry.case, mutated, None).text, entry.must)]
    assert len(left_out) >= 3
    assert mutated.version("summaries/order") != whole.version("summaries/order")
