"""Seller and buyer by the labels and sentences that trade names them with, in six languages."""

from __future__ import annotations

import pytest

from .layout import read
from .test_parties import DOWN, TABLE, Lines, beside

ADDRESS = ("Calle Mayor 4", "28013 Madrid")
#: situation -> (rows, seller, buyer)
PAPERS: dict[str, tuple[Lines, str, str]] = {
    "a trading name in the head, the company in the foot": (("Hollins Fasteners", "Unit 4, Mill Lane, Leeds LS1 4AP", "Tel 0113 496 0000", "", "Invoice To:", "Brook & Vale", "The Accounts Dept", "9 High Street", "York YO1 7HH", "", *TABLE, *DOWN, "Hollins Fasteners is a trading name of Hollins Supplies Ltd. Registered in England 123456"), "Hollins Fasteners", "Brook & Vale"),
    "a depot gets the goods": ((*beside(("Invoice address", "Brook & Vale Ltd", "9 High Street", "York YO1 7HH"), ("Delivery address", "Brook & Vale Depot", "2 Dock Road", "Hull HU1 1AA")), "", *TABLE, *DOWN, *DOWN, "Hollins Supplies Ltd · Unit 4 Mill Lane · Leeds LS1 4AP · VAT GB123456789"), "Hollins Supplies Ltd", "Brook & Vale Ltd"),
    "sold to and ship to": (("HOLLINS SUPPLIES INC.", "400 Main St", "Austin, TX 78701", "", *beside(("SOLD TO", "Brook Vale Corp.", "9 High St", "Dallas, TX 75201"), ("SHIP TO", "Brook Vale Warehouse", "2 Dock Rd", "Dallas, TX 75201")), "", *TABLE), "HOLLINS SUPPLIES INC.", "Brook Vale Corp."),
    "Spett.le at the right": (("Officine Ferri S.r.l.", "Via Roma 4", "20121 Milano (MI)", "P.IVA 00894410248", "", ((330.0, "Spett.le"), ), ((330.0, "Meccanica Alpi S.p.A."), ), ((330.0, "Corso Dante 9"), ), ((330.0, "10126 Torino (TO)"), ), "", *TABLE), "Officine Ferri S.r.l.", "Meccanica Alpi S.p.A."),
    "cedente and cessionario in fields": ((*beside(("Cedente/prestatore (fornitore)", "Denominazione: Officine Ferri S.r.l.", "Indirizzo: Via Roma 4"), ("Cessionario/committente (cliente)", "Denominazione: Meccanica Alpi S.p.A.", "Indirizzo: Corso Dante 9")), "", *TABLE), "Officine Ferri S.r.l.", "Meccanica Alpi S.p.A."),
    "razón social": (("Suministros Ortega, S.L.", "C/ Sol 3", "28013 Madrid", "", "DATOS DEL CLIENTE", "Razón social: Talleres Gómez, S.A.", "NIF: A46118290", *ADDRESS, "", *TABLE), "Suministros Ortega, S.L.", "Talleres Gómez, S.A."),
    "a customer's number before the name": (("Nordkai Werkzeuge GmbH", "Hafenstraße 12", "20457 Hamburg", "", "Kunde: 10031 Bakker Technik AG", "Ringstr. 4", "20095 Hamburg", "", *TABLE), "Nordkai Werkzeuge GmbH", "Bakker Technik AG"),
    "a customer's number and a dash": (("Nordkai Ltd", "12 Dock Road", "Hull HU1 1AA", "", "Customer: C0042 - Brook & Vale Ltd", "", *TABLE), "Nordkai Ltd", "Brook & Vale Ltd"),
    "ship from and ship to": (("PACKING SLIP", "Ship From: Hollins Supplies Ltd", "Ship To: Brook & Vale Ltd", "9 High Street", *TABLE), "Hollins Supplies Ltd", "Brook & Vale Ltd"),
    "sold to and sold by, in Dutch": (("Orderbevestiging", "", *beside(("Verkocht aan", "Jansen Techniek", "Dorpsstraat 4", "1151 AD Broek"), ("Verkoper", "Smit Groothandel", "Havenweg 2", "3011 AA Rotterdam")), "", *TABLE), "Smit Groothandel", "Jansen Techniek"),
    "ordered by": (("Hollins Supplies", "Unit 4", "Leeds LS1 4AP", "", "Ordered by:", "Brook & Vale", "9 High Street", "York YO1 7HH", *TABLE), "Hollins Supplies", "Brook & Vale"),
    "donneur d'ordre": (("Delta Fournitures SARL", "84160 Cadenet", "", "Donneur d'ordre :", "Mairie de Vaugines", "84160 VAUGINES", *TABLE), "Delta Fournitures SARL", "Mairie de Vaugines"),
    "opdrachtgever": (("Smit Groothandel", "Havenweg 2", "3011 AA Rotterdam", "", "Opdrachtgever:", "Jansen Techniek", "Dorpsstraat 4", "1151 AD Broek", *TABLE), "Smit Groothandel", "Jansen Techniek"),
    "only a foot and a mail address": (("", "", "", "", "", "Meccanica Alpi", "Corso Dante 9", "10126 Torino", "", *TABLE, *DOWN, "Officine Ferri snc di Ferri Luca & C. - Via Roma 4 - 20121 Milano - P.IVA 00894410248 - info@officineferri.example"), "Officine Ferri snc di Ferri Luca & C.", "Meccanica Alpi"),
    "capitals and a form behind a comma": (("TALLERES GÓMEZ, S.A.", "C/ Sol 3", "28013 Madrid", "", ((330.0, "Suministros Ortega, S.L."), ), ((330.0, "Calle Mayor 4"), ), ((330.0, "28013 Madrid"), ), "", *TABLE, "IBAN ES9121000418450200051332"), "TALLERES GÓMEZ, S.A.", "Suministros Ortega, S.L."),
    "the title above all": (("AUFTRAGSBESTÄTIGUNG", "", "Nordkai Werkzeuge GmbH", "Hafenstraße 12 · 20457 Hamburg", "", "", "Bakker Technik AG", "Einkauf", "Ringstr. 4", "20095 Hamburg", "", *TABLE), "Nordkai Werkzeuge GmbH", "Bakker Technik AG"),
    "a registered office in the foot": (("INVOICE", "", "Bill to", "Brook & Vale Ltd", "9 High Street", "York YO1 7HH", "", *TABLE, *DOWN, "Hollins Supplies Limited. Registered office: Unit 4 Mill Lane, Leeds LS1 4AP. Company no. 0123456"), "Hollins Supplies Limited", "Brook & Vale Ltd"),
    "labels in capitals": (("FORNITORE: OFFICINE FERRI SRL", "CLIENTE: MECCANICA ALPI SPA", *TABLE), "OFFICINE FERRI SRL", "MECCANICA ALPI SPA"),
    "fields in two columns": ((((50, "Vendor:"), (130, "Hollins Supplies"), (300, "Customer:"), (380, "Brook & Vale")), ((50, "Address:"), (130, "Unit 4"), (300, "Address:"), (380, "9 High Street")), *TABLE), "Hollins Supplies", "Brook & Vale"),
    "a person to open it": (("Hollins Supplies Ltd", "Leeds LS1 4AP", "", "To:", "Brook & Vale Ltd", "Attn: Mrs A. Hill", "9 High Street", "York YO1 7HH", *TABLE), "Hollins Supplies Ltd", "Brook & Vale Ltd"),
    "who orders and who gets the goods": (("Nordkai AG", "", "Auftraggeber", "Bakker Technik AG", "Ringstr. 4", "20095 Hamburg", "", "Warenempfänger", "Bakker Werk Nord", "Am Wall 3", "20095 Hamburg", "", *TABLE), "Nordkai AG", "Bakker Technik AG"),
    "signed, and cheques payable": (("", "", "", "", "", "Brook & Vale", "9 High Street", "York YO1 7HH", "", *TABLE, "For and on behalf of Hollins Supplies", "Please make cheques payable to Hollins Supplies"), "Hollins Supplies", "Brook & Vale"),
    "capitals of a matrix printer": (("HOLLINS SUPPLIES CO LTD", "MILL LANE LEEDS LS1 4AP", "VAT REG 123 4567 89", "", ((50, "INVOICE TO"), (330.0, "DELIVER TO")), ((50, "BROOK & VALE"), (330.0, "BROOK & VALE")), ((50, "9 HIGH STREET"), (330.0, "2 DOCK ROAD")), "", *TABLE), "HOLLINS SUPPLIES CO LTD", "BROOK & VALE"),
    "a form of three parts in the row under a name": ((((50, "Rechnungssteller: Suministros"), (250, "Rechnungsempfänger: Tellmann & Söhne")), ((50, "Alba AG"), (250, "GmbH & Co. KG")), *TABLE), "Suministros Alba AG", "Tellmann & Söhne GmbH & Co. KG"),
}  # fmt: skip


@pytest.mark.parametrize("situation", PAPERS)
def test_seller_and_buyer_are_told_by_what_names_them(situation: str) -> None:
    rows, seller, buyer = PAPERS[situation]
    found = read(*rows)
    assert (found.seller.name, found.buyer.name) == (seller, buyer)
