"""The times of the hand-off. An operator may change them; what newcomers are told is made from them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rules:
    """How long things may take. Each pair is (usual, urgent).

    ``offer``: one helper has so long to take a case before the next is asked. ``again``: a helper who let an offer pass is
    not asked again for so long; ``declined``: one who said not now. ``answer``: a helper who took a case, or was written
    to, has so long until they are reminded, and three times as long (but once as long after the reminder) until the case
    goes on. ``hear``: so often a waiting newcomer is told how it stands while helpers are asked; ``hear_again``: when nobody is
    here. ``most``: after so long nobody is looked for any more. ``quiet``: a case in which nobody writes is closed.
    ``consent``: an unanswered “shall I ask?” is forgotten. ``away``: a helper who is not here again for so long gives an
    unanswered case to others.
    """

    offer: tuple[timedelta, timedelta] = (timedelta(minutes=10), timedelta(minutes=3))
    again: tuple[timedelta, timedelta] = (timedelta(hours=4), timedelta(minutes=6))
    declined: tuple[timedelta, timedelta] = (timedelta(hours=20), timedelta(hours=4))
    answer: tuple[timedelta, timedelta] = (timedelta(minutes=30), timedelta(minutes=5))
    hear: tuple[timedelta, timedelta] = (timedelta(minutes=30), timedelta(minutes=10))
    hear_again: timedelta = timedelta(hours=20)
    alert_again: tuple[timedelta, timedelta] = (timedelta(hours=12), timedelta(minutes=30))
    most: timedelta = timedelta(days=7)
    quiet: timedelta = timedelta(days=3)
    consent: timedelta = timedelta(hours=2)
    away: timedelta = timedelta(hours=24)


RULES = Rules()
