"""The rehearsal in the dashboard: what a channel would answer, without anything being done."""

import os

from playwright.async_api import expect

from tests.browser.conftest import Browser
from tests.browser.test_dashboard_channels import HOSTILE, TOO_WIDE, sign_in
from tests.stories.house import House


async def test_a_person_sees_what_would_be_answered_before_anybody_writes(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await browser.page.set_viewport_size({"width": 360, "height": 740})
    page = await sign_in(house, browser)
    await expect(page.get_by_role("heading", name="Overview")).to_be_focused()
    await page.goto(f"{browser.origin}/dashboard/#/channels/{channel.id}/try")

    await page.get_by_label("Message").fill(f"Please send the Acme logo to Dana {HOSTILE}")
    await page.get_by_role("button", name="Try it").click()

    await expect(page.get_by_text("asks first, code")).to_be_visible()
    await expect(page.get_by_text("Understood as a task")).to_be_visible()
    await page.get_by_label("Message").fill("And what is the status of the Apollo launch?")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("Understood as a question")).to_be_visible()
    assert await page.evaluate(TOO_WIDE) == 0
    assert (await house.api("GET", "/webhooks/1/messages"))["items"] == []

    await page.get_by_text("Or paste a request").click()
    await page.get_by_label("Body of the request").fill('{"content": 7}')
    await page.get_by_role("button", name="See how it is read").click()
    await expect(page.get_by_role("alert")).to_contain_text("/body/content")
    # Chromium itself complains of each 400.
    assert ["400" in said for said in browser.complaints] == [True]
    browser.complaints.clear()
    await page.get_by_label("Body of the request").fill("content=Call+Dana&senderIdentifier=ann")
    await page.get_by_label("Content-Type").select_option("application/x-www-form-urlencoded")
    await page.get_by_role("button", name="See how it is read").click()
    await expect(page.locator(".bubble.theirs").last).to_contain_text("Call Dana")
    if folder := os.environ.get("SHOTS"):
        for width, height in ((390, 844), (1280, 900)):
            for scheme in ("light", "dark"):
                await page.set_viewport_size({"width": width, "height": height})
                await page.emulate_media(color_scheme=scheme)
                await page.screenshot(path=f"{folder}/try-{width}-{scheme}.png", full_page=True)
