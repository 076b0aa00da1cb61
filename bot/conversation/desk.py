"""What the ladder knows of the hand-off at this moment: whether there is anybody to ask, and this newcomer's case."""

from dataclasses import dataclass

from bot.handoff.case import Case


@dataclass(frozen=True, slots=True)
class Desk:
    """``helpers``: there is somebody to ask, now or later. ``case`` is the open one, ``last`` the latest that is over.

    ``recent`` are the newcomer's own last messages, cut of private numbers.
    """

    helpers: bool = False
    case: Case | None = None
    last: Case | None = None
    recent: tuple[str, ...] = ()

    @property
    def in_charge(self) -> bool:
        """Whether a helper is with the newcomer."""
        return self.case is not None and self.case.in_charge

    @property
    def looking(self) -> bool:
        """Whether a helper is being looked for."""
        return self.case is not None and self.case.looking

    def case_of(self, number: str) -> Case | None:
        """The open case, if a button with *number* belongs to it."""
        return self.case if self.case and str(self.case.id) == number else None


NO_DESK = Desk()
