"""Who trades with the demo company, and what: products, vendors, customers and price lists. Data alone."""

from __future__ import annotations

from typing import Any, NamedTuple


class Product(NamedTuple):
    """A storable product; `usual` is a typical line's quantity, `cap` the deepest discount ever given."""

    item: str
    name: str
    category: str
    list_price: float
    cost: float
    weight: float
    vendor: str
    usual: int
    peak: int  # the month in which it sells best, 0 = all year
    cap: float = 12.0


class Vendor(NamedTuple):
    """A supplier: the days it needs and the size of the packs it sells."""

    name: str
    country: str
    delay: int
    pack: int


class Customer(NamedTuple):
    """A customer; `habit` is the discount usually agreed, `spread` how far a line strays from it."""

    name: str
    country: str
    city: str
    tier: str
    habit: float
    spread: float
    activity: float

    @property
    def email(self) -> str:
        """The address of the customer's purchasing department."""
        return f"purchasing@{''.join(c for c in self.name.lower() if c.isalnum())}.example.com"


#: Price off the list by tier: below and from the quantity break on.
TIERS: dict[str, tuple[float, float]] = {"Bronze": (0.0, 3.0), "Silver": (3.0, 5.0), "Gold": (6.0, 9.0)}
QUANTITY_BREAK = 100
#: Discounts on top of the tier's price that a salesperson agrees, in percent.
TIER_DISCOUNTS: dict[str, tuple[float, float]] = {
    "Bronze": (0.0, 4.0), "Silver": (2.0, 7.0), "Gold": (4.0, 11.0),
}  # fmt: skip

VENDORS = [
    Vendor("Alpenwerk Tools GmbH", "DE", 9, 10),
    Vendor("Brightline Lighting BV", "NL", 12, 20),
    Vendor("Cordage & Strap SARL", "FR", 14, 25),
    Vendor("Dunmore Safety Ltd", "GB", 10, 20),
    Vendor("Elettra Componenti SpA", "IT", 16, 25),
    Vendor("Fjord Packaging AS", "NO", 7, 100),
    Vendor("Granite State Fasteners Inc", "US", 21, 100),
    Vendor("Havel Storage s.r.o.", "CZ", 18, 5),
]

PRODUCTS = [
    Product("TOOL-110", "Cordless Drill 18 V", "Tools", 129.00, 78.00, 1.9, VENDORS[0].name, 8, 11),
    Product("TOOL-120", "Angle Grinder 125 mm", "Tools", 84.00, 49.50, 2.4, VENDORS[0].name, 8, 0),
    Product("TOOL-130", "Ratchet Set 94 Pieces", "Tools", 99.00, 58.00, 6.1, VENDORS[0].name, 6, 11),
    Product("TOOL-140", "Torque Wrench 20-200 Nm", "Tools", 149.00, 92.00, 1.6, VENDORS[0].name, 4, 0, 2.5),
    Product("LITE-210", "LED Panel 60x60", "Lighting", 42.00, 23.50, 2.8, VENDORS[1].name, 24, 10),
    Product("LITE-220", "LED Floodlight 50 W", "Lighting", 36.50, 20.00, 1.3, VENDORS[1].name, 20, 11),
    Product("LITE-230", "Emergency Exit Sign", "Lighting", 58.00, 34.00, 0.9, VENDORS[1].name, 10, 0, 2.0),
    Product("LITE-240", "Work Light Tripod", "Lighting", 74.00, 44.00, 4.5, VENDORS[1].name, 6, 11),
    Product("LOAD-310", "Ratchet Strap 8 m", "Load securing", 17.90, 9.20, 1.2, VENDORS[2].name, 50, 0),
    Product("LOAD-320", "Cargo Net 2x3 m", "Load securing", 29.00, 15.50, 1.7, VENDORS[2].name, 20, 6),
    Product("LOAD-330", "Lifting Sling 2 t", "Load securing", 24.50, 13.00, 1.5, VENDORS[2].name, 25, 0),
    Product("SAFE-410", "Safety Helmet", "Safety", 21.00, 11.40, 0.4, VENDORS[3].name, 30, 4),
    Product("SAFE-420", "Work Gloves, 12 Pairs", "Safety", 31.00, 17.00, 1.1, VENDORS[3].name, 30, 11),
    Product("SAFE-430", "Hi-Vis Jacket", "Safety", 47.00, 26.00, 0.8, VENDORS[3].name, 20, 10),
    Product("SAFE-440", "Gas Detector 4 Channels", "Safety", 389.00, 262.00, 0.7, VENDORS[3].name, 3, 0, 2.0),
    Product("ELEC-510", "Cable Drum 50 m", "Electrical", 69.00, 41.00, 9.2, VENDORS[4].name, 10, 5),
    Product("ELEC-520", "Distribution Box IP65", "Electrical", 54.00, 31.50, 2.2, VENDORS[4].name, 12, 0),
    Product("ELEC-530", "Motor Protection Switch", "Electrical", 38.00, 21.80, 0.5, VENDORS[4].name, 20, 0),
    Product("PACK-610", "Corrugated Box, 25 Pieces", "Packaging", 22.40, 12.40, 8.0, VENDORS[5].name, 60, 11),
    Product("PACK-620", "Stretch Film, 6 Rolls", "Packaging", 34.00, 19.60, 13.5, VENDORS[5].name, 40, 11),
    Product("PACK-630", "Packing Tape, 36 Rolls", "Packaging", 41.00, 23.00, 7.4, VENDORS[5].name, 30, 12),
    Product("FAST-710", "Hex Bolt M8, 500 Pieces", "Fasteners", 44.00, 24.00, 10.5, VENDORS[6].name, 30, 5),
    Product("FAST-720", "Anchor Bolt M12, 50 Pieces", "Fasteners", 52.00, 29.50, 6.0, VENDORS[6].name, 25, 5),
    Product("STOR-810", "Pallet Rack Bay 2.7 m", "Storage", 298.00, 189.00, 62.0, VENDORS[7].name, 4, 9),
    Product("STOR-820", "Storage Bin, 10 Pieces", "Storage", 86.00, 49.00, 18.0, VENDORS[7].name, 15, 9),
]

