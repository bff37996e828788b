"""The dashboard: signing in, and the channels of an account."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Browser
from tests.stories.house import House

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HOSTILE = '<img src=x onerror="document.title=1">'


async def sign_in(house: House, browser: Browser) -> Page:
    """The page after the door, with the token of the house."""
    page = browser.page
    await page.goto(browser.origin)
    await page.get_by_label("API token").fill(house.headers["Authorization"][len("Bearer ") :])
    await page.get_by_role("button", name="Sign in").click()
    return page


async def test_a_token_opens_the_dashboard_for_as_long_as_the_tab(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    await house.api("PATCH", f"/webhooks/{channel.id}", {"channelName": HOSTILE})
    page = browser.page
    await page.set_viewport_size({"width": 360, "height": 740})

    await page.goto(browser.origin)
    await page.get_by_label("API token").fill("gw_none")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("no whole token")
    # Chromium itself complains of each 401.
    assert ["401" in said for said in browser.complaints] == [True]
    browser.complaints.clear()

    await sign_in(house, browser)
    await expect(page.get_by_role("heading", name="Overview")).to_be_focused()
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("link", name="Channels", exact=True).click()
    await expect(page.get_by_role("heading", name="Channels", exact=True)).to_be_focused()
    await expect(page.get_by_role("cell", name=HOSTILE)).to_be_visible()
    assert await page.evaluate(TOO_WIDE) == 0

    await page.reload()
    await expect(page.get_by_role("cell", name=HOSTILE)).to_be_visible()
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("API token")).to_be_focused()
    assert await page.evaluate("sessionStorage.length + localStorage.length") == 0
