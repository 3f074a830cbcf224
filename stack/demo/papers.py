"""Papers of a vendor, made for demo, pictures and tests: a PDF of one page with text, and an EDIFACT confirmation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: x, y from the top, size, text
Piece = tuple[float, float, float, str]
_HEIGHT = 842


def pdf(pieces: Iterable[Piece], rules: Iterable[tuple[float, float, float]] = ()) -> bytes:
    """An A4 page of Helvetica. rules: (x, y from the top, width) of thin lines."""
    drawn = [f"BT /F {size} Tf {x} {_HEIGHT - y} Td ({_escaped(text)}) Tj ET" for x, y, size, text in pieces]
    drawn += [f"0.5 w {x} {_HEIGHT - y} m {x + width} {_HEIGHT - y} l S" for x, y, width in rules]
    text = "\n".join(drawn).encode("cp1252", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for at, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (at, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return out + tail % (table, len(out))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def invoice(
    vendor: str,
    number: str,
    order: str,
    lines: Sequence[tuple[str, str, float, float]],
    head: Sequence[tuple[str, str]] = (),
    vat: str = "",
) -> bytes:
    """An invoice page. lines: (code, text, quantity, price); head: further labels with their values."""
    labels = [("Invoice No:", number), ("Invoice date:", "24.11.2026"), ("Purchase order no:", order), *head]
    pieces: list[Piece] = [(60, 70, 18, vendor), (60, 88, 9, f"Dock Road 4, Rotterdam   VAT {vat}")]
    pieces += [(60, 130, 9, "Bill to"), (60, 144, 10, "Name: My Company")]
    for at, (label, value) in enumerate(labels):
        pieces += [(330, 130 + 14 * at, 10, label), (450, 130 + 14 * at, 10, value)]
    top = 150 + 14 * max(2, len(labels))
    columns = ((60, "Item"), (130, "Description"), (300, "Quantity"), (390, "Unit price"), (480, "Amount"))
    pieces += [(x, top, 10, text) for x, text in columns]
    net = 0.0
    for at, (code, text, quantity, price) in enumerate(lines, 1):
        y, amount = top + 18 * at, round(quantity * price, 2)
        net += amount
        row = (code, text, f"{quantity:g} pcs", f"{price:.2f}", f"{amount:.2f}")
        pieces += [(x, y, 10, value) for (x, _), value in zip(columns, row, strict=True)]
    y = top + 18 * (len(lines) + 2)
    for at, (label, value) in enumerate((("Subtotal EUR", net), ("VAT 0 %", 0.0), ("Grand total EUR", net))):
        pieces += [(390, y + 16 * at, 10, label), (480, y + 16 * at, 10, f"{value:.2f}")]
    return pdf(pieces, [(60, top + 5, 480), (60, y - 14, 480)])


def order_response(
    vendor: str, number: str, order: str, lines: Sequence[tuple[str, float, float, str]]
) -> bytes:
    """An ORDRSP D.96A. lines: (code, quantity, price, date as 20261201)."""
    body = "".join(
        f"LIN+{at}++{code}:SA'QTY+113:{quantity:g}:PCE'DTM+67:{day}:102'PRI+AAA:{price:.2f}'"
        for at, (code, quantity, price, day) in enumerate(lines, 1)
    )
    return (
        "UNA:+.? 'UNB+UNOC:3+1+2+261124:1000+1'UNH+1+ORDRSP:D:96A:UN'"
        f"BGM+231+{number}+29'DTM+137:20261124:102'RFF+ON:{order}'NAD+SU+++{vendor}'CUX+2:EUR:9'{body}"
        "UNS+S'UNT+9+1'UNZ+1+1'"
    ).encode()


def price_list(vendor: str, number: str, prices: Sequence[tuple[str, float]]) -> bytes:
    """A PRICAT D.96A. prices: (code, price)."""
    body = "".join(f"LIN+{at}++{code}:SA'PRI+AAA:{price:.2f}'" for at, (code, price) in enumerate(prices, 1))
    return (
        "UNA:+.? 'UNB+UNOC:3+1+2+261124:1000+1'UNH+1+PRICAT:D:96A:UN'"
        f"BGM+9+{number}+9'DTM+137:20261124:102'NAD+SU+++{vendor}'CUX+2:EUR:9'{body}UNT+9+1'UNZ+1+1'"
    ).encode()
