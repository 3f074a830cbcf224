"""Masks personal data before a text leaves the house, and puts it back afterwards."""

import re
from collections.abc import Iterable

_MAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00|\(?0)[\d\s()/.-]{6,20}\d(?![\w-])")
_LOOKS_MASKED = re.compile(r"<<(?=[A-Z]+\d+>>)")
_KINDS = (("MAIL", _MAIL), ("IBAN", _IBAN), ("PHONE", _PHONE))
#: Parts of names that are no names.
_PLAIN = frozenset(
    re.findall(r"\w+", "gmbh ltd inc corp and und the company group sons limited trading office")
)


class Redactor:
    """Masks of one case: the same value gets the same mask, so that a text about it stays readable."""

    def __init__(self, names: Iterable[str]) -> None:
        whole = {name.strip() for name in names if len(name.strip()) > 1}
        parts = {
            part for name in whole for part in re.findall(r"[^\W\d_]{3,}", name) if part.lower() not in _PLAIN
        }
        ordered = sorted(whole | parts, key=lambda name: (-len(name), name))
        self._names = (
            re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in ordered) + r")(?!\w)", re.I)
            if ordered
            else None
        )
        self._masks: dict[str, str] = {}

    def mask(self, text: str) -> str:
        """The text without names, mail addresses, phone numbers and IBANs."""
        text = _LOOKS_MASKED.sub("< <", text)
        for kind, pattern in _KINDS:
            text = pattern.sub(lambda match, kind=kind: self._mask_of(kind, match.group()), text)  # type: ignore[misc]
        if self._names:
            text = self._names.sub(lambda match: self._mask_of("NAME", match.group()), text)
        return text

    def unmask(self, text: str) -> str:
        """The text with what was masked, as it stood."""
        for value, mask in self._masks.items():
            text = text.replace(mask, value)
        return text

    def _mask_of(self, kind: str, value: str) -> str:
        if value not in self._masks:
            self._masks[value] = f"<<{kind}{len(self._masks) + 1}>>"
        return self._masks[value]
