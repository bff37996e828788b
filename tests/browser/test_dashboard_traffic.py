"""The dashboard's pages about messages, talks, tasks and deliveries, as a person uses them."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Browser
from tests.browser.test_dashboard_channels import sign_in
from tests.stories.house import Channel, House
from tests.stories.post import Post

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMELESS = """
[...document.querySelectorAll("button, a")]
.filter(one => !one.textContent.trim() && !one.ariaLabel).length
"""
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> javascript:alert(3) "
    "\u202egnp.exe\u2066 \x01 \ufeff " + "x" * 10_000
)
STRANGER = "<b>mallory</b>\u202e" + "y" * 150
HOSTILE_VIEWS = {
    "/": "<script>alert(1)</script>",
    "/messages": "<b>mallory</b>",
    "/messages/1": "Where it came from",
    "/messages/3": "zzzz",
    "/conversations": "<b>mallory</b>",
    "/conversations/1": "Forget everything",
    "/conversations/2": "Forget everything",
    "/tasks": "<script>",
    "/tasks/1": "What was done with it",
    "/deliveries": "message.received",
    "/deliveries/1": "Attempt 1",
    "/replays": "No replay yet",
}
A_LOOK = 16_000


async def _enter(house: House, browser: Browser, hash_: str) -> Page:
    """A view of the dashboard, seen by somebody who has signed in; time passes as it is told to."""
    page = await sign_in(house, browser)
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    # A page that is still loading would see the clock jump.
    await expect(page.locator("#main > [aria-busy]")).to_have_count(0)
    await page.clock.install()
    await _go(page, hash_)
    return page


async def _go(page: Page, hash_: str) -> None:
    await page.evaluate("hash => { location.hash = hash }", f"#{hash_}")


def _rows(page: Page) -> Locator:
    return page.locator(".feed > li")


async def _write(house: House, channel: Channel, number: int) -> None:
    for each in range(number):
        await house.says(channel, f"Note {each}", senderIdentifier=f"p{each % 9}@example.org")


async def test_the_last_fifty_messages_stand_there_and_older_ones_on_demand(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    second = await house.create_channel()
    await _write(house, channel, 55)
    await house.says(second, "From the second channel")
    page = await _enter(house, browser, "/messages")

    await expect(_rows(page)).to_have_count(50)
    await expect(_rows(page).first).to_contain_text("From the second channel")
    await expect(page.get_by_text("The last 50 messages, newest first.")).to_be_visible()
    await page.get_by_role("button", name="Show older").click()
    await expect(_rows(page)).to_have_count(56)
    await expect(page.get_by_text("All 56 messages, newest first.")).to_be_visible()
    await expect(page.get_by_role("button", name="Show older")).to_have_count(0)

    await house.says(channel, "Here is one more")
    await page.clock.run_for(A_LOOK)
    await page.get_by_role("button", name="Show 1 new message").click()
    await expect(_rows(page).first).to_contain_text("Here is one more")

    await page.get_by_label("Channel").select_option("2")
    await expect(_rows(page)).to_have_count(1)
    assert page.url.endswith("#/messages?channel=2")


@pytest.mark.timeout(60)
async def test_hostile_words_stay_words_and_break_no_layout(house: House, browser: Browser) -> None:
    channel = await house.create_channel()
    attachments = [
        {"type": "image/png", "url": "https://example.org/" + "q" * 900, "name": "<i>" + "z" * 240}
    ]
    await house.says(channel, HOSTILE, senderIdentifier=STRANGER, senderName=STRANGER)
    await house.says(channel, f"Please send {HOSTILE}", senderIdentifier="m")
    await house.says(channel, "", senderIdentifier="m", attachments=attachments)
    await house.drain()
    await browser.page.set_viewport_size({"width": 360, "height": 800})
    page = await _enter(house, browser, "/messages/1")

    await expect(page.locator(".letter").first).to_contain_text("<script>alert(1)</script>")
    for view, seen in HOSTILE_VIEWS.items():
        await _go(page, view)
        await expect(page.locator("main")).to_contain_text(seen)
        await expect(page.locator("main h1")).to_have_count(1)
        assert await page.evaluate(TOO_WIDE) == 0, view
        assert await page.evaluate(NAMELESS) == 0, view
        assert await page.locator("main script, main img, main b, main a[href^=java]").count() == 0


async def test_a_dead_delivery_is_sent_again_from_its_page(house: House, browser: Browser) -> None:
    channel = await house.create_channel()
    house.listener.answers = [404]
    house.listener.text = "no such hook"
    await house.says(channel, "Hello")
    await house.drain()
    page = await _enter(house, browser, "/")

    await page.get_by_role("link", name="1 delivery was given up").click()
    await _rows(page).first.get_by_role("link").click()
    await expect(page.locator(".attempts > li")).to_have_count(1)
    await expect(page.locator(".attempts")).to_contain_text("no such hook")
    await page.get_by_role("button", name="Send again").click()
    await expect(page.get_by_text("It is due now")).to_be_visible()
    await house.drain()
    await page.clock.run_for(A_LOOK)

    await expect(page.locator(".attempts > li")).to_have_count(2)
    await expect(page.locator("main .meta").first).to_contain_text("delivered")
    await expect(page.get_by_role("button", name="Send again")).to_have_count(0)


async def test_many_dead_deliveries_are_sent_again_by_a_replay(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    house.listener.answers = [404, 404]
    await house.says(channel, "Hello")
    await house.says(channel, "Hello again", senderIdentifier="bob")
    await house.drain()
    page = await _enter(house, browser, "/deliveries?state=dead")

    await page.get_by_role("link", name="Send many again").click()
    await page.get_by_role("button", name="How many are there?").click()
    await page.get_by_role("button", name="Send 2 deliveries again").click()
    await expect(_rows(page)).to_contain_text("0 of 2 sent again")
    await page.get_by_role("button", name="Pause").click()
    await page.get_by_role("button", name="Resume").click()
    await expect(_rows(page)).to_contain_text("running")


async def test_a_held_message_gets_its_turn_after_all(house: House, browser: Browser) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})
    await post.gets("Hello", suspect="failed_authentication", facts={"dmarc": "fail"})
    await house.drain()
    page = await _enter(house, browser, "/")

    await page.get_by_role("link", name="1 message in quarantine").click()
    await _rows(page).first.get_by_role("link").click()
    await expect(page.get_by_text("Reason: failed_authentication")).to_be_visible()
    await page.get_by_role("button", name="Give it its turn again").click()
    await expect(page.get_by_text("It has its turn again.")).to_be_visible()
    await house.drain()
    await page.clock.run_for(A_LOOK)

    await expect(page.get_by_role("heading", name="Answer")).to_be_visible()
    await expect(page.get_by_text("echo Hello")).to_be_visible()
    assert post.got == ["echo Hello"]


async def test_a_task_is_completed_and_a_proposal_confirmed(house: House, browser: Browser) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await house.says(channel, "Please send the report to Dana by Friday")
    await house.drain()
    page = await _enter(house, browser, "/tasks")

    await page.get_by_role("button", name="Confirm: Send the report to Dana").click()
    await expect(page.get_by_text("Confirmed.")).to_be_visible()
    await page.clock.run_for(A_LOOK)
    await page.get_by_role("button", name="Complete: Send the report to Dana").click()
    await page.get_by_label("What came out of it").fill("sent this morning")
    await page.get_by_role("button", name="Complete", exact=True).click()
    await expect(page.get_by_text("Completed.")).to_be_visible()

    [task] = await house.tasks()
    assert (task["status"], task["result"]) == ("completed", "sent this morning")
    await page.get_by_role("link", name="Completed").click()
    await expect(_rows(page)).to_contain_text("sent this morning")


async def test_a_person_pauses_a_conversation_answers_and_resumes_it(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.drain()
    page = await _enter(house, browser, "/conversations")

    await _rows(page).first.get_by_role("link").click()
    await expect(page.locator(".chat .theirs")).to_contain_text("Hello")
    await expect(page.locator(".chat .ours")).to_have_count(1)
    await page.get_by_role("button", name="Pause").click()
    await page.get_by_label("Why, for the history").fill("Dana answers herself")
    await page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    await expect(page.get_by_text("Paused: messages are kept and wait.")).to_be_visible()
    await expect(page.locator(".history")).to_contain_text("Dana answers herself")
    await house.says(channel, "Anybody there?")
    await page.clock.run_for(A_LOOK)
    await expect(page.locator(".chat .theirs").last).to_contain_text("waiting")

    await page.get_by_label("Answer in the assistant's place").fill("Dana here")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".chat .person")).to_contain_text("Dana here")

    await house.says(channel, "Thank you, one more thing")
    await page.get_by_role("button", name="Resume").click()
    await page.get_by_role("dialog").get_by_role("button", name="Resume").click()
    await expect(page.get_by_text("Resumed: the assistant answers again.")).to_be_visible()
    await house.drain()
    await page.clock.run_for(A_LOOK)
    await expect(page.locator(".chat .ours")).to_have_count(3)


async def test_whoever_is_late_is_told_how_a_conversation_stands_now(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.drain()
    page = await _enter(house, browser, "/conversations/1")
    await expect(page.locator(".chat .ours")).to_have_count(1)

    await house.api("POST", "/conversations/1/archive", {"reason": "moved"})
    await page.get_by_role("button", name="Pause").click()
    await page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    await expect(page.locator(".toast.bad")).to_contain_text("archived")
    await expect(page.locator(".history")).to_contain_text("moved")
    await expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    browser.complaints.clear()  # Chromium logs the refusal as an error of its own


async def test_an_empty_account_is_told_what_to_do_next(house: House, browser: Browser) -> None:
    page = await _enter(house, browser, "/")

    await expect(page.get_by_role("link", name="Make the first channel")).to_be_visible()
    for view in ("/messages", "/conversations", "/tasks", "/deliveries", "/replays"):
        await _go(page, view)
        await expect(page.locator(".empty")).to_be_visible()


async def test_what_waits_for_an_endpoint_says_so_and_goes_out_when_that_is_resumed(
    house: House, browser: Browser
) -> None:
    channel = await house.create_channel(outboundEvents=["message.received"])
    house.listener.answers = [410]
    await house.says(channel, "Hello")
    await house.deliver()
    await house.says(channel, "Anybody there?", senderIdentifier="bob")
    page = await _enter(house, browser, "/deliveries/2")

    await expect(page.get_by_text("Its endpoint is switched off")).to_be_visible()
    await page.get_by_role("button", name="Resume it now").click()
    await expect(page.get_by_text("Resumed: what waits is sent")).to_be_visible()
    await expect(page.get_by_text("Its endpoint is switched off")).to_have_count(0)
