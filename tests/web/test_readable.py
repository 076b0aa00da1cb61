"""That everybody can read and reach everything: contrast, size of what is pressed, what a screen reader is told."""

import pytest
from playwright.async_api import expect

from bot import wording
from bot.richtext import plain
from tests.conftest import NOON
from tests.web.conftest import LAPTOP, PHONE, People, Person, Running

# For each element with text of its own: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
CONTRASTS = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  return [...document.querySelectorAll("body *")].filter((e) => own(e) && e.checkVisibility()).map((e) => {
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.tagName + "." + e.className + " " + e.textContent];
  });
}"""


async def _has_seen_everything(people: People, scheme: str, size: tuple[int, int]) -> Person:
    """Somebody with a menu, a checklist, a contact and an alarm on the page."""
    rosa = await (await people.person(size, color_scheme=scheme)).opens("/chat/library-card__en")
    for press in (
        "c|library-card|about|me", "t|library-card|papers|library.paper-id-address", "n|library-card|papers",
        "n|library-card|bring", "c|library-card|area|colfax",
    ):  # fmt: skip
        await rosa.presses(press)
    await rosa.sees("n|library-card|colfax")
    await rosa.says("my house is on fire")
    await rosa.sees("g|")
    return rosa


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out(people: People, scheme: str) -> None:
    rosa = await _has_seen_everything(people, scheme, PHONE)
    ratios = await rosa.page.evaluate(CONTRASTS)
    assert len(ratios) > 25
    assert [(ratio, what) for ratio, what in ratios if ratio < 4.5] == []


@pytest.mark.parametrize("size", [PHONE, LAPTOP, (320, 568)])
async def test_what_is_pressed_is_big_and_nothing_sticks_out(people: People, size: tuple[int, int]) -> None:
    rosa = await _has_seen_everything(people, "light", size)
    buttons = await rosa.page.get_by_role("button").all()
    assert len(buttons) > 15
    for button in buttons:
        box = await button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    assert await rosa.page.evaluate("document.documentElement.scrollWidth") <= size[0]


async def test_a_screen_reader_is_told_what_everything_is(people: People, running: Running) -> None:
    voice = running.guide.voice("es", NOON)
    rosa = await (await people.person()).opens()
    await rosa.speaks("es")
    log = rosa.page.get_by_role("log", name=plain(voice.say(wording.WEB_CHAT_LOG)))
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log.locator(".own .who").last).to_have_text(f"{plain(voice.say(wording.WEB_YOU))}: ")
    await expect(rosa.page.get_by_role("textbox", name=plain(voice.say(wording.WEB_WRITE_HERE)))).to_be_visible()
    await expect(rosa.page.get_by_role("button", name=plain(voice.say(wording.WEB_SEND)), exact=True)).to_be_visible()
    assert await rosa.page.title() == plain(voice.say(wording.WEB_TITLE))


async def test_the_newest_words_are_on_the_screen_from_their_beginning(people: People) -> None:
    rosa = await _has_seen_everything(people, "light", (360, 500))
    await expect(rosa.page.locator(".now .words")).to_be_in_viewport()
    top = await rosa.page.locator(".now .words").bounding_box()
    header = await rosa.page.locator("header").bounding_box()
    assert top
    assert header
    assert top["y"] >= header["y"] + header["height"]
