"""The reference of the API as a person browses it."""

import pytest
from playwright.async_api import expect

from gateway.web.api import PROCEDURES
from tests.browser.conftest import Browser
from tests.stories.house import House

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def test_a_person_finds_a_call_and_makes_it(house: House, browser: Browser) -> None:
    await house.create_channel()
    page = browser.page
    await page.goto(f"{browser.origin}/api/v1/docs")
    assert await page.locator("article").count() == len(PROCEDURES)

    await page.get_by_label("Filter calls").fill("webhooks {id} patch")
    visible = page.locator("nav a:visible")
    assert await visible.count() == 1
    await visible.click()
    call = page.locator("article[id='webhooks.update']")
    await call.get_by_text("Try it").click()
    await page.get_by_label("Token").fill(house.headers["Authorization"].removeprefix("Bearer "))
    await call.get_by_label("Input").fill('{"id": 1, "channelName": "Renamed"}')
    await call.get_by_role("button", name="Send").click()

    await expect(call.locator(".outcome")).to_contain_text("200")
    assert (await house.api("GET", "/webhooks/1"))["channelName"] == "Renamed"


async def test_a_filter_that_finds_nothing_says_so(browser: Browser) -> None:
    page = browser.page
    await page.goto(f"{browser.origin}/api/v1/docs")

    await page.get_by_label("Filter calls").fill("pigeon")

    assert await page.locator("nav a:visible").count() == 0
    assert await page.get_by_text("No call matches.").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
async def test_the_page_fits_every_screen(browser: Browser, width: int, scheme: str) -> None:
    page = browser.page
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{browser.origin}/api/v1/docs")

    assert await page.evaluate(TOO_WIDE) == 0


async def test_the_calls_of_one_resource_stand_together(browser: Browser) -> None:
    page = browser.page
    await page.goto(f"{browser.origin}/api/v1/docs")

    titles = await page.locator("nav h2").all_inner_texts()

    assert len(titles) == len(set(titles)) > 10
