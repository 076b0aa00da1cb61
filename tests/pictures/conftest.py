"""The fonts that the pictures need, or a clear word about which package brings them."""

import pytest
import typst

from bot.pictures.fonts import ICONS, families
from tests.conftest import lacking
from tests.pictures.samples import LANGUAGES


@pytest.fixture(scope="session", autouse=True)
def fonts() -> typst.Fonts:
    """The fonts of this machine."""
    fonts = typst.Fonts(include_embedded_fonts=False)
    there = set(fonts.families())
    needed = {families(language)[0] for language in LANGUAGES} | {ICONS[0]}
    if needed - there:
        lacking(
            f"the fonts {', '.join(sorted(needed - there))}",
            "apt install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji",
        )
    return fonts
