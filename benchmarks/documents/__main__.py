"""Print made-up suppliers' papers and measure how well they are read.

    "$(python3 -m stack python)" -m benchmarks.documents --output FOLDER [--papers 80] [--scanned]

Writes FOLDER/development and FOLDER/apart: PDFs and gold.json, as `gatehouse documents evaluate` takes it. Papers of `apart` have
parts of layout (a head, a block of dates, sums, lines) that those of `development` never have. Wants Chromium.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.documents.content import draw
from benchmarks.documents.pages import html
from sidecar.documents.evaluate import score
from stack.browser import FLAGS, install_chromium

_APART_FROM = 100_000


def write(folder: Path, papers: int) -> None:
    """Print the papers of both parts, and their truth."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=install_chromium(), args=FLAGS)
        page = browser.new_page()
        for name, first in (("development", 0), ("apart", _APART_FROM)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            gold = []
            for seed in range(first, first + papers):
                paper = draw(seed, bool(first))
                page.set_content(html(paper))
                page.pdf(path=folder / name / f"{seed}.pdf", prefer_css_page_size=True)
                gold.append(paper.gold(f"{seed}.pdf"))
            (folder / name / "gold.json").write_text(json.dumps(gold, indent=1), encoding="utf-8")
        browser.close()


def main() -> None:
    """Print, read, and say how much was right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--papers", type=int, default=80)
    parser.add_argument("--scanned", action="store_true", help="read each paper as a scan of it")
    asked = parser.parse_args()
    write(asked.output, asked.papers)
    halves = {}
    for name in ("development", "apart"):
        gold = json.loads((asked.output / name / "gold.json").read_text(encoding="utf-8"))
        halves[name] = score(gold, asked.output / name, asked.scanned)
    print("| | development | apart |\n|---|---|---|")
    for name in halves["apart"]:
        print(f"| {name} | {halves['development'][name]} | {halves['apart'][name]} |")


if __name__ == "__main__":
    main()
