"""Pictures are fetched from Twilio, with its login and for nobody else."""

from collections.abc import Callable

import pytest

from gateway.plugin import Attachment, HttpResponse, PermanentFailure, TemporaryFailure
from gateway.plugin.testing import MemoryHttp
from gateway_sms_twilio.fake import ACCOUNT_SID, FakeTwilio
from gateway_sms_twilio.fake.stage import part
from gateway_sms_twilio.twilio import TwilioSms

MM = "MM" + "0" * 31 + "1"
ME = "ME" + "0" * 31 + "1"
API = "https://api.twilio.com"
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{MM}/Media/{ME}"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 1000

Make = Callable[..., TwilioSms]


def picture(url: str) -> Attachment:
    return Attachment(type="image/png", url=url)


async def fetched(twilio: TwilioSms, url: str, limit: int = 10_000) -> bytes:
    return await twilio.fetch(picture(url), limit_bytes=limit)


@pytest.mark.parametrize(
    "url",
    [
        f"https://evil.example{PATH}",
        f"https://api.twilio.com.evil.example{PATH}",
        f"https://api.twilio.com@evil.example{PATH}",
        f"https://user@api.twilio.com{PATH}",
        f"http://api.twilio.com{PATH}",
        f"{API}:8443{PATH}",
        f"{API}{PATH}/../../../../Calls.json",
        f"{API}{PATH}?x=1",
        f"{API}{PATH}#x",
        f"{API}{PATH}\n",
        f"{API}/2010-04-01/Accounts/AC{'0' * 31}2/Messages/{MM}/Media/{ME}",
        f"{API}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{MM}/Media/..",
        f"{API}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
        f"//api.twilio.com{PATH}",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_login_goes_to_no_other_url(url: str) -> None:
    twilio = part()

    assert not twilio.keeps(picture(url))
    with pytest.raises(PermanentFailure):
        await fetched(twilio, url)


def test_files_of_its_own_messages_are_kept_by_twilio() -> None:
    assert part().keeps(picture(f"{API}{PATH}"))
    assert part(twilio_base_url="https://api.dublin.ie1.twilio.com/").keeps(
        picture(f"https://api.dublin.ie1.twilio.com{PATH}")
    )


async def test_a_picture_is_fetched_with_the_login(fake: FakeTwilio, twilio: Make) -> None:
    assert await fetched(twilio(), fake.offer(PNG)) == PNG

    assert [has_login for _, has_login in fake.shelf.asked] == [True]


async def test_no_more_than_the_limit_and_one_byte_is_read(fake: FakeTwilio, twilio: Make) -> None:
    assert await fetched(twilio(), fake.offer(PNG), 100) == PNG[:101]


async def test_the_host_that_twilio_sends_on_to_gets_no_login(
    fake: FakeTwilio, twilio: Make
) -> None:
    url = fake.offer(PNG, "image/png", "moved")
    host = fake.shelf.elsewhere.removeprefix("http://")

    assert await fetched(twilio(twilio_media_hosts=[host]), url) == PNG

    assert [has_login for _, has_login in fake.shelf.asked] == [True, False]


@pytest.mark.parametrize("scene", ["moved", "inside", "astray"])
async def test_a_host_that_is_not_known_is_not_called(
    fake: FakeTwilio, twilio: Make, scene: str
) -> None:
    with pytest.raises(PermanentFailure, match="twilioMediaHosts"):
        await fetched(twilio(), fake.offer(PNG, "image/png", scene))

    assert len(fake.shelf.asked) == 1


async def test_a_redirect_to_what_is_no_url_is_given_up() -> None:
    moved = HttpResponse(status=302, headers={"location": "https://[::1/x"}, body=b"")

    with pytest.raises(PermanentFailure, match="no URL"):
        await fetched(part(MemoryHttp([moved])), f"{API}{PATH}")


async def test_a_redirect_that_never_ends_is_given_up(fake: FakeTwilio, twilio: Make) -> None:
    with pytest.raises(PermanentFailure, match="more than 3 times"):
        await fetched(twilio(), fake.offer(PNG, "image/png", "round"))


@pytest.mark.parametrize("scene", ["missing", "failing"])
async def test_what_is_not_there_yet_is_asked_for_again(
    fake: FakeTwilio, twilio: Make, scene: str
) -> None:
    url = fake.offer(PNG, "image/png", scene)

    with pytest.raises(TemporaryFailure):
        await fetched(twilio(), url)

    assert await fetched(twilio(), url) == PNG


async def test_a_login_that_does_not_count_is_no_matter_of_time(
    fake: FakeTwilio, twilio: Make
) -> None:
    with pytest.raises(PermanentFailure, match="auth token"):
        await fetched(twilio(), fake.offer(PNG, "image/png", "refused"))