_PLACES = [
    ("DE", "Hamburg"), ("FR", "Lyon"), ("NL", "Rotterdam"), ("US", "Denver"), ("GB", "Leeds"),
    ("AT", "Graz"), ("BE", "Ghent"), ("ES", "Bilbao"), ("IT", "Turin"), ("DE", "Stuttgart"),
]  # fmt: skip
_NAMES = {
    "Gold": [
        "Nordhafen Logistik", "Rhone Distribution", "Maasvlakte Handling", "Front Range Builders",
        "Airedale Engineering", "Styria Industriebau", "Leie Projects", "Norte Montajes",
    ],
    "Silver": [
        "Elbe Schiffstechnik", "Atelier Bellecour", "Polder Installaties", "Mile High Contractors",
        "Calder Facilities", "Mur Elektrotechnik", "Scheldt Works", "Abando Servicios", "Mole Costruzioni",
        "Neckar Anlagenbau", "Alster Hallenbau", "Croix Rousse Travaux", "Waterweg Services",
        "Platte River Supply",
    ],
    "Bronze": [
        "Hafenkante Werkstatt", "Presqu'ile Bricolage", "Oude Haven Onderhoud", "Cherry Creek Repairs",
        "Headingley Maintenance", "Schlossberg Hausdienste", "Korenlei Klussen", "Casco Viejo Reformas",
        "Lingotto Officina", "Killesberg Handwerk", "Ottensen Montage", "Fourviere Depannage",
        "Delfshaven Techniek",
        "Sloan Lake Handyman", "Roundhay Property Care", "Lend Metallbau",
        "Patershol Herstel", "Deusto Talleres",
    ],
}  # fmt: skip
#: Customers who never get more than 2 %, whatever they buy.
TIGHT_CUSTOMERS = frozenset({"Hafenkante Werkstatt", "Headingley Maintenance", "Lingotto Officina"})


def customers() -> list[Customer]:
    """The forty customers; larger tiers order more often."""
    people = []
    for tier, names in _NAMES.items():
        low, high = TIER_DISCOUNTS[tier]
        for position, name in enumerate(names):
            country, city = _PLACES[position % len(_PLACES)]
            habit = low + (high - low) * (0.3 + 0.5 * position / len(names))
            tight = name in TIGHT_CUSTOMERS
            activity = {"Gold": 4.0, "Silver": 2.0, "Bronze": 1.0}[tier] * (1.3 - 0.6 * position / len(names))
            # a tight customer orders often enough for its habit to be known
            people.append(
                Customer(name, country, city, tier, 0.5 if tight else round(habit, 1), 0.6 if tight else 1.3,
                         2.0 if tight else round(activity, 2))
            )  # fmt: skip
    return people


def price(product: Product, tier: str, quantity: float) -> float:
    """The price list's price: the tier's cut, deeper from the quantity break on."""
    below, above = TIERS[tier]
    cut = above if quantity >= QUANTITY_BREAK else below
    return round(product.list_price * (1 - cut / 100), 2)


def by_name(rows: list[Any]) -> dict[str, Any]:
    """Index products by item, everything else by name."""
    return {getattr(row, "item", None) or row.name: row for row in rows}
