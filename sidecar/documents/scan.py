"""Pages that are pictures: scans inside a PDF, and image files, recognized by Tesseract into rows of words in points."""

import io
import statistics
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from sidecar.documents.rows import Row, Word, row_of
from sidecar.documents.tesseract import INSTALL, Spot, Strip, Tesseract
from sidecar.documents.xml import Unreadable

MOST_PAGES = 10
#: Pixels that an image file may unpack to, and that a page is recognized with: A4 at 300 dots an inch has 8.7 million.
MOST_PIXELS, PAGE_PIXELS = 60_000_000, 12_000_000
#: Dots an inch a page of a PDF is drawn with. More makes it slower and not surer.
_DPI = 250
#: A picture without a size of its own is taken for a page this wide, in points, upright or not; narrower ones are enlarged.
_WIDE, _WIDE_LYING, _NARROW = 595.0, 842.0, 1300
_FORMATS = ("PNG", "JPEG", "TIFF")
_AT_ONCE = 2
#: A page whose words are less sure than this in the middle may lie on its side.
_UNSURE, _FEW = 0.6, 5
#: Lines stand on one row when their baselines differ by less than this part of their letters; a scan leans less than that.
_LEVEL, _LEANING = 0.5, 0.1
_FAINT = 0.25
#: The widest gap behind a 1 inside a number, in heights of letters: a 1 stands in as much room as an 8, and Tesseract takes what is
#: left over for a blank in every fortieth number. Seen on generated invoices: 0.25 to 0.34; a blank behind a 1 is 0.45 wide and more.
_BEHIND_1 = 0.39


@dataclass(frozen=True, slots=True)
class Page:
    """One picture of a page: its number from 1, and the points a pixel stands for."""

    number: int
    picture: Image.Image
    scale: float


def is_image(content: bytes) -> bool:
    """Whether the bytes begin like an image that is read: PNG, JPEG or TIFF."""
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*"))


def read_image(content: bytes, tesseract: Tesseract | None) -> list[Row]:
    """The rows of an image file, of a TIFF those of all its pages. Raises Unreadable."""
    if tesseract is None:
        raise Unreadable(
            f"it is a picture, and no text recognition is installed; {INSTALL}, or send it as PDF with text"
        )
    return _recognized(_images(content), tesseract)


def read_pages(content: bytes, numbers: list[int], tesseract: Tesseract | None) -> list[Row]:
    """The rows of the pages of a PDF that are scans. Raises Unreadable."""
    if tesseract is None:
        raise Unreadable(
            f"the PDF holds no text; it is a scan, and no text recognition is installed; {INSTALL}"
        )
    if len(numbers) > MOST_PAGES:
        raise Unreadable(
            f"the PDF has {len(numbers)} scanned pages; at most {MOST_PAGES} are read; send it in parts"
        )
    return _recognized(_drawn(content, numbers), tesseract)


def _recognized(pages: Iterator[Page], tesseract: Tesseract) -> list[Row]:
    """Two pages at a time, so that never more than two pictures are in memory."""
    rows: list[Row] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = []
        for page in pages:
            waiting.append(pool.submit(_rows, page, tesseract))
            if len(waiting) == _AT_ONCE:
                rows += waiting.pop(0).result()
        for entry in waiting:
            rows += entry.result()
    return rows


def _drawn(content: bytes, numbers: list[int]) -> Iterator[Page]:
    """Pages of a PDF as pictures, each turned as the PDF says."""
    try:
        with pypdfium2.PdfDocument(content) as file:
            for number in numbers:
                page = file[number - 1]
                width, height = page.get_size()
                scale = min(_DPI / 72, (PAGE_PIXELS / max(1.0, width * height)) ** 0.5)
                drawn = page.render(scale=scale, grayscale=True)
                yield Page(number, drawn.to_pil().convert("L"), 1 / scale)
                page.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"the PDF's pages cannot be drawn: {error}") from error


