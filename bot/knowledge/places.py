"""Places on the map: how far they are from one another, and a link that any phone opens."""

from math import asin, cos, radians, sin, sqrt
from urllib.parse import urlencode

EARTH_RADIUS = 6_371_000.0
"""Metres, the mean one."""
MILES = ("US", "GB", "LR", "MM")
"""Countries where distances are told in miles."""


def between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places (latitude, longitude in degrees), as the crow flies.

    The haversine formula: https://en.wikipedia.org/wiki/Haversine_formula
    """
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(half))


def map_link(address: str, at: tuple[float, float] | None) -> str:
    """A link that opens the map on a phone.

    See https://developers.google.com/maps/documentation/urls/get-started.
    """
    query = f"{at[0]},{at[1]}" if at else address
    return f"https://www.google.com/maps/search/?{urlencode({'api': 1, 'query': query})}"
