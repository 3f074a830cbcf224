"""Tesseract with the languages of the product, from Debian's packages, unpacked into the cache and not installed."""

from __future__ import annotations

import os
from pathlib import Path

from .cache import built, log_of
from .debian import Archive
from .paths import digest
from .steps import StepError

SUITE = "bookworm"
LANGUAGES = ("eng", "deu", "fra", "spa", "ita", "nld", "osd")
#: The program, its data, and of its libraries what a small system lacks.
PACKAGES = (
    "tesseract-ocr", *(f"tesseract-ocr-{name}" for name in LANGUAGES), "libtesseract5", "liblept5", "libarchive13", "libbrotli1",
    "libcurl4", "libdeflate0", "libgif7", "libgomp1", "libgssapi-krb5-2", "libicu72", "libjbig0", "libjpeg62-turbo", "libk5crypto3",
    "libkeyutils1", "libkrb5-3", "libkrb5support0", "libldap-2.5-0", "liblerc4", "libnghttp2-14", "libopenjp2-7", "libpng16-16",
    "libpsl5", "librtmp1", "libsasl2-2", "libssh2-1", "libssl3", "libtiff6", "libwebp7", "libwebpmux3", "libxml2",
)  # fmt: skip
WAY_OUT = "set GATEHOUSE_TESSERACT to a tesseract of your own (version 4 or 5), and run the command again"
#: Its libraries are for it alone: whoever calls it keeps his own.
PROGRAM = """\
#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/{libraries}" TESSDATA_PREFIX="$here/{data}"
exec "$here/usr/bin/tesseract" "$@"
"""


def tesseract() -> Path:
    """The program to call, fetched and unpacked when it is not in the cache yet."""
    own = os.environ.get("GATEHOUSE_TESSERACT", "").strip()
    if own:
        return Path(own)
    archive = Archive("Tesseract", "tesseract", SUITE, PACKAGES, WAY_OUT)

    def unpack(tree: Path) -> None:
        archive.unpack(tree, archive.download(tree.parent / "debs"))
        libraries = next(iter(sorted((tree / "usr" / "lib").glob("*-linux-gnu*"))), None)
        data = next(iter(sorted(tree.glob("usr/share/tesseract-ocr/*/tessdata"))), None)
        if libraries is None or data is None or not (tree / "usr" / "bin" / "tesseract").is_file():
            raise StepError(
                "Tesseract", "the packages hold no program or no data", WAY_OUT, log_of("tesseract")
            )
        program = tree / "tesseract"
        program.write_text(PROGRAM.format(libraries=libraries.relative_to(tree), data=data.relative_to(tree)))
        program.chmod(0o755)

    key = digest("apt", SUITE, *PACKAGES, PROGRAM)
    return built("tesseract", key, "Tesseract from Debian's archive (25 MB)", unpack) / "tesseract"