def _images(content: bytes) -> Iterator[Page]:
    """The pictures of an image file, upright as its camera says."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as file:
            warnings.simplefilter("ignore")  # what a file's own tags say wrong is of no matter here
            count = getattr(file, "n_frames", 1)
            if count > MOST_PAGES:
                raise Unreadable(
                    f"the image has {count} pages; at most {MOST_PAGES} are read; send it in parts"
                )
            for at in range(count):
                file.seek(at)
                yield _page(file, at + 1)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
    ) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the image is broken or of a kind that is not read: {error}") from error


def _page(file: Image.Image, number: int) -> Page:
    width, height = file.size
    if width * height > MOST_PIXELS:
        raise Unreadable(
            f"the image has {width} x {height} pixels; at most {MOST_PIXELS // 1_000_000} million are read; make it smaller"
        )
    file.draft("L", (2500, 3500))  # a large JPEG is unpacked at a half or a quarter
    picture = ImageOps.exif_transpose(_grey(file))
    factor = min(1.0, (PAGE_PIXELS / (picture.width * picture.height)) ** 0.5)
    if picture.width < _NARROW and picture.height < 2 * _NARROW:
        factor = min(2.0, (PAGE_PIXELS / (picture.width * picture.height)) ** 0.5)
    if factor != 1.0:
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return Page(number, picture, _width(picture) / picture.width)


def _grey(file: Image.Image) -> Image.Image:
    """Shades of grey; what is transparent is paper."""
    if file.mode in ("RGBA", "LA", "PA") or "transparency" in file.info:
        seen = file.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("L")
    if file.mode.startswith("I;16"):
        return file.convert("I").point(lambda value: value / 256).convert("L")
    return file.convert("L")


def _width(picture: Image.Image) -> float:
    return _WIDE if picture.height >= picture.width else _WIDE_LYING


def _rows(page: Page, tesseract: Tesseract) -> list[Row]:
    """The rows of one page; one that lies on its side or head is turned first."""
    strips = tesseract.read(page.picture)
    if _middle(strips) < _UNSURE:
        degrees = tesseract.turned(page.picture)
        if degrees:
            picture = page.picture.rotate(degrees, expand=True)
            again = tesseract.read(picture)
            if _middle(again) > _middle(strips):
                return _placed(page.number, again, _width(picture) / picture.width)
    return _placed(page.number, strips, page.scale)


def _middle(strips: list[Strip]) -> float:
    """How sure the words are in the middle; none at all are not sure, nor are a few."""
    sure = [spot.sure for strip in strips for spot in strip.words if any(map(str.isalnum, spot.text))]
    return statistics.median(sure) if len(sure) >= _FEW else 0.0


def _placed(number: int, strips: list[Strip], scale: float) -> list[Row]:
    """Lines of words on rows, from top to bottom, as if the page had not leant when it was scanned."""
    slopes = [strip.slope for strip in strips if len(strip.words) > 3 and abs(strip.slope) < _LEANING]
    slope = statistics.median(slopes) if slopes else 0.0
    groups: list[list[tuple[float, Strip]]] = []
    for level, strip in sorted(
        ((strip.baseline - slope * strip.left, strip) for strip in strips), key=lambda entry: entry[0]
    ):
        if groups and level - groups[-1][0][0] <= _LEVEL * min(strip.height, groups[-1][0][1].height):
            groups[-1].append((level, strip))
        else:
            groups.append([(level, strip)])
    rows = []
    for group in groups:
        words = [_word(spot, strip, scale) for _, strip in group for spot in strip.words if _is_text(spot)]
        if words:
            bottom = statistics.median(level for level, _ in group) * scale
            rows.append(row_of(number, bottom, _mended(words)))
    return rows


def _mended(words: list[Word]) -> list[Word]:
    """The words from left to right; numbers that were cut in two behind a 1 are whole again, and as sure as their weaker half."""
    whole: list[Word] = []
    for word in sorted(words, key=lambda word: word.x0):
        before = whole[-1] if whole else None
        if before is not None and _is_cut(before, word):
            text, sure = before.text + word.text, min(before.sure, word.sure)
            whole[-1] = Word(text, before.x0, word.x1, max(before.size, word.size), sure)
        else:
            whole.append(word)
    return whole


def _is_cut(before: Word, word: Word) -> bool:
    inside = before.text.endswith("1") and word.text[0].isdigit()
    return inside and word.x0 - before.x1 < _BEHIND_1 * word.size


def _is_text(spot: Spot) -> bool:
    """Whether it is more than a rule of a table, a speck or a fold."""
    return spot.sure >= _FAINT and (any(map(str.isalnum, spot.text)) or spot.text in _MARKS)


_MARKS = set("-–%€$£:#&+/")


def _word(spot: Spot, strip: Strip, scale: float) -> Word:
    return Word(spot.text, spot.left * scale, spot.right * scale, strip.height * scale, spot.sure)
