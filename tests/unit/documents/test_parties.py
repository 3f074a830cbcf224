"""Who sells and who buys, on papers as trade lays them out: by weak signs together, none of them demanded."""

from __future__ import annotations

import pytest

from sidecar.documents import addresses, names
from tests.unit.documents.layout import Cell, page, read

Lines = tuple[tuple[Cell, ...] | str, ...]
TABLE: Lines = (
    ((50, "Pos"), (100, "Beschreibung"), (300, "Menge"), (400, "Preis"), (480, "Betrag")),
    ((50, "1"), (100, "Ware"), (300, "2"), (400, "5,00"), (480, "10,00")),
)
DOWN: Lines = ("",) * 22


def beside(left: tuple[str, ...], right: tuple[str, ...]) -> Lines:
    """Two blocks at one height."""
    rows = max(len(left), len(right))
    pairs = zip(left + ("",) * (rows - len(left)), right + ("",) * (rows - len(right)), strict=True)
    return tuple(tuple(cell for cell in ((50.0, one), (330.0, two)) if cell[1]) or "" for one, two in pairs)


#: custom -> (rows, seller, buyer)
PAPERS: dict[str, tuple[Lines, str, str]] = {
    "a sender line, a greeting and the sender's data at the right": (
        ("", "", "", "", "", "Werkstatt Lotz – Kleiststr. 2 – 42799 Leichlingen", "",
         *beside(("Firma", "Muster GmbH", "Herrn Max Muster", "Am Wall 3", "12345 Stadthausen"), ("Werkstatt Lotz", "Inh. Alexander Lotz", "Kleiststr. 2", "42799 Leichlingen", "Tel.: 0176 47")), *TABLE),
        "Werkstatt Lotz", "Muster GmbH",
    ),
    "only a foot of three columns names the seller": (
        ("", "", "", "", "", "Baugesellschaft Nord mbH", "Buchhaltung", "Werftstr. 9", "24143 Kiel", "", *TABLE, *DOWN,
         ((50, "Kanzlei Vogel & Partner"), (220, "Volksbank Kiel"), (390, "Steuernummer 12/345")), ((50, "Holtenauer Str. 1"), (220, "IBAN DE89370400440532013000")), ((50, "24105 Kiel"),)),
        "Kanzlei Vogel & Partner", "Baugesellschaft Nord mbH",
    ),
    "only the account's holder names the seller": (
        ("", "", "", "", "", "Hausverwaltung Stein", "Postfach 10", "50667 Köln", "", *TABLE, "Kontoinhaber: Elektro Braun", "IBAN DE89370400440532013000"),
        "Elektro Braun", "Hausverwaltung Stein",
    ),
    "both at one height, the seller with its register": (
        ("Factuur", "", *beside(("Gemeente Waterland", "T.a.v. administratie", "Postbus 1000", "1140 BA Monnickendam"), ("Bakkerij Smit", "Dorpsstraat 4", "1151 AD Broek", "KvK 12345678")), "", *TABLE),
        "Bakkerij Smit", "Gemeente Waterland",
    ),
    "the seller left above, the buyer right below": (
        (*beside(("Delta Fournitures", "ZA des Ormes", "84160 Cadenet", "Siret 123 456 789 00012"), ("", "", "", "", "Mairie de Vaugines", "Place de la Mairie", "84160 VAUGINES")), "", *TABLE),
        "Delta Fournitures", "Mairie de Vaugines",
    ),
    "a person over the company, under a label": (
        ("From:", "Northwind Labs", "hello@northwind.example", "Bill to:", "John Doe", "Acme Corp", "522 Main Street, New York", *TABLE),
        "Northwind Labs", "Acme Corp",
    ),
    "names in fields beside their labels": (
        ("FERRETERÍA LÓPEZ", "C/ Mayor 3", "28013 Madrid", "CIF: B12345678", "", ((330, "CLIENTE"),), ((330, "Nombre: Talleres Gómez S.L."),), ((330, "Dirección: Calle Sol 3"),), "", *TABLE),
        "FERRETERÍA LÓPEZ", "Talleres Gómez S.L.",
    ),
    "a name over two rows": (
        ("", "", "", "", "", "Druckerei Kolb GmbH & Co. KG | Auweg 3 | 93047 Regensburg", "", "Verein der Freunde", "Alter Musik e.V.", "Domplatz 1", "93047 Regensburg", "", *TABLE),
        "Druckerei Kolb GmbH & Co. KG", "Verein der Freunde Alter Musik e.V.",
    ),
    "a register behind the name, in the foot": (
        ("Facture 12", "", "", ((330, "de Lattre Alexis"),), ((330, "35 RUE du logiciel libre"),), ((330, "69100 VILLEURBANNE"),), "", *TABLE, *DOWN,
         "Libre SAS au capital de 3.441.812 Euros − RCS Paris − 8 rue de la Ville 75008 Paris"),
        "Libre SAS", "de Lattre Alexis",
    ),
}  # fmt: skip


