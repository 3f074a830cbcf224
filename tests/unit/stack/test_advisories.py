"""What `make audit` makes of the services' answers: a package nobody knows is not a package without vulnerabilities."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stack import advisories
from stack.build_python import Node, Venv
from stack.steps import StepError

CLEAN = json.dumps({"dependencies": [{"name": "flask", "version": "3.1.3", "vulns": []}]})
KNOWN = json.dumps(
    {
        "dependencies": [
            {"name": "flask", "version": "2.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.2.5"]}]},
            {"name": "idna", "version": "3.0", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]},
        ]
    }
)
SKIPPED = json.dumps({"dependencies": [{"name": "flask", "skip_reason": "Dependency not found on PyPI"}]})
NPM_CLEAN = json.dumps({"auditReportVersion": 2, "vulnerabilities": {}})
NPM_KNOWN = json.dumps(
    {
        "vulnerabilities": {
            "tar": {"severity": "high", "via": [{"title": "Writes outside", "url": "https://example.org/1"}]},
            "node-gyp": {"severity": "high", "via": ["tar"]},
        }
    }
)
NPM_ERROR = json.dumps({"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}})


def test_each_known_vulnerability_is_a_line_with_the_version_that_mends_it() -> None:
    assert advisories.of_python(KNOWN).known == [
        "flask 2.0.0 has PYSEC-1, mended in 2.2.5",
        "idna 3.0 has PYSEC-2, mended in no version",
    ]
    assert advisories.of_node(NPM_KNOWN).known == [
        "tar has an advisory of severity high: Writes outside (https://example.org/1)",
        "node-gyp has an advisory of severity high: tar",
    ]


@pytest.mark.parametrize("answer", [SKIPPED, "", "Traceback", "[]"])
def test_a_package_that_the_service_does_not_answer_for_was_not_asked_about(answer: str) -> None:
    assert advisories.of_python(answer).unasked


@pytest.mark.parametrize("answer", [NPM_ERROR, "", "npm error"])
def test_an_error_of_npm_is_no_clean_report(answer: str) -> None:
    assert advisories.of_node(answer).unasked


def answering(monkeypatch: pytest.MonkeyPatch, python: str, node: str) -> None:
    """Both services give these answers for every lock."""
    monkeypatch.setattr(advisories, "audit_venv", lambda: Venv("k", Path("/venv")))
    monkeypatch.setattr(advisories, "odoo_venv", lambda: Venv("k", Path("/venv")))
    monkeypatch.setattr(advisories, "node_of", lambda venv: Node(Path("/node")))
    monkeypatch.setattr(advisories, "_output", lambda words, *rest: node if rest else python)


def test_the_audit_ends_with_1_on_a_known_vulnerability_and_with_0_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, CLEAN, NPM_CLEAN)
    assert advisories.audit() == 0
    answering(monkeypatch, CLEAN, NPM_KNOWN)
    assert advisories.audit() == 1
    assert "stack/n8n-runtime/package-lock.json: tar has an advisory" in capsys.readouterr().out


def test_the_audit_refuses_where_a_service_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, SKIPPED, NPM_CLEAN)
    with pytest.raises(StepError, match=r"requirements\.txt \(flask\)"):
        advisories.audit()
    answering(monkeypatch, CLEAN, NPM_ERROR)
    with pytest.raises(StepError, match=r"n8n-runtime/package-lock\.json \(every package\)"):
        advisories.audit()


def test_every_lock_of_the_project_is_asked_about() -> None:
    found = {
        path
        for path in advisories.ROOT.glob("**/package-lock.json")
        if not {"node_modules", ".stack", ".stack-test"} & set(path.relative_to(advisories.ROOT).parts)
    }
    assert set(advisories.NODE) == found
    assert {"requirements.txt", "requirements-odoo.txt"} <= {path.name for path in advisories.PYTHON}
