"""“What to bring, with what you have”: what is said about the papers that somebody ticked."""

from collections.abc import Set as AbstractSet

from bot import wording
from bot.conversation.saying import Saying
from bot.knowledge.article import Fact
from bot.richtext import Text


def verdict(voice: Saying, rule: Fact, have: AbstractSet[str]) -> Text:
    """Whether the papers somebody *has* are enough by *rule*, and which are not there yet. It promises nothing.

    Whoever ticked nothing hears of everything that is needed, even where a single paper would do.
    """
    lacking = [[voice.tell.paper(paper) for paper in any_of] for any_of in rule.lacking(have)]
    outcome = rule.judge(have)
    if outcome == "enough":
        return voice.say(wording.PAPERS_ENOUGH)
    if outcome == "not-yet" or not have:
        return voice.say(wording.PAPERS_NOT_YET, papers=_lines([" / ".join(any_of) for any_of in lacking]))
    one = wording.PAPERS_ONE if len(lacking[0]) == 1 else wording.PAPERS_ALMOST
    return voice.say(one, papers=_lines(lacking[0]))


def _lines(papers: list[str]) -> str:
    return "\n".join(f"• {paper}" for paper in papers)
