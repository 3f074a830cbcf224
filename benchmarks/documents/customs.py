"""How trade lays out who sells and who buys, place by place: heads and feet that the rules were not written on.

Written from the customs themselves (DIN 5008, factures, fatture, facturas, facturen, remit slips) before the rules that read them
were; `KEPT` is never looked at while rules are written, only counted.
"""

from __future__ import annotations

import random
from dataclasses import replace
from html import escape

from benchmarks.documents.content import Company, Paper
from benchmarks.documents.words import PEOPLE

#: Sellers and buyers whose names say nothing of their form, and such as are broken over two lines (at the bar).
_PLAIN = (
    "Schreinerei Holzer", "Stadtwerke Auental", "Hotel zur Linde", "Fritz Ackermann", "Studio Bianchi", "Oakfield Nursery", "Atelier du Pont",
    "Taller Hermanos Ruiz", "Bakkerij Smit", "Dr. Petra Lang", "Evans & Daughters", "Comune di Valverde", "Université de Brume", "Gemeente Waterland",
)  # fmt: skip
_BROKEN = (
    "Gesellschaft für angewandte|Messtechnik mbH", "Société Nouvelle de|Chaudronnerie SARL", "Northern Counties Plant|Hire Limited",
    "Compañía General de|Envases S.A.", "Officine Meccaniche|del Garda S.r.l.", "Handelsonderneming|Van den Berg B.V.", "Landesverband der|Kleingärtner e.V.",
)  # fmt: skip
_WORDS = {
    "de": {"dept": "Abteilung Einkauf", "attn": "z. Hd.", "holder": "Kontoinhaber", "head": "Geschäftsführer", "court": "Amtsgericht Hamburg HRB 12345", "contact": "Ansprechpartner", "firm": "Firma", "bank": "Bankverbindung", "name": "Name", "payto": "Zahlbar an", "payby": "Zahlbar durch", "clerk": "Sachbearbeiter"},
    "en": {"dept": "Accounts Payable", "attn": "Attn:", "holder": "Account name", "head": "Directors", "court": "Registered in England No. 01234567", "contact": "Contact", "firm": "Messrs", "bank": "Bank details", "name": "Name", "payto": "Payable to", "payby": "Payable by", "clerk": "Sales rep"},
    "fr": {"dept": "Service comptabilité", "attn": "À l'attention de", "holder": "Titulaire", "head": "Gérant", "court": "RCS Paris 123 456 789", "contact": "Contact", "firm": "Société", "bank": "Coordonnées bancaires", "name": "Nom", "payto": "Payable à", "payby": "Payable par", "clerk": "Vendeur"},
    "es": {"dept": "Dpto. de Compras", "attn": "A la atención de", "holder": "Titular", "head": "Administrador", "court": "Registro Mercantil de Madrid, tomo 123", "contact": "Contacto", "firm": "Sres.", "bank": "Datos bancarios", "name": "Nombre", "payto": "Pagar a", "payby": "Pagadero por", "clerk": "Comercial"},
    "it": {"dept": "Ufficio acquisti", "attn": "Alla c.a.", "holder": "Intestato a", "head": "Amministratore", "court": "REA MI-1234567", "contact": "Riferimento", "firm": "Ditta", "bank": "Coordinate bancarie", "name": "Denominazione", "payto": "Pagabile a", "payby": "Pagabile da", "clerk": "Agente"},
    "nl": {"dept": "Afdeling Inkoop", "attn": "T.a.v.", "holder": "T.n.v.", "head": "Directie", "court": "KvK 12345678", "contact": "Contactpersoon", "firm": "Firma", "bank": "Bankgegevens", "name": "Naam", "payto": "Betaalbaar aan", "payby": "Betaalbaar door", "clerk": "Behandeld door"},
}  # fmt: skip


def renamed(luck: random.Random, company: Company, other: str = "") -> tuple[Company, str]:
    """(the company, perhaps with a name that has no form, how its name is broken into lines, at bars); never the `other` name"""
    kind = luck.random()
    if kind < 0.35:
        name = luck.choice([name for name in _PLAIN if name != other])
        return replace(company, name=name), name
    if kind < 0.5:
        broken = luck.choice([name for name in _BROKEN if name.replace("|", " ") != other])
        return replace(company, name=broken.replace("|", " ")), broken
    return company, company.name


