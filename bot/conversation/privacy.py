"""Cuts out what must never be kept: numbers of papers and cards.

Only numbers of people are cut. The phone of an office must stay, and so must prices, dates and house numbers.
Sources for the forms: A-number https://www.uscis.gov/glossary-term/50684, SSN https://www.ssa.gov/employer/stateweb.htm,
card numbers ISO/IEC 7812-1 (Luhn).
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Private: TypeAlias = Literal["a-number", "ssn", "card", "passport"]

CUT = "▮▮▮"
"""What stands where something was cut."""

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९၀၁၂၃၄၅၆၇၈၉", "0123456789" * 4)

_A_NUMBER = re.compile(r"(?<![A-Za-z0-9])A[\s#:.-]*(?:\d[\s-]?){7,8}\d(?!\d)", re.IGNORECASE)
_SSN = re.compile(r"(?<![\d-])\d{3}[\s.-]\d{2}[\s.-]\d{4}(?![\d-])")
_SSN_SAID = re.compile(r"(?:\b(?:ssn|itin|social|seguro)\b|ضمان|ሶሻል)\D{0,40}?(?P<number>\d{9})(?!\d)", re.IGNORECASE)
_PASSPORT_SAID = re.compile(
    r"(?:\b(?:passports?|pasaporte)\b|جواز|ፓስፖርት)\D{0,30}?(?<![A-Za-z\d])(?P<number>[A-Z]{0,3}\d{6,9})(?!\d)",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without what must not be kept, and which kinds of things were cut."""

    text: str
    cut: tuple[Private, ...]


def clean(text: str) -> Cleaned:
    """Cut private numbers out of *text*; it comes back unchanged, letter for letter, when there are none."""
    ascii_text = text.translate(_DIGITS)
    spans: list[tuple[int, int, Private]] = []
    spans += [(*m.span(), "a-number") for m in _A_NUMBER.finditer(ascii_text)]
    spans += [(*m.span(), "card") for m in _CARD.finditer(ascii_text) if _luhn(m.group())]
    spans += [(*m.span(), "ssn") for m in _SSN.finditer(ascii_text)]
    spans += [(*m.span("number"), "ssn") for m in _SSN_SAID.finditer(ascii_text)]
    spans += [(*m.span("number"), "passport") for m in _PASSPORT_SAID.finditer(ascii_text)]
    kept: list[str] = []
    cut: list[Private] = []
    end = 0
    for start, stop, kind in sorted(spans):
        if start < end:
            continue
        kept += [text[end:start], CUT]
        cut.append(kind)
        end = stop
    return Cleaned("".join(kept) + text[end:], tuple(cut))


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
