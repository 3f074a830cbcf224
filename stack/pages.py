"""Odoo's screens as a person uses them: forms, the queue, lists. For tests and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect, sync_playwright

from stack.browser import FLAGS, install_chromium, slow_down
from stack.client import Stack
from stack.odoo_session import COOKIE

DESK = {"width": 1400, "height": 1000}
PHONE = {"width": 390, "height": 1900}
#: The first page of a fresh Odoo builds its assets; everything is slow beside other work.
TIMEOUT_MS = 120_000
#: How often a search is typed, and how long each may take to be taken.
SEARCHES, SEARCH_MS = 5, 6_000
QUEUE = "gatehouse.gatehouse_approval_queue"
expect.set_options(timeout=TIMEOUT_MS)
#: As a click on a link in a message; what stands on the screen before is marked, to see that it is gone.
FOLLOW_LINK = """address => {
    for (const node of document.querySelectorAll(".o_action_manager > *")) node.dataset.left = "1";
    const link = Object.assign(document.createElement("a"), {href: address});
    document.body.append(link);
    link.click();
    link.remove();
}"""

#: A row of a list, or a card where there are cards; those without content only keep the others in line.
ROW = ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"
#: The rows of a list that is searched; the answer's rows are others, though they look alike.
MARK_ROWS = """rows => {
    for (const row of document.querySelectorAll(rows)) row.dataset.left = "1";
}"""

#: How much of the page, form or list one has to scroll for.
SCROLLED_AWAY = """() => {
    const scrolls = node => ["auto", "scroll"].includes(getComputedStyle(node).overflowY);
    const panes = [...document.querySelectorAll(".o_action_manager, .o_action_manager *")].filter(scrolls);
    const nodes = [document.scrollingElement, ...panes];
    return Math.max(0, ...nodes.map(node => node.scrollHeight - node.clientHeight));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium without a window."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=install_chromium(), args=FLAGS)
        yield browser
        browser.close()


class Screen:
    """One person's browser, signed in to Odoo."""

    def __init__(
        self, browser: Browser, stack: Stack, login: str, size: dict[str, int] | None = None
    ) -> None:
        self.stack, self.login = stack, login
        width, height = (size or DESK).values()
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        self.page.set_default_timeout(TIMEOUT_MS)
        slow_down(self.page)
        self._sign_in()

    def _sign_in(self) -> None:
        """Go on with the person's session: the page of the login is Odoo's own, and hashes the password once more."""
        cookie, url = self.stack.odoo(self.login).cookie, self.stack.url("odoo")
        self.page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": url}])
        self.page.goto(f"{url}/odoo")
        self.page.wait_for_selector(".o_action_manager > *")

    def close(self) -> None:
        """End the session's page."""
        self.page.close()

    # -- getting around --------------------
    def goto(self, path: str) -> None:
        """Open an address below /odoo; within the web client, whose start takes longer than everything else."""
        address = f"{self.stack.url('odoo')}/odoo/{path}"
        if not self.page.locator(".o_action_manager > *").count():
            self.page.goto(address)
            return
        self.page.evaluate(FOLLOW_LINK, address)
        self.page.wait_for_function("!document.querySelector('.o_action_manager [data-left]')")

    def form(self, model: str, record: int) -> Form:
        """The form of a record."""
        self.goto(f"{model}/{record}")
        return Form(self.page)

    def form_of(self, action: str, record: int) -> Form:
        """The form of a record behind an action, with that action's views."""
        self.goto(f"action-{action}/{record}")
        return Form(self.page)

    def list(self, action: str) -> Rows:
        """The list an action opens."""
        self.goto(f"action-{action}")
        return Rows(self.page)

    def queue(self) -> Rows:
        """'Waiting for me'."""
        return self.list(QUEUE)

    def shot(self, path: Path, whole: bool = False) -> None:
        """A picture of what is on the screen, once it stopped moving; `whole`: made as high as what one scrolls through."""
        self.page.wait_for_timeout(800)
        if whole and (hidden := self.page.evaluate(SCROLLED_AWAY)):
            width, height = (self.page.viewport_size or DESK).values()
            self.page.set_viewport_size({"width": width, "height": height + hidden})
            self.page.wait_for_timeout(800)
        self.page.screenshot(path=str(path))


class Dialog:
    """What opens over a screen."""

    def __init__(self, page: Page) -> None:
        self.root = page.locator(".modal:visible").last
        expect(self.root).to_be_visible()

    def answer(self, reason: str) -> None:
        """Write the reason and press Decide."""
        self.root.locator("div[name=reason] textarea").fill(reason)
        self.root.get_by_role("button", name="Decide").click()

    def decide(self, reason: str) -> None:
        """Answer, and wait until it was taken."""
        self.answer(reason)
        expect(self.root).to_have_count(0)

    def confirm(self) -> None:
        """Press the dialog's main button."""
        self.root.locator("footer .btn-primary").first.click()

    def discard(self, button: str = "Discard") -> None:
        """Leave it without an answer, and wait until it is gone.

        The form behind it is read anew before: who goes on to another page meanwhile leaves the web client with a
        dialog that never ended, and the next one reads nothing anew when it closes.
        """
        self.root.get_by_role("button", name=button).click()
        expect(self.root).to_have_count(0)


class Form:
    """The form of one record."""

    def __init__(self, page: Page) -> None:
        self.page, self.root = page, page.locator(".o_form_view")
        expect(self.root).to_be_visible()

    @property
    def banner(self) -> Locator:
        """What Gatehouse says above the sheet."""
        return self.root.locator(
            ".alert:visible", has=self.page.locator("[name$=_banner], [name=gatehouse_held_text]")
        )

    @property
    def status(self) -> Locator:
        """The stage the status bar shows."""
        return self.root.locator(".o_statusbar_status .o_arrow_button_current")

    def value(self, name: str) -> Locator:
        """A field's place."""
        return self.root.locator(f"div[name={name}]:visible").first

    def press(self, name: str) -> None:
        """Press a button by the method behind it."""
        self.root.locator(f"button[name={name}]:visible").first.click()

    def dialog(self) -> Dialog:
        """The dialog that the last button opened."""
        return Dialog(self.page)

    def tab(self, title: str) -> None:
        """Open a tab of the notebook."""
        self.root.locator(".o_notebook .nav-link", has_text=title).first.click()

    def fill(self, name: str, text: str) -> None:
        """Type a value into a field."""
        field = self.value(name).locator("input, textarea").first
        field.fill(text)
        field.press("Tab")

    def choose(self, name: str, text: str) -> None:
        """Pick a record of a many2one field."""
        field = self.value(name).locator("input").first
        field.fill(text)
        self.page.locator(".o-autocomplete--dropdown-item:visible", has_text=text).first.click()

    def save(self) -> None:
        """Save, and wait until it is."""
        self.page.locator(".o_form_button_save:visible").click()
        expect(self.page.locator(".o_form_status_indicator_buttons.invisible")).to_have_count(1)


class Rows:
    """A list."""

    def __init__(self, page: Page) -> None:
        self.page, self.root = page, page.locator(".o_list_view, .o_kanban_view")
        expect(self.root).to_be_visible()

    def row(self, text: str) -> Locator:
        """The row, or the card on a phone, that names a document."""
        named = self.page.get_by_text(text, exact=True)
        return self.root.locator(ROW, has=named)

    def find(self, text: str) -> Locator:
        """Search for it, so that a long list shows it, and answer its row: what stood there before takes no click any more."""
        self.page.evaluate(MARK_ROWS, ROW)
        field = self.page.locator(".o_searchview_input")
        offered = self.page.locator(".o_searchview_autocomplete .o-dropdown-item", has_text=text).first
        facet = self.page.locator(".o_searchview_facet", has_text=text)
        for _ in range(SEARCHES):
            field.fill(text)
            try:
                offered.click(timeout=SEARCH_MS)  # an Enter before it is offered is lost
                expect(facet).to_be_visible(timeout=SEARCH_MS)
                break
            except (AssertionError, TimeoutError):
                continue  # a list that is still being drawn takes no text
        expect(facet).to_be_visible()
        expect(self.root.locator("[data-left]")).to_have_count(0)
        return self.row(text)

    def press(self, text: str, name: str) -> None:
        """Press a button of that row."""
        self.pressed = self.row(text).locator(f"button[name={name}]")
        self.pressed.click()

    def dialog(self) -> Dialog:
        """The dialog that the last button opened: pressed again, as a person does, where the list was still being drawn."""
        opened = self.page.locator(".modal:visible").last
        for _ in range(SEARCHES):
            try:
                expect(opened).to_be_visible(timeout=SEARCH_MS)
                break
            except AssertionError:
                self.pressed.click()  # a list that is still being drawn takes no click
        return Dialog(self.page)
