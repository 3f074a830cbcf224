"""The files are what the n8n editor leaves: export, deploy, and open-and-save change nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, TimeoutError, sync_playwright

from sidecar.workflows.client import N8nClient
from sidecar.workflows.commands import workflows
from sidecar.workflows.files import read_folder
from sidecar.workflows.normal import normalise, render
from stack.browser import FLAGS, install_chromium
from stack.client import Stack

FOLDER = Path(__file__).resolve().parents[2] / "n8n-workflows"
FILES = {file.path.name: file for file in read_folder(FOLDER)}
CANVAS_MS = 60_000


@pytest.fixture(scope="module")
def client(stack: Stack) -> N8nClient:
    return N8nClient(stack.url("n8n"), stack.data["n8n"]["api_key"])


@pytest.fixture(scope="module")
def editor(stack: Stack) -> Iterator[Page]:
    """A page of headless Chromium, signed in to n8n."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=install_chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(CANVAS_MS)
        page.goto(f"{stack.url('n8n')}/signin")
        page.fill("input[type=email]", stack.data["n8n"]["email"])
        page.fill("input[type=password]", stack.data["n8n"]["password"])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "signin" not in url)
        page.locator("[data-test-id=workflow-card-name]").first.wait_for()  # its first page is drawn
        yield page
        browser.close()


def command(stack: Stack, *arguments: str) -> tuple[int, str]:
    env = {"GATEHOUSE_N8N_URL": stack.url("n8n"), "GATEHOUSE_N8N_API_KEY": stack.data["n8n"]["api_key"]}
    result = CliRunner().invoke(workflows, [arguments[0], "--folder", str(FOLDER), *arguments[1:]], env=env)
    return result.exit_code, result.output


def test_what_runs_is_what_the_files_say(stack: Stack) -> None:
    code, output = command(stack, "diff")
    assert code == 0, output


def test_export_gives_the_files_back(stack: Stack, tmp_path: Path) -> None:
    for name in FILES:
        shutil.copy(FOLDER / name, tmp_path)
    env = {"GATEHOUSE_N8N_URL": stack.url("n8n"), "GATEHOUSE_N8N_API_KEY": stack.data["n8n"]["api_key"]}
    result = CliRunner().invoke(workflows, ["export", "--folder", str(tmp_path)], env=env)
    assert result.exit_code == 0, result.output
    for name, file in FILES.items():
        assert (tmp_path / name).read_text(encoding="utf-8") == file.text


def test_deploying_again_changes_nothing(stack: Stack) -> None:
    code, output = command(stack, "deploy")
    assert code == 0, output
    assert f"0 changed, {len(FILES)} unchanged" in output


#: Goes to another page of the loaded editor, as its own links do: loading the editor anew takes longer than all the rest.
GO = """path => {
    history.pushState(history.state, '', path)
    dispatchEvent(new PopStateEvent('popstate', {state: history.state}))
}"""


def open_workflow(page: Page, workflow_id: str, step_id: str) -> None:
    """Goes to the workflow until that step of it is drawn.

    A page that is still on its way elsewhere takes the address and stays where it was going: it is told again.
    """
    step = page.locator(f".vue-flow__node[data-id='{step_id}']")  # and not one of the workflow before
    for last in (False, False, True):
        page.evaluate(GO, f"/workflow/{workflow_id}")
        try:
            return step.wait_for(timeout=CANVAS_MS / 3)
        except TimeoutError:
            if last:
                raise


def save(page: Page, workflow_id: str, step_id: str) -> dict[str, Any]:
    """Opens the workflow, switches its steps off and on, which makes the editor save all of it, and saves."""
    open_workflow(page, workflow_id, step_id)
    page.wait_for_timeout(1500)
    page.locator(".vue-flow__pane").first.click(position={"x": 5, "y": 5})
    page.keyboard.press("Control+a")
    page.keyboard.press("d")
    page.wait_for_timeout(300)
    page.keyboard.press("d")
    page.wait_for_timeout(300)
    with page.expect_response(
        lambda answer: answer.request.method == "PATCH" and f"/rest/workflows/{workflow_id}" in answer.url
    ) as saved:
        page.keyboard.press("Control+s")
    assert saved.value.status == 200, saved.value.text()
    sent: dict[str, Any] = saved.value.request.post_data_json
    return sent


@pytest.mark.slow
@pytest.mark.parametrize("name", list(FILES))
def test_open_and_save_in_the_editor_changes_nothing(
    stack: Stack, client: N8nClient, editor: Page, name: str
) -> None:
    file = FILES[name]
    sent = save(editor, file.id, file.workflow["nodes"][-1]["id"])
    assert len(sent["nodes"]) == len(file.workflow["nodes"])
    draft = client.get_workflow(file.id)
    assert draft is not None
    assert render(normalise(draft)) == file.text
