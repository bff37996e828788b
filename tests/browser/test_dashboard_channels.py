"""The dashboard: signing in, and channels from the first click to their settings."""

import re
from typing import Final

from playwright.async_api import Page, expect

from tests.browser.conftest import Browser
from tests.stories.house import Channel, House

TOO_WIDE: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HOSTILE: Final = '<img src=x onerror="document.title=1">'


async def sign_in(house: House, browser: Browser, *, place: str = "") -> Page:
    """The page after the door, with the token of the house."""
    page = browser.page
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{browser.origin}/dashboard/{place}")
    await page.get_by_label("API token").fill(
        house.headers["Authorization"].removeprefix("Bearer ")
    )
    await page.get_by_role("button", name="Sign in").click()
    return page


async def arrives(page: Page, heading: str) -> None:
    """The view with this heading is shown, has the focus, and fits a small screen."""
    await expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_focused()
    assert await page.evaluate(TOO_WIDE) == 0


async def test_a_token_opens_the_dashboard_for_as_long_as_the_tab(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    await house.api("PATCH", f"/webhooks/{channel.id}", {"channelName": HOSTILE})
    page = browser.page

    await page.goto(browser.origin)
    await page.get_by_label("API token").fill("gw_none")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("no whole token")
    browser.forgive(401)

    await sign_in(house, browser)
    await arrives(page, "Overview")
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("link", name="Channels", exact=True).click()
    await arrives(page, "Channels")
    await expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()

    await page.reload()
    await expect(page.get_by_role("link", name=HOSTILE)).to_be_visible()
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("API token")).to_be_focused()
    assert await page.evaluate("sessionStorage.length + localStorage.length") == 0


async def make_a_channel(page: Page, browser: Browser, *, outbound_url: str) -> None:
    """A custom webhook called HOSTILE, made step by step, with one mistake on the way."""
    await page.get_by_role("link", name="Make the first one").click()
    await arrives(page, "New channel")
    await page.get_by_role("link", name="Custom webhook").click()
    await arrives(page, "New channel: Custom webhook")
    await page.get_by_label("Name", exact=True).fill(HOSTILE)
    url = page.get_by_label("Outbound URL")
    await url.fill("ftp://example.org")
    await page.get_by_role("button", name="Create the channel").click()
    await expect(url).to_be_focused()
    await expect(url).to_have_attribute("aria-invalid", "true")
    await expect(url).to_have_accessible_description(re.compile("http"))
    browser.forgive(400)
    await url.fill(outbound_url)
    await page.get_by_role("button", name="Create the channel").click()


async def test_a_channel_is_made_connected_and_tested_without_leaving_the_dashboard(
    house: House, browser: Browser
) -> None:
    page = await sign_in(house, browser, place="#/channels")
    await make_a_channel(page, browser, outbound_url=house.listener.url)
    await arrives(page, f"Connect {HOSTILE}")

    # A test that fails says what to do; the next one arrives.
    house.listener.answers = [503]
    await page.get_by_role("button", name="Send a test").click()
    outcome = page.locator(".outcome")
    await expect(outcome).to_contain_text("What to do: The receiver answered 503: mend it")
    browser.forgive(502)
    await page.get_by_role("button", name="Send a test").click()
    await expect(outcome).to_contain_text("It works. The receiver answered 200")

    # The line for a shell signs as the channel wants it, and the page sees the message come.
    await expect(page.get_by_text("for the first message")).to_be_visible()
    await page.get_by_role("button", name="Show the line").click()
    line = await page.locator(".sample pre").inner_text()
    secret = re.findall(r"-hmac '([0-9a-f]{64})'", line)[0]
    path = re.findall(r"'http\S+(/api/webhooks/inbound/[0-9a-f-]+)'", line)[0]
    await house.says(Channel(1, path, secret, {}), "Is <b>anybody</b> there?")
    await expect(page.locator("blockquote")).to_have_text("Is <b>anybody</b> there?")
    assert await page.evaluate(TOO_WIDE) == 0

    await page.get_by_role("link", name="To the channel").click()
    await arrives(page, HOSTILE)


async def test_settings_are_changed_unless_somebody_else_was_faster(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    page = await sign_in(house, browser, place=f"#/channels/{channel.id}/settings")
    await arrives(page, "Settings")

    # Somebody else was faster: nothing is saved, and the page can be loaded anew.
    await house.api("PATCH", f"/webhooks/{channel.id}", {"channelName": "Shop"})
    await page.get_by_label("Channel name").fill("Overwritten")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Load it anew").click()
    browser.forgive(412)
    await expect(page.get_by_label("Channel name")).to_have_value("Shop")

    # What is changed is sent, a secret is not shown again, and the rest stays as it is.
    await page.get_by_text("More settings").first.click()
    await page.get_by_role("button", name="Add").click()
    await page.get_by_label("Name", exact=True).fill("X-Key")
    await page.get_by_label("Value", exact=True).fill("canary")
    await page.get_by_text("Limits, retries and order").click()
    await page.get_by_label("Retry seconds").fill("5\n10")
    await page.get_by_label("Rate limit per minute").fill("7")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    after = await house.api("GET", f"/webhooks/{channel.id}")
    expected = {"rateLimitPerMinute": 7, "retrySeconds": [5, 10], "rateLimitPerHour": 1000}
    assert {name: after[name] for name in expected} == expected
    assert after["providerConfig"]["secretsSet"] == ["outboundHeaders"]
    assert after["providerConfig"]["outboundWebhookUrl"] == house.listener.url
    assert "canary" not in await page.content()
    await page.get_by_role("link", name="Back to the channel").click()
    await arrives(page, "Shop")


async def test_a_channel_is_verified_by_the_code_that_comes_out_of_it(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    page = await sign_in(house, browser, place=f"#/channels/{channel.id}")

    await page.get_by_role("button", name="Send me a code").click()
    await expect(page.get_by_label("The code that you got")).to_be_focused()
    await page.get_by_label("The code that you got").fill("123456")
    await page.get_by_role("button", name="Verify").click()
    await expect(page.get_by_text("this is not the code that was sent")).to_be_visible()
    browser.forgive(400)
    [told] = house.listener.told("webhook.verification")
    await page.get_by_label("The code that you got").fill(told["code"])
    await page.get_by_role("button", name="Verify").click()

    await expect(page.get_by_text("verified", exact=True)).to_be_visible()
    assert (await house.api("GET", f"/webhooks/{channel.id}"))["isVerified"]


async def test_a_channel_is_switched_off_once_its_name_is_typed_and_on_again(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    page = await sign_in(house, browser, place=f"#/channels/{channel.id}")
    await arrives(page, "Site")
    await page.get_by_role("button", name="Switch it off").click()
    yes = page.get_by_role("dialog").get_by_role("button", name="Switch it off")
    await expect(yes).to_be_disabled()
    await page.get_by_label("Type Site to confirm").fill("Site")
    await yes.click()
    await expect(page.get_by_text("switched off", exact=True)).to_be_visible()
    assert not (await house.api("GET", f"/webhooks/{channel.id}"))["isActive"]
    await page.get_by_role("button", name="Switch it on").click()
    await page.get_by_role("button", name="New URL").click()
    await page.get_by_role("button", name="Make a new URL").click()
    await expect(page.get_by_text("counts until")).to_be_visible()
    assert (await house.api("GET", f"/webhooks/{channel.id}"))["webhookUrl"] != channel.record[
        "webhookUrl"
    ]
