"""Button presses: which button is meant, and the bot's answer to the press."""

from dataclasses import dataclass
from typing import Any

from .waiting import PATIENCE, until
from .world import Chat, Post, Query, World

Json = dict[str, Any]


@dataclass(slots=True)
class Press:
    """A button press on its way. ``answer`` is what answerCallbackQuery said: its text and show_alert, maybe empty."""

    query: Query
    _world: World

    @property
    def answer(self) -> Json | None:
        """None as long as the bot has not answered (the button shows a spinning circle)."""
        return self.query.answer

    async def answered(self, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109
        """Waits for answerCallbackQuery."""
        await until(
            self._world, lambda: self.query.answer is not None, timeout, lambda: "The button press was not answered."
        )
        assert self.query.answer is not None
        return self.query.answer


def button_of(chat: Chat, label: str | None, data: str | None, message: int | None) -> tuple[Post, str | None]:
    """The message and the data of the button that is meant; no data when there is none."""
    if message is not None:
        posts = [chat.posts[message]]
        if label is None and data is not None:
            return posts[0], data
    else:
        posts = [post for post in reversed(chat.posts.values()) if post.by_bot and not post.deleted]
    for exactly in (True, False):
        for post in posts:
            for row in post.wire.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if "callback_data" in button and _is_meant(button, label, data, exactly):
                        return post, button["callback_data"]
    return posts[0] if posts else Post({}, by_bot=True), None


def _is_meant(button: Json, label: str | None, data: str | None, exactly: bool) -> bool:
    if data is not None:
        return bool(button["callback_data"] == data)
    return bool(button["text"] == label if exactly else (label or "") in button["text"])