@pytest.mark.parametrize("custom", PAPERS)
def test_seller_and_buyer_are_read_as_trade_names_them(custom: str) -> None:
    rows, seller, buyer = PAPERS[custom]
    found = read(*rows)
    assert (found.seller.name, found.buyer.name) == (seller, buyer)


@pytest.mark.parametrize(
    "text",
    ["Rechnung 4711", "Bill to", "Hafenstraße 12", "20457 Hamburg", "Deutschland", "Seite 1", "Datum", "Menge", "GmbH", "(Ship to)", "Total", "info@kastor.example",
     "We thank you for your order and hope to see you again soon"],
)  # fmt: skip
def test_what_is_no_name_is_never_one(text: str) -> None:
    assert not names.is_name(text)


def test_a_name_ends_where_its_address_register_or_number_begins() -> None:
    assert names.clean("Kastor, Inc., 12 Dock Road, Austin, TX 78701") == "Kastor, Inc."
    assert names.clean("Kastor SAS au capital de 1 000 €") == "Kastor SAS"
    assert names.clean("Kastor Pvt Ltd(2023-24)") == "Kastor Pvt Ltd"


def test_a_greeting_is_kept_where_no_name_is_left_without_it() -> None:
    assert names.of_lines(["Mr Customer", "Plot 4"]) == "Mr Customer"
    assert names.of_lines(["Herrn", "Max Muster"]) == "Max Muster"


def test_what_stands_below_the_bound_of_a_hostile_page_is_not_looked_at() -> None:
    crowded = page(*["Zeile"] * 450, "", "Kastor Werkzeuge", "Hafenstraße 12", "20457 Hamburg")
    assert addresses.blocks(crowded) == []
    assert [block.name for block in addresses.blocks(crowded[-3:])] == ["Kastor Werkzeuge"]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Kastor Tools", "Kastor Tools Supply Corp.", "12 Dock Road"], "Kastor Tools Supply Corp."),
        (["Maison Kastor", "Vins et huiles en gros", "Kastor Distribution SARL au capital de 40 000 €"], "Kastor Distribution SARL"),
        (["Kastor Werkzeuge Nord", "Handelsgesellschaft mbH", "Ringstr. 4"], "Kastor Werkzeuge Nord Handelsgesellschaft mbH"),
    ],
)  # fmt: skip
def test_a_brand_stands_over_its_companys_name_and_a_broken_name_goes_on(lines: list[str], name: str) -> None:
    assert names.of_lines(lines) == name


def test_a_heading_under_a_field_without_a_value_is_nobody() -> None:
    found = read(
        "Kastor GmbH",
        ((50, "Datum"), (150, "Kunde")),
        ((50, "12.02.2026"),),
        "",
        ((50, "Pos"), (100, "Artikel"), (250, "Menge"), (340, "Preis/EUR"), (450, "Gesamt/EUR")),
    )
    assert found.buyer.name == ""
