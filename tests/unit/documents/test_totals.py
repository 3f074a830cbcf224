"""Sums that a document does not print, or names in a sentence."""

from __future__ import annotations

from .layout import Cell, read


def sums(*lines: tuple[Cell, ...] | str) -> tuple[str, str, str]:
    totals = read(*lines).totals
    return totals.net, totals.tax, totals.gross


TABLE: tuple[tuple[Cell, ...], ...] = (
    ((50, "Description"), (250, "Qty"), (340, "Price"), (450, "Amount")),
    ((50, "Screw"), (-265, "10"), (-365, "4.00"), (-480, "40.00")),
)


def test_the_net_sum_is_reckoned_where_goods_and_freight_make_it_and_nothing_prints_it() -> None:
    found = sums(
        *TABLE,
        ((350, "Subtotal"), (-480, "40.00")),
        ((350, "Freight"), (-480, "5.50")),
        ((350, "TOTAL DUE"), (-480, "45.50")),
    )
    assert found == ("45.50", "0.00", "45.50")


def test_a_tax_that_is_named_as_part_of_the_sum_is_taken_from_it() -> None:
    found = sums(
        *TABLE,
        ((300, "Gesamtsumme: 40,00 EUR"),),
        ((200, "Im Gesamtbetrag sind 19 % MwSt. (6,39 EUR) enthalten."),),
    )
    assert found == ("33.61", "6.39", "40.00")


def test_a_note_beside_a_sum_is_no_part_of_its_label() -> None:
    found = sums(
        *TABLE,
        ((50, "Prices firm for 10 days"), (350, "Subtotal"), (-480, "40.00")),
        ((50, "10 days."), (350, "TOTAL USD"), (-480, "40.00")),
    )
    assert found == ("40.00", "0.00", "40.00")