class _Parts:
    """The words of a paper's head, as HTML."""

    def __init__(self, paper: Paper, luck: random.Random) -> None:
        self.paper, self.luck, self.place = paper, luck, paper.place
        self.word = _WORDS[paper.place.language]
        self.seller, self.buyer = paper.seller, paper.buyer
        self.sells = escape(paper.lines_of["seller"]).replace("|", "<br>")
        self.buys = escape(paper.lines_of["buyer"]).replace("|", "<br>")
        self.person, self.other = luck.sample(PEOPLE, 2)
        site = "".join(part for part in paper.seller.name.lower() if part.isascii() and part.isalnum())[:14]
        self.mail, self.web = f"rechnung@{site}.example", f"www.{site}.example"
        self.to, self.frm = paper.label["to"], paper.label["from"]
        self.colon = luck.choice(("", ":"))
        self.attention = f"{self.word['attn']} {self.person}"

    def one_line(self, mark: str) -> str:
        return mark.join((escape(self.seller.name), self.seller.street, self.seller.town))

    def to_whom(self, extra: str = "") -> str:
        lines = [self.buys, extra, self.buyer.street, self.buyer.town]
        if self.luck.random() < 0.3:
            lines.append(COUNTRY[self.place.language])
        return "<br>".join(line for line in lines if line)

    def from_whom(self, *more: str) -> str:
        return "<br>".join((self.sells, self.seller.street, self.seller.town, *more))

    def vat(self, company: Company) -> str:
        return f"{self.paper.label['vatid']}: {company.vat or '12-3456789'}"


COUNTRY = {"de": "Deutschland", "en": "United Kingdom", "fr": "France", "es": "España", "it": "Italia", "nl": "Nederland"}  # fmt: skip


def _letter(p: _Parts) -> str:
    mark, extra = p.luck.choice((" · ", " - ", ", ", " | ", " • ")), p.luck.choice(("", p.word["dept"], f"{p.word['attn']} {p.person}", f"c/o {p.person}"))  # fmt: skip
    first = p.luck.choice(("", f"{p.word['firm']}<br>"))
    info = f"<table class=small><tr><td>{p.word['contact']}:</td><td>{p.other}</td></tr><tr><td>Tel.:</td><td>+49 40 5550</td></tr><tr><td>E-Mail:</td><td>{p.mail}</td></tr></table>"
    return f"<div style='height:26mm'></div><div class=two><div style='width:90mm'><div style='font-size:6pt'><u>{p.one_line(mark)}</u></div><div style='margin:4mm 0 10mm'>{first}{p.to_whom(extra)}</div></div>{info}</div>"


def _logo_only(p: _Parts) -> str:
    return f"<div style='height:24mm'></div><div style='margin:6mm 0 12mm'>{p.to_whom()}</div>"


def _right_corner(p: _Parts) -> str:
    return f"<div class=two><div></div><div class=r>{p.from_whom()}</div></div><div style='margin:12mm 0 6mm 100mm'>{p.to_whom()}</div>"


def _left_corner(p: _Parts) -> str:
    return f"<div class=two><div>{p.from_whom('Tel. 01 55 50 10 20', p.mail, p.vat(p.seller))}</div><div class=box style='margin-top:16mm'>{p.to_whom()}</div></div>"


def _person_first(p: _Parts) -> str:
    """A person to the bill over the firm, under labels."""
    return f"<div class=two><div><b>{p.frm}{p.colon}</b><br>{p.from_whom(p.mail)}</div><div style='width:70mm'><b>{p.to}{p.colon}</b><br>{p.to_whom(p.attention)}</div></div>"


def _fields(p: _Parts) -> str:
    """Each party's data in rows of a table."""
    rows = "<tr><th colspan=2 style='text-align:left'>{}</th></tr><tr><td>{}:</td><td>{}</td></tr><tr><td></td><td>{}<br>{}</td></tr><tr><td>{}</td><td></td></tr>"
    seller = rows.format(p.frm, p.word["name"], p.sells, p.seller.street, p.seller.town, p.vat(p.seller))
    buyer = rows.format(p.to, p.word["name"], p.buys, p.buyer.street, p.buyer.town, "&nbsp;")
    return f"<div class=two><table>{seller}</table><table>{buyer}</table></div>"


def _big_name(p: _Parts) -> str:
    return f"<div class=big style='color:#357'>{p.sells}</div><div class=small>{p.luck.choice(p.place.goods)} &amp; {p.luck.choice(p.place.goods)}</div><div style='margin:12mm 0'>{p.to_whom(p.word['dept'])}</div>"


def _trade(p: _Parts) -> str:
    """A person's letterhead with the trade under it and a sender line, the sender's data in the right margin."""
    return f"<div style='text-align:center' class=big>{' '.join(p.seller.name.upper()) if len(p.seller.name) < 18 else p.sells}</div><div style='text-align:center'>{p.word['clerk']} {p.person}</div><div class=two style='margin-top:8mm'><div><div class=small>{p.one_line(' * ')}</div><div style='margin-top:3mm'>{p.to_whom()}</div></div><div class=small>{p.from_whom('', 'Tel. 0151 5550', p.web, p.vat(p.seller))}</div></div>"


