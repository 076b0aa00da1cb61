"""What a country decides: which money its prices are in and how they are written there.

From CLDR (https://cldr.unicode.org/) through Babel; a country is named as in ISO 3166, such as US.
"""

from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_territory_currencies


def known(country: str) -> bool:
    """Whether *country* is the two capital letters of a country that has a money and a usual way to write it."""
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        return False
    try:
        return bool(get_territory_currencies(country) and _there(country))
    except UnknownLocaleError:
        return False


def price(amount: Decimal, country: str) -> str:
    """As it stands on the counter, the ticket machine and the coin of *country*, whoever reads it: “$2.75”, “€10”."""
    there = _there(country)
    pattern = str(there.currency_formats["standard"].pattern)
    whole = amount == amount.to_integral_value()
    return str(
        format_currency(
            amount,
            get_territory_currencies(country)[0],
            pattern.replace(".00", "") if whole else pattern,
            locale=there,
            currency_digits=not whole,
        )
    )


@lru_cache(maxsize=32)
def _there(country: str) -> Locale:
    """The language that most people of *country* read: it decides where the sign stands and how thousands are parted."""
    return Locale.parse(f"und_{country}")
