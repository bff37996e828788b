"""The tour by text, typed exactly as it is printed."""

import pytest

from tests.house.tree import DOCS
from tests.stories.test_quickstart import type_all
from tests.stories.typed import blocks, checkout, shell

PAGE = DOCS / "tutorials" / "text-it.md"


@pytest.mark.timeout(120)
def test_the_tour_by_text_shows_what_its_page_says() -> None:
    up, *rest = blocks(PAGE)

    with checkout(8710, 8002) as folder, shell(folder, "gateway") as first:
        first.type(up.text)
        first.await_lines("ready: http://127.0.0.1:8710")
        with shell(folder, "texts") as second:
            type_all(second, rest)

            assert "Twilio itself" in second.shown
            answers = [line for line in second.shown.splitlines() if line.startswith("< ")]
            assert not any("venue" in answer for answer in answers), "who said STOP got an answer"
