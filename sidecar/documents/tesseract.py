"""Tesseract as a program of its own: a picture on its standard input, lines of words with boxes and certainty out.

It is called without a shell, writes no file, and has a limit on memory, processor and time (docs/adr/0011).
"""

import io
import os
import re
import resource
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image

from sidecar.config import tesseract_program
from sidecar.documents.xml import Unreadable

#: The languages of the product as Tesseract names them, the commonest first: the first one's dictionary leads.
LANGUAGES = ("eng", "deu", "fra", "spa", "ita", "nld")
INSTALL = "install tesseract-ocr and the languages that vendors write (tesseract-ocr-deu, …) beside the reader, or name the program in GATEHOUSE_TESSERACT"
MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30
SECONDS = 90.0
#: One block of text: of Tesseract's ways to cut a page up, the one that keeps the rows of a table whole.
_BLOCK, _TURNED_ONLY = "6", "0"
_ENVIRONMENT = ("PATH", "TESSDATA_PREFIX")


@dataclass(frozen=True, slots=True)
class Spot:
    """A word in a picture: its box in pixels from the top left, and how sure Tesseract is, 0..1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    sure: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of words. `baseline` is where it stands at `left`, in pixels from the top; `slope` how it falls to the right;
    `height` the size of its letters."""

    left: float
    baseline: float
    slope: float
    height: float
    words: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program, and the languages it has."""

    program: str
    languages: tuple[str, ...]

    def read(self, picture: Image.Image) -> list[Strip]:
        """The lines of a picture with upright text. Raises Unreadable when Tesseract fails or takes too long."""
        words = ["-l", "+".join(self.languages), "--psm", _BLOCK, "-c", "hocr_font_info=0", "hocr"]
        return _strips(self._run(picture, words))

    def turned(self, picture: Image.Image) -> int:
        """By how many degrees (0, 90, 180, 270) the picture must be turned anticlockwise to stand upright; 0 when nobody can tell."""
        try:
            found = re.search(rb"^Rotate: (\d+)", self._run(picture, ["--psm", _TURNED_ONLY]), re.M)
        except Unreadable:
            return 0  # too few letters, or its data for scripts is not installed
        return (360 - int(found[1])) % 360 if found else 0

    def _run(self, picture: Image.Image, words: list[str]) -> bytes:
        sent = io.BytesIO()
        picture.save(sent, "PNG", compress_level=1)
        try:
            done = subprocess.run(
                [self.program, "stdin", "stdout", *words],
                input=sent.getvalue(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env=_environment(),
                preexec_fn=_limit,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable(f"recognizing a page took longer than {SECONDS:.0f} seconds") from error
        except OSError as error:
            raise Unreadable(f"{self.program} does not start: {error}; {INSTALL}") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Unreadable(
                f"Tesseract ended with {done.returncode}: {said[-1][:200] if said else 'no word'}"
            )
        return done.stdout


def find(program: str = "") -> Tesseract | None:
    """The Tesseract of that name or path, else the one that is configured; None where there is none or it has none of our
    languages."""
    path = shutil.which(program or tesseract_program())
    if path is None:
        return None
    try:
        listed = subprocess.run(
            [path, "--list-langs"], capture_output=True, timeout=SECONDS, check=False, env=_environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    there = set(listed.stdout.decode("utf-8", "replace").split())
    languages = tuple(name for name in LANGUAGES if name in there)
    return Tesseract(path, languages) if languages else None


def _environment() -> Mapping[str, str]:
    """What Tesseract needs to know, and one thread a page: more of them slow each other down."""
    known = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**known, "OMP_THREAD_LIMIT": "1"}


def _limit() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _strips(hocr: bytes) -> list[Strip]:
    """The lines of Tesseract's answer in hOCR; text that stands upright in the picture only."""
    try:
        root: Element = fromstring(hocr, forbid_entities=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable(f"Tesseract's answer cannot be read: {error}") from error
    found = []
    for node in root.iter():
        title = node.get("title", "")
        if not node.get("class", "").startswith(("ocr_line", "ocr_text", "ocr_header", "ocr_caption")):
            continue
        box, slope = _numbers(title, "bbox"), _numbers(title, "baseline") or [0.0, 0.0]
        words = [spot for child in node.iter() if (spot := _spot(child)) is not None]
        if len(box) == 4 and words and not _numbers(title, "textangle"):
            height = (_numbers(title, "x_size") or [box[3] - box[1]])[0]
            found.append(Strip(box[0], box[3] + slope[1], slope[0], height, tuple(words)))
    return found


def _spot(node: Element) -> Spot | None:
    if node.get("class") != "ocrx_word":
        return None
    title, text = node.get("title", ""), " ".join("".join(node.itertext()).split())
    box, sure = _numbers(title, "bbox"), _numbers(title, "x_wconf")
    if not text or len(box) != 4:
        return None
    return Spot(text, box[0], box[1], box[2], box[3], (sure or [0.0])[0] / 100)


def _numbers(title: str, name: str) -> list[float]:
    """The numbers of one property of an hOCR title."""
    for part in title.split(";"):
        head, *rest = part.split() or [""]
        if head == name:
            return [float(value) for value in rest]
    return []
