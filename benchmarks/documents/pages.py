"""A made-up paper as HTML, put together from a head, a block of dates and numbers, a table, sums and a foot."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from benchmarks.documents import customs
from benchmarks.documents.content import Company, Line, Paper
from benchmarks.documents.words import PEOPLE

_CSS = """@page{{size:A4;margin:14mm 14mm 18mm 18mm}} body{{font:{size}pt {font};margin:0}} table{{border-collapse:collapse}}
.w{{width:100%}} .r{{text-align:right}} .two{{display:flex;justify-content:space-between;gap:12mm}} .small{{font-size:7pt}}
.big{{font-size:18pt;font-weight:bold}} .lines{{width:100%;margin:8mm 0 4mm}} .lines td,.lines th{{padding:1.3mm 1.6mm;vertical-align:{valign}}}
.lines th{{text-align:left}} .lines th.r,.lines td.r{{text-align:{numbers}}} .lines td.r{{text-align:right}} tr{{break-inside:avoid}}
.all td,.all th{{border:.3pt solid #555}} .zebra tr:nth-child(even){{background:#eee}} .head th{{border-bottom:.6pt solid #000}} td,th{{padding:.5mm 2mm}}
.box{{border:.4pt solid #444;padding:2mm;width:72mm}} h1{{font-size:15pt;margin:5mm 0 2mm}} footer{{margin-top:10mm;font-size:7pt;color:#333}}"""


def html(paper: Paper) -> str:
    """The whole page."""
    css = _CSS.format(
        size=9, font=paper.style["font"], valign="middle" if paper.shown["high"] else "top", numbers="center" if paper.shown["centre"] else "right",
    )  # fmt: skip
    head, foot = (customs.head, customs.foot) if paper.custom else (_head, _foot)
    body = head(paper) + _meta(paper) + _table(paper) + _sums(paper) + foot(paper)
    return f"<!doctype html><meta charset=utf-8><style>{css}</style><body>{body}</body>"


def _address(company: Company, paper: Paper, bold: bool = False, vat: bool = False) -> str:
    name = f"<b>{escape(company.name)}</b>" if bold else escape(company.name)
    country = f"<br>{paper.label['vatid']}: {company.vat}" if vat and company.vat else ""
    contact = f"<br>{PEOPLE[paper.seed % len(PEOPLE)]}" if paper.shown["contact"] and not vat else ""
    return f"{name}{contact}<br>{escape(company.street)}<br>{company.town}{country}"


def _head(paper: Paper) -> str:
    seller, buyer, label = paper.seller, paper.buyer, paper.label
    mail = f"info@{seller.name.split()[0].lower()}.example"
    ship = f"<div><b>{label['ship']}</b><br>{_address(buyer, paper)}</div>" if paper.shown["ship"] else ""
    to = f"<b>{label['to']}{':' if paper.shown['colon'] else ''}</b><br>"
    return {
        "window": f"<div class='r big'>{escape(seller.name)}</div><div style='margin-top:16mm' class=small>{escape(seller.name)} · {seller.street} · {seller.town}</div><div style='margin:3mm 0 8mm'>{_address(buyer, paper)}</div>",
        "picture of a logo": f"<div style='height:18mm'></div><div class=small><u>{escape(seller.name)}, {seller.street}, {seller.town}</u></div><div style='margin:3mm 0 8mm'>{_address(buyer, paper)}</div>",
        "person": f"<div class=two><div><div style='margin-top:20mm' class=small>{escape(seller.name)} - {seller.street} - {seller.town}</div><div style='margin:3mm 0 8mm'>{_address(buyer, paper)}<br>{paper.place.language.upper()}</div></div><div class=small><b>{escape(seller.name)}</b><br>{seller.street}<br>{seller.town}<br><br>Tel. 040 / 998877<br>{mail}<br>www.{mail[5:]}</div></div>",
        "right window": f"<div class=two><div><div class=big>{escape(seller.name)}</div>{seller.street}<br>{seller.town}<br>{label['vatid']}: {seller.vat}</div><div></div></div><div style='margin:14mm 0 8mm 95mm'>{_address(buyer, paper)}</div>",
        "two boxes": f"<div class=big>{escape(seller.name)}</div><div class=two style='margin-top:8mm'><div class=box><b>{label['from']}</b><br>{_address(seller, paper, vat=True)}</div><div class=box>{to}{_address(buyer, paper)}</div></div>",
        "seller left, buyer right": f"<div class=two><div>{_address(seller, paper, bold=True, vat=True)}<br>Tel. +49 40 123456<br>{mail}</div><div style='margin-top:22mm;width:75mm'>{_address(buyer, paper)}</div></div>",
        "logo": f"<div class=two><div class=big>{escape(seller.name.upper() if paper.shown['gap'] else seller.name)}</div><div class='small r'>{_address(seller, paper, vat=True)}<br>{mail}</div></div><div class=two style='margin-top:8mm'><div>{to}{_address(buyer, paper, bold=True)}</div>{ship}</div>",
        "from and to": f"<div class=two style='margin-top:6mm'><div>{label['from']}: <b>{escape(seller.name)}</b><br>{seller.street}, {seller.town}<br>{label['vatid']}: {seller.vat}</div><div>{label['to']}: <b>{escape(buyer.name)}</b><br>{buyer.street}, {buyer.town}</div>{ship}</div>",
        "centred": f"<div style='text-align:center'><div class=big>{escape(seller.name)}</div>{seller.street} – {seller.town} – {label['vatid']} {seller.vat}<br>{mail}</div><div style='margin:8mm 0 0 95mm'>{label['to']}<br>{_address(buyer, paper, bold=True)}</div>",
    }[paper.style["head"]]  # fmt: skip


def _meta(paper: Paper) -> str:
    label, colon = paper.label, ":" if paper.shown["colon"] else ""
    title = label["credit"] if paper.credit else label["title"]
    day, due = (paper.place.day(value, paper.form) for value in (paper.day, paper.due))
    pairs = [(label["number"], paper.number), (label["date"], day), (label["customer"], f"K{paper.seed * 7 + 1000}"), (label["due"], due)]  # fmt: skip
    pairs += [(label["order"], paper.order)] if paper.order else []
    beside = "".join(f"<tr><td>{name}{colon}</td><td>{value}</td></tr>" for name, value in pairs)
    above = "<table{}><tr>{}</tr><tr>{}</tr></table>"
    cells = "".join(f"<td>{name}</td>" for name, _ in pairs), "".join(f"<td>{value}</td>" for _, value in pairs)  # fmt: skip
    sentence = f"{label['number']} {paper.number} {_OF[paper.place.language]} {day}"
    rest = "".join(f"<div>{name}: {value}</div>" for name, value in pairs[2:])
    return {
        "labels beside": f"<h1>{title}</h1><div class=two><div></div><table>{beside}</table></div>",
        "two languages": f"<h1>{title} / Invoice</h1><table>{''.join(f'<tr><td>{name} / {other}{colon}</td><td>{value}</td></tr>' for (name, value), other in zip(pairs, _ENGLISH, strict=False))}</table>",
        "letter": f"<div class=r>{paper.seller.town.split(' ', 1)[-1].split(',')[0]}, {day}</div><h1>{' '.join(title.upper())}</h1><div>{label['number']} {paper.number}</div>{rest}",
        "short labels": f"<div class=two><h1>{title}</h1><table><tr><td>{_SHORT[paper.place.language]}{colon}</td><td>{paper.number}</td></tr><tr><td>{label['date']}{colon}</td><td>{day}</td></tr></table></div>{rest}",
        "labels above": f"<h1>{title}</h1>" + above.format(" class='w head'", *cells),
        "sentence": f"<h1>{sentence}</h1>{rest}<p>{label['thanks']}</p>",
        "colon list": f"<h1>{title}</h1>" + "".join(f"<div>{name}: {value}</div>" for name, value in pairs),
        "title and list": f"<h1>{title} {paper.number}</h1><table>{''.join(f'<tr><td>{name}{colon}</td><td class=r>{value}</td></tr>' for name, value in pairs[1:])}</table>",
        "boxed grid": f"<h1>{title}</h1><table class='all'><tr>{''.join(f'<td class=small>{name}<br><span style=font-size:10pt>{value}</span></td>' for name, value in pairs)}</tr></table>",
    }[paper.style["meta"]]  # fmt: skip


_BANKS = ("Hansebank AG", "Banque du Port S.A.", "Harbour Bank Ltd", "Sparkasse Nord", "Banca Alba S.p.A.")
_SHORT = {"de": "Nr.", "en": "No.", "fr": "N°", "es": "N.º", "it": "N.", "nl": "Nr."}
_ENGLISH = ("Invoice No.", "Invoice date", "Customer No.", "Due date", "Order No.")
_OF = {"de": "vom", "en": "of", "fr": "du", "es": "de fecha", "it": "del", "nl": "van"}


def _money(paper: Paper, value: Decimal) -> str:
    text = paper.place.number(value)
    if paper.style["sums"] != "with sign" and not paper.shown["sign"]:
        return text
    before = paper.place.language == "en" or paper.place.currency == "CHF"
    return f"{paper.place.sign}{' ' if len(paper.place.sign) > 1 else ''}{text}" if before else f"{text} {paper.place.sign}"  # fmt: skip


def _with_tax(line: Line) -> Decimal:
    return (line.amount * (100 + Decimal(line.rate.replace(",", "."))) / 100).quantize(Decimal("0.01"))


def _signed(paper: Paper, text: str) -> str:
    return f"{paper.place.sign}{text}" if paper.style["lines"] == "signs" else text


def _cell(paper: Paper, line: Line, name: str, at: int) -> str:
    place, whole = paper.place, line.quantity == line.quantity.to_integral()
    fixed = {0: 0, 1: 2, 2: 3}[paper.seed % 3]
    quantity = place.number(line.quantity, max(fixed, 0 if whole else 2))
    unit = "" if "unit" in paper.columns else f" {line.unit}"
    code = paper.style["lines"] == "code beneath"
    beneath = f"<br><span class=small>{paper.label['item']}: {line.item}</span>" if code else ""
    more = f"<br>{escape(line.more)}" if line.more else ""
    text = f"{line.item} {line.text}" if paper.style["lines"] == "code before" else line.text
    return {
        "pos": str(at), "item": line.item, "description": escape(text) + more + beneath, "quantity": quantity + unit, "unit": line.unit,
        "price": _signed(paper, place.number(line.price, paper.digits)), "discount": f"{line.discount} %" if paper.shown["gap"] else place.number(Decimal(line.discount)),
        "gross": _money(paper, _with_tax(line)),
        "tax": f"{line.rate}%" if paper.shown["colon"] else line.rate, "amount": _money(paper, line.amount),
    }[name]  # fmt: skip


def _table(paper: Paper) -> str:
    numeric = {"quantity", "price", "discount", "tax", "amount", "gross"}
    heads = "".join(f"<th class='{'r' if name in numeric else ''}'>{_heading(paper, name)}</th>" for name in paper.columns)  # fmt: skip
    rows, total, beneath = [], Decimal(0), paper.style["lines"] == "numbers beneath"
    for at, line in enumerate(paper.lines, 1):
        cells = {name: _cell(paper, line, name, at) for name in paper.columns}
        td = {name: f"<td class='{'r' if name in numeric else ''}'>{value}</td>" for name, value in cells.items()}  # fmt: skip
        if beneath:
            text = f"{at}. {cells.pop('description')}" if "pos" in cells else cells["description"]
            rows.append(f"<tr><td colspan={len(paper.columns)}>{text}</td></tr>")
            td |= {name: "<td></td>" for name in ("pos", "description") if name in td}
        rows.append(f"<tr>{''.join(td[name] for name in paper.columns)}</tr>")
        total += line.amount
        if paper.shown["carried"] and at % 17 == 0 and at < len(paper.lines):
            sum_ = f"<tr><td colspan={len(paper.columns) - 1}>{paper.label['carried']}</td><td class=r>{_money(paper, total)}</td></tr>"
            rows += [sum_, f"<tr style='break-before:page'>{sum_[4:]}"]
    return f"<table class='lines {paper.style['rules']}'><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"  # fmt: skip


def _heading(paper: Paper, name: str) -> str:
    text = paper.label[name]
    if paper.shown["break"] and name in ("price", "amount"):
        return f"{text}<br>{paper.place.currency}"
    return text


def _sums(paper: Paper) -> str:
    label = paper.label
    rows = [(label["freight"], paper.freight)] if paper.freight else []
    rows.append((label["net"], paper.net))
    for rate, base, tax in paper.taxes:
        rows.append((label["vat"].format(r=rate, b=paper.place.number(base)), tax))
    rows.append((label["gross"], paper.gross))
    if paper.paid:
        rows += [(label["paid"], -paper.paid), (label["payable"], paper.gross - paper.paid)]
    elif paper.shown["payable"]:
        rows.append((label["payable"], paper.gross))
    kind, colon = paper.style["sums"], ":" if paper.shown["colon"] else ""
    right = "".join(f"<tr><td>{name}{colon}</td><td class=r>{_money(paper, value)}</td></tr>" for name, value in rows)  # fmt: skip
    right = f"<div class=two><div></div><table>{right}</table></div>"
    if kind == "taxes and right":
        taxes = "".join(f"<tr><td class=r>{rate} %</td><td class=r>{_money(paper, base)}</td><td class=r>{_money(paper, tax)}</td></tr>" for rate, base, tax in paper.taxes)  # fmt: skip
        return f"<table class=head><tr><th>{label['tax']}</th><th>{label['taxable']}</th><th>{label['vat'].split('{')[0]}</th></tr>{taxes}</table>{right}"
    if kind == "row":
        return f"<table class='w all'><tr>{''.join(f'<td>{name}</td>' for name, _ in rows)}</tr><tr>{''.join(f'<td class=r>{_money(paper, value)}</td>' for _, value in rows)}</tr></table>"
    if kind == "wide":
        return "<table class=w>" + "".join(f"<tr><td>{name}</td><td class=r>{_money(paper, value)}</td></tr>" for name, value in rows) + "</table>"  # fmt: skip
    if kind == "sentence":
        return "<p>" + "<br>".join(f"{name}: {_money(paper, value)} {paper.place.currency}" for name, value in rows) + "</p>"  # fmt: skip
    return right


def _foot(paper: Paper) -> str:
    seller, label = paper.seller, paper.label
    parts = (_address(seller, paper), f"{_BANKS[paper.seed % len(_BANKS)]}<br>IBAN {seller.iban}<br>BIC COBADEFFXXX<br>{paper.place.currency}", f"{label['vatid']} {seller.vat}<br>info@{seller.name.split()[0].lower()}.example<br>{label['page'].format(n=1, m=1)}")  # fmt: skip
    return {
        "none": f"<p>IBAN: {seller.iban} ({paper.place.currency})</p>",
        "columns": f"<footer class=two>{''.join(f'<div>{part}</div>' for part in parts)}</footer>",
        "centred": f"<footer style='text-align:center'>{seller.name} | {seller.street} | {seller.town} | IBAN {seller.iban} | {paper.place.currency}</footer>",
    }[paper.style["foot"]]