def _registered(p: _Parts) -> str:
    return f"<div style='text-align:center'><span class=big>{p.sells}</span><br>{p.seller.street}, {p.seller.town}<br>Tel. 020 5550 1234 {p.web}</div><div class=two style='margin-top:10mm'><div><b>{p.to}</b><br>{p.to_whom(f'c/o {p.person}')}</div><div style='width:60mm'><b>{p.paper.label['ship']}</b><br>{p.other}<br>{p.buyer.street}<br>{p.buyer.town}</div></div>"


def _three_boxes(p: _Parts) -> str:
    box = "<td style='width:33%;vertical-align:top;border:.4pt solid #888'><span class=small>{}</span><br>{}</td>"
    return f"<table class=w><tr>{box.format(p.frm.upper(), p.from_whom(p.vat(p.seller)))}{box.format(p.to.upper(), p.to_whom())}{box.format(p.paper.label['ship'].upper(), p.to_whom(p.word['dept']))}</tr></table>"


def _margin(p: _Parts) -> str:
    """The buyer left without a label, everything of the seller in a narrow column on the right."""
    return f"<div class=two style='margin-top:22mm'><div>{p.buys}<br>{p.word['attn']} {p.person}<br>{p.buyer.street}<br>{p.buyer.town}</div><div class=small style='width:48mm'><b>{p.sells}</b><br>{p.seller.street}<br>{p.seller.town}<br>T 020-5550<br>{p.mail}<br>{p.vat(p.seller)}<br>IBAN {p.seller.iban}</div></div>"


def _sentences(p: _Parts) -> str:
    """Labels and names in one row each, the address behind commas."""
    return f"<div>{p.frm}: {escape(p.seller.name)}, {p.seller.street}, {p.seller.town}</div><div>{p.to}: {escape(p.buyer.name)}, {p.buyer.street}, {p.buyer.town}</div><div>{p.word['contact']}: {p.person}</div>"


def _buyer_first(p: _Parts) -> str:
    """The buyer left and the seller right at one height, without labels; the seller's with its numbers."""
    return f"<div class=two><div style='margin-top:4mm'>{p.to_whom()}<br>{p.vat(p.buyer)}</div><div class=r>{p.from_whom(p.vat(p.seller), p.web)}</div></div>"


def _slip(p: _Parts) -> str:
    """The seller's address as a logo's text, the buyer right; with the payment slip of the foot."""
    return f"<div><b>{p.sells}</b><br>{p.seller.street}<br>{p.seller.town}</div><div style='margin:14mm 0 8mm 100mm'>{p.luck.choice(('', p.word['firm'] + '<br>'))}{p.to_whom(p.person)}</div>"


HEADS = {
    "din letter": _letter, "logo only": _logo_only, "right corner": _right_corner, "left corner": _left_corner, "person first": _person_first,
    "fields": _fields, "big name": _big_name,
}  # fmt: skip
KEPT = {
    "trade": _trade, "registered": _registered, "three boxes": _three_boxes, "margin": _margin, "sentences": _sentences, "buyer first": _buyer_first,
    "slip": _slip,
}  # fmt: skip


def head(paper: Paper) -> str:
    """The paper's head, by its custom."""
    return {**HEADS, **KEPT}[paper.custom](_Parts(paper, random.Random(paper.seed + 7)))


def foot(paper: Paper) -> str:
    """Three columns, a row, or a slip; always with who it is, for where only a logo's picture stands above."""
    p = _Parts(paper, random.Random(paper.seed + 7))
    holder = f"{p.word['holder']}: {escape(paper.seller.name)}<br>" if paper.shown["colon"] else ""
    columns = (p.from_whom(f"Tel. +49 40 5550 {p.web}"), f"<b>{p.word['bank']}</b><br>{holder}IBAN {paper.seller.iban}<br>BIC COBADEFFXXX<br>{paper.place.currency}", f"{p.word['court']}<br>{p.word['head']}: {p.person}<br>{p.vat(paper.seller)}")  # fmt: skip
    at_foot = "position:fixed;bottom:0;left:0;right:0;font-size:7pt;color:#333"
    if paper.custom == "slip":
        return f"<div class=two style='border-top:1pt dashed #000;margin-top:8mm'><div><b>{p.word['payto']}</b><br>{paper.seller.iban}<br>{p.from_whom()}</div><div><b>{p.word['payby']}</b><br>{p.to_whom()}</div></div>"
    if paper.shown["gap"]:
        return f"<div class=two style='{at_foot}'>{''.join(f'<div>{part}</div>' for part in columns)}</div>"
    row = ", ".join((escape(paper.seller.name), paper.seller.street, paper.seller.town))
    return f"<div style='{at_foot};text-align:center'>{row}<br>{p.vat(paper.seller)} – {p.word['head']}: {p.person} – {p.word['court']} – IBAN {paper.seller.iban} ({paper.place.currency})</div>"
