"""Who posts a mail is made sure of, by each provider's own rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.plugin import InboundRequest, InvalidAuth, InvalidSignature
from gateway.plugin.testing import NOW, inbound_request, part_context
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.posts import Post
from gateway_email_smtp.fake.stage import POSTS, letter, request, settings
from gateway_email_smtp.providers import sources
from gateway_email_smtp.settings import EmailSettings

S1_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9E9qQrEH6r+tO5YgSH3wf5PRAkIPSem0EavoUkEl+TAQgs4NGnHihS+"
    "/Zfp2z2p9ZT2UEyp7mmJ47bXGD8nOrQ=="
)
S1_BODY = (
    b'--xYzZY\r\nContent-Disposition: form-data; name="from"\r\n\r\n'
    b"A <a@example.com>\r\n--xYzZY--\r\n"
)
S1_SIGNATURE = (
    "MEUCIQCaFlZuEUynmYccFIR6lkI7LyfSJ0gRnSHXMRO/5aIMyAIgTw2p9bZJId6eNd9iEnqdXdwVmrVxu1Z2WW6bLmYej1Y"
    "="
)
M1_KEY = "key-0123456789abcdef0123456789abcdef"
M1_FIELDS = {
    "timestamp": "1767323045",
    "token": "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0",
    "signature": "d5b8d92c53685fc8e89eef943b8fc8b5a9a8b169ebc440fb83f8df44127fea52",
}


async def refused(
    made: EmailSettings, given: InboundRequest, kind: type[Exception] = InvalidSignature
) -> str:
    with pytest.raises(kind) as caught:
        await sources.verify(made, given, part_context())
    return str(caught.value)


@pytest.mark.parametrize("name", POSTS)
async def test_what_a_provider_posts_is_let_in(name: str) -> None:
    way, post = POSTS[name]
    await sources.verify(settings(way), request(post), part_context())


@pytest.mark.parametrize("way", ["sendgrid", "postmark", "mailgun", "mime", "smtp", "imap"])
@pytest.mark.parametrize("name", POSTS)
async def test_a_channel_takes_mail_by_its_own_way_alone(name: str, way: str) -> None:
    if POSTS[name][0] == way:
        return
    with pytest.raises((InvalidAuth, InvalidSignature)):
        await sources.verify(settings(way), request(POSTS[name][1]), part_context())


async def test_the_signature_that_sendgrid_documents_is_taken() -> None:
    at = NOW + (timedelta(seconds=1_700_000_000) - timedelta(seconds=NOW.timestamp()))
    given = inbound_request(
        S1_BODY,
        headers={
            "content-type": "multipart/form-data; boundary=xYzZY",
            "x-twilio-email-event-webhook-signature": S1_SIGNATURE,
            "x-twilio-email-event-webhook-timestamp": "1700000000",
        },
        received_at=at,
    )
    made = settings("sendgrid", sendgridVerificationKey=S1_KEY)
    await sources.verify(made, given, part_context())
    assert "does not match" in await refused(made, replace(given, body=S1_BODY + b"x"))


async def test_a_body_that_is_no_text_can_be_signed() -> None:
    body = b'--xYzZY\r\nContent-Disposition: form-data; name="text"\r\n\r\ncaf\xe9\r\n--xYzZY--\r\n'
    post = posts.signed_by_sendgrid(
        body, now=NOW, content_type="multipart/form-data; boundary=xYzZY"
    )
    await sources.verify(settings("sendgrid"), request(post), part_context())


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_an_old_or_early_signature_of_sendgrid_is_refused(seconds: int) -> None:
    given = request(POSTS["sendgrid raw"][1])
    away = replace(given, received_at=NOW + timedelta(seconds=seconds))
    assert "301 seconds away" in await refused(settings("sendgrid"), away)


@pytest.mark.parametrize(
    ("header", "value", "words"),
    [
        ("signature", "", "is missing: give the Inbound Parse webhook the signature policy"),
        ("signature", "AAAA", "does not match"),
        ("signature", "no base64", "does not match"),
        ("signature", "é", "does not match"),
        ("timestamp", "", "is not whole Unix seconds"),
        ("timestamp", "1767323045.5", "is not whole Unix seconds"),
        ("timestamp", "1767323046", "does not match"),
    ],
)
async def test_a_wrong_signature_of_sendgrid_is_explained(
    header: str, value: str, words: str
) -> None:
    changed = {f"x-twilio-email-event-webhook-{header}": value}
    given = request(POSTS["sendgrid raw"][1], **changed)
    assert words in await refused(settings("sendgrid"), given)


async def test_a_large_body_is_checked_as_well() -> None:
    post = posts.sendgrid(letter("x" * 400_000), now=NOW, raw=True)
    await sources.verify(settings("sendgrid"), request(post), part_context())
    tampered = replace(request(post), body=post.body.replace(b"Ann", b"Eve", 1))
    assert "does not match" in await refused(settings("sendgrid"), tampered)


async def test_events_may_have_a_key_of_their_own() -> None:
    post = posts.sendgrid_events([{"event": "processed"}], now=NOW)
    made = settings(
        "sendgrid", sendgridVerificationKey=S1_KEY, sendgridEventVerificationKey=posts.PUBLIC_KEY
    )
    await sources.verify(made, request(post), part_context())
    assert "does not match" in await refused(
        settings("sendgrid", sendgridVerificationKey=S1_KEY), request(post)
    )


async def test_sendgrid_without_a_key_has_a_password_in_its_url() -> None:
    made = settings("sendgrid", sendgridVerificationKey=None, mailWebhookPassword=posts.PASSWORD)
    post = POSTS["sendgrid parsed"][1]
    login = POSTS["postmark"][1].headers["authorization"]
    await sources.verify(made, request(post, authorization=login), part_context())
    assert "Authorization is missing" in await refused(made, request(post), InvalidAuth)


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        ("", "Authorization is missing: give Postmark the URL with user and password"),
        ("Bearer abc", "Authorization is missing"),
        ("Basic !!!", "user or password is wrong"),
        ("Basic Z2F0ZXdheTpmYWxzZQ==", "user or password is wrong"),
        ("Basic é", "user or password is wrong"),
    ],
)
async def test_a_wrong_login_is_explained(authorization: str, words: str) -> None:
    given = request(POSTS["postmark"][1], authorization=authorization)
    assert words in await refused(settings("postmark"), given, InvalidAuth)


def mailgun_form(fields: dict[str, str], *, last: dict[str, str] | None = None) -> Post:
    pairs = [*fields.items(), *(last or {}).items()]
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in pairs
    )
    return Post(
        headers={"content-type": "multipart/form-data; boundary=x"}, body=f"{parts}--x--".encode()
    )


async def test_the_signature_that_mailgun_documents_is_taken() -> None:
    made = settings("mailgun", mailgunSigningSecret=M1_KEY)
    given = request(mailgun_form(M1_FIELDS))
    await sources.verify(made, given, part_context())
    wrong = request(mailgun_form({**M1_FIELDS, "token": "other"}))
    assert "which is not its API key" in await refused(made, wrong)


async def test_variables_of_a_mail_cannot_pose_as_the_signature() -> None:
    made = settings("mailgun", mailgunSigningSecret=M1_KEY)
    forged = {"timestamp": "1", "token": "t", "signature": "s"}
    await sources.verify(made, request(mailgun_form(forged, last=M1_FIELDS)), part_context())


@pytest.mark.parametrize("seconds", [-901, 901])
async def test_an_old_or_early_signature_of_mailgun_is_refused(seconds: int) -> None:
    given = request(POSTS["mailgun mime"][1])
    away = replace(given, received_at=NOW + timedelta(seconds=seconds))
    assert "901 seconds away" in await refused(settings("mailgun"), away)


@pytest.mark.parametrize("body", [b"", b"--x", b"no form"])
async def test_a_form_without_signature_is_refused(body: bytes) -> None:
    post = Post(headers={"content-type": "multipart/form-data; boundary=x"}, body=body)
    assert "the signature cannot be read" in await refused(settings("mailgun"), request(post))
    empty = request(mailgun_form({"subject": "x"}))
    assert "timestamp, token and signature are missing" in await refused(settings("mailgun"), empty)


@pytest.mark.parametrize("mime", [True, False])
async def test_a_token_of_mailgun_counts_for_one_content(mime: bool) -> None:
    context, made = part_context(), settings("mailgun")
    one = posts.mailgun(letter(), now=NOW, mime=mime, token="abc")
    other = posts.mailgun(letter("Pay 5,000 to Eve"), now=NOW, mime=mime, token="abc")
    await sources.verify(made, request(one), context)

    with pytest.raises(InvalidSignature, match="used before for another one"):
        await sources.verify(made, request(other), context)

    # What Mailgun itself repeats has another boundary at most.
    again = one.body.replace(b"--xYzZY", b"--another")
    await sources.verify(
        made,
        replace(request(one, content_type="multipart/form-data; boundary=another"), body=again),
        context,
    )


async def test_a_token_of_a_mailgun_event_counts_once_as_well() -> None:
    context, made = part_context(), settings("mailgun")
    one = posts.mailgun_event({"event": "delivered"}, now=NOW, token="abc")
    await sources.verify(made, request(one), context)
    await sources.verify(made, request(one), context)
    other = posts.mailgun_event({"event": "failed"}, now=NOW, token="abc")
    with pytest.raises(InvalidSignature, match="used before"):
        await sources.verify(made, request(other), context)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"x-webhook-signature": "sha256=" + "0" * 64}, "does not match"),
        ({"webhook-signature": "v1,AAAA"}, "webhook-id is missing"),
    ],
)
async def test_a_posted_mail_is_signed_as_for_custom_webhooks(
    headers: dict[str, str], words: str
) -> None:
    post = POSTS["mime"][1]
    assert words in await refused(settings("mime"), request(post, **headers))
    unsigned = Post(headers={"content-type": "message/rfc822"}, body=post.body)
    assert "the mail is not signed" in await refused(settings("mime"), request(unsigned))


async def test_a_posted_mail_may_come_with_a_token_instead() -> None:
    made = settings("mime", mailMimeToken="t0ken")
    post = POSTS["mime"][1]
    await sources.verify(made, request(post, authorization="Bearer t0ken"), part_context())
    for wrong in ("", "Bearer other", "Basic t0ken", "Bearer é"):
        assert "mailMimeToken" in await refused(
            made, request(post, authorization=wrong), InvalidAuth
        )
