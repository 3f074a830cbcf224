"""Print made-up suppliers' papers and measure how well they are read.

    "$(python3 -m stack python)" -m benchmarks.documents --output FOLDER [--papers 80] [--scanned]

Writes FOLDER/development, apart, customs and customs-apart: PDFs and gold.json, as `gatehouse documents evaluate` takes it. Papers of
`apart` have parts of layout (a head, a block of dates, sums, lines) that those of `development` never have. Those of `customs` name
seller and buyer as trade does in six languages, those of `customs-apart` in ways that were never looked at while rules were
written. Wants Chromium.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.documents import customs
from benchmarks.documents.content import Paper, draw
from benchmarks.documents.pages import html
from sidecar.documents.evaluate import score
from stack.browser import FLAGS, install_chromium

#: part -> its first seed
PARTS = {"development": 0, "apart": 100_000, "customs": 200_000, "customs-apart": 300_000}


def paper_of(part: str, seed: int) -> Paper:
    """The paper of a seed in a part; a custom's head has at most three lines of table under it, so that its foot has room."""
    paper = draw(seed, part == "apart")
    if not part.startswith("customs"):
        return paper
    luck = random.Random(seed)
    paper.custom = luck.choice(sorted(customs.KEPT if part == "customs-apart" else customs.HEADS))
    paper.lines = paper.lines[:3]
    paper.seller, sells = customs.renamed(luck, paper.seller)
    paper.buyer, buys = customs.renamed(luck, paper.buyer, paper.seller.name)
    paper.lines_of = {"seller": sells, "buyer": buys}
    return paper


def write(folder: Path, papers: int) -> None:
    """Print the papers of both parts, and their truth."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=install_chromium(), args=FLAGS)
        page = browser.new_page()
        for name, first in PARTS.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            gold = []
            for seed in range(first, first + papers):
                paper = paper_of(name, seed)
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
    counted = {}
    for name in PARTS:
        gold = json.loads((asked.output / name / "gold.json").read_text(encoding="utf-8"))
        counted[name] = score(gold, asked.output / name, asked.scanned)
    print(f"| | {' | '.join(PARTS)} |\n|---|{'---|' * len(PARTS)}")
    for name in counted["apart"]:
        print(f"| {name} | {' | '.join(counted[part][name] for part in PARTS)} |")


if __name__ == "__main__":
    main()
