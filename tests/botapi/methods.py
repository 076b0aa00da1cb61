"""What each method of the API does to the world. In: checked parameters. Out: the result, or ``Refused``.

Only what is in ``METHODS`` is done; everything else the API has is refused as ``Unsupported`` by the server.
"""

from . import changing, reactions, receiving, sending
from .office import METHODS, Office

__all__ = ["METHODS", "Office", "changing", "reactions", "receiving", "sending"]
