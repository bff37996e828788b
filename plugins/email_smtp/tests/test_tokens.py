"""Signed ids and addresses: what is ours reads back, and nothing else does."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from gateway_email_smtp.tokens import LOCAL_PART, Tokens, is_thread, thread_of

THREAD = "0123456789abcdef"
MAILBOX = "assistant@gw.example"
BIGGEST = 2**63 - 1
ours = Tokens(["a" * 64])
threads = st.text("0123456789abcdef", min_size=16, max_size=16)
ids = st.integers(0, BIGGEST)


@given(threads, ids)
def test_an_id_of_ours_reads_back(thread: str, number: int) -> None:
    made = ours.message_id(thread, number, "gw.example")

    assert ours.read_message_id(made) == (thread, number)
    assert ours.read_message_id(made.strip("<>")) == (thread, number)
    assert ours.message_id(thread, number, "gw.example") == made


@given(threads, ids)
def test_addresses_of_ours_read_back_and_fit(thread: str, number: int) -> None:
    reply, bounce = ours.reply_address(MAILBOX, thread), ours.bounce_address(MAILBOX, number)

    assert ours.read_reply_address(reply) == thread
    assert ours.read_bounce_address(bounce) == number
    for address in (reply, bounce):
        local, _, domain = address.partition("@")
        assert local.startswith("assistant+")
        assert len(local) <= LOCAL_PART
        assert domain == "gw.example"


def test_an_id_looks_as_mail_systems_expect_it() -> None:
    made = ours.message_id(THREAD, 36, "GW.Example")

    assert made.startswith(f"<{THREAD}.10.")
    assert made.endswith("@gw.example>")
    assert made == made.lower()


@pytest.mark.parametrize("fold", [str.upper, str.swapcase, str.title])
def test_folded_case_changes_nothing(fold: Callable[[str], str]) -> None:
    assert ours.read_message_id(fold(ours.message_id(THREAD, 4711, "gw.example"))) == (THREAD, 4711)
    assert ours.read_reply_address(fold(ours.reply_address(MAILBOX, THREAD))) == THREAD
    assert ours.read_bounce_address(fold(ours.bounce_address(MAILBOX, 4711))) == 4711


def test_a_changed_character_makes_it_foreign() -> None:
    for made, read in (
        (ours.message_id(THREAD, 4711, "gw.example"), ours.read_message_id),
        (ours.reply_address(MAILBOX, THREAD), ours.read_reply_address),
        (ours.bounce_address(MAILBOX, 4711), ours.read_bounce_address),
    ):
        assert read(made) is not None
        for at, was in enumerate(made):
            if was not in "<>":
                forged = made[:at] + ("b" if was == "a" else "a") + made[at + 1 :]
                assert read(forged) is None, forged


def test_a_truncated_token_is_foreign() -> None:
    for made, read in (
        (ours.message_id(THREAD, 4711, "gw.example"), ours.read_message_id),
        (ours.reply_address(MAILBOX, THREAD), ours.read_reply_address),
        (ours.bounce_address(MAILBOX, 4711), ours.read_bounce_address),
    ):
        for end in range(len(made) - 1):
            assert read(made[:end]) is None
        for start in range(2, len(made)):
            assert read(made[start:]) is None


def test_a_token_counts_at_its_own_mailbox_and_domain_alone() -> None:
    made = ours.message_id(THREAD, 1, "gw.example")
    reply, bounce = ours.reply_address(MAILBOX, THREAD), ours.bounce_address(MAILBOX, 1)

    assert ours.read_message_id(made.replace("gw.example", "evil.example")) is None
    for moved in ("assistant@evil.example", "other@gw.example"):
        local, _, domain = moved.partition("@")
        assert (
            ours.read_reply_address(f"{local}+{reply.split('+')[1].split('@')[0]}@{domain}") is None
        )
        assert (
            ours.read_bounce_address(f"{local}+{bounce.split('+')[1].split('@')[0]}@{domain}")
            is None
        )


def test_a_token_of_one_kind_is_none_of_another() -> None:
    reply, bounce = ours.reply_address(MAILBOX, THREAD), ours.bounce_address(MAILBOX, 1)

    assert ours.read_bounce_address(reply) is None
    assert ours.read_reply_address(bounce) is None
    # The thread is an id in base 36 as well: the kind is part of what was signed.
    assert ours.read_bounce_address(reply.replace("+t.", "+b.")) is None
    assert ours.read_message_id(f"<{reply}>") is None


def test_a_rotated_secret_still_reads_and_a_dropped_one_does_not() -> None:
    before, during, after = Tokens(["old"]), Tokens(["new", "old"]), Tokens(["new"])
    made = before.message_id(THREAD, 7, "gw.example")
    reply = before.reply_address(MAILBOX, THREAD)

    assert during.read_message_id(made) == (THREAD, 7)
    assert during.read_reply_address(reply) == THREAD
    assert after.read_message_id(made) is None
    assert after.read_reply_address(reply) is None
    assert during.message_id(THREAD, 7, "gw.example") == after.message_id(THREAD, 7, "gw.example")


def test_a_mailbox_that_leaves_no_room_is_used_as_it_is() -> None:
    mailbox = f"{'a' * 29}@gw.example"

    assert ours.reply_address(mailbox, THREAD) == mailbox
    assert len(ours.reply_address(mailbox[1:], THREAD).partition("@")[0]) == LOCAL_PART
    assert ours.bounce_address(f"{'a' * 60}@gw.example", 1) == f"{'a' * 60}@gw.example"


def test_a_mailbox_with_a_tag_of_its_own_keeps_it() -> None:
    made = ours.reply_address("help+eu@gw.example", THREAD)

    assert made.startswith("help+eu+t.")
    assert ours.read_reply_address(made) == THREAD


@given(st.text())
def test_no_other_text_is_ours(text: str) -> None:
    assert ours.read_message_id(text) is None
    assert ours.read_reply_address(text) is None
    assert ours.read_bounce_address(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f"<{THREAD}.{'1' * 100_000}.{'a' * 16}@gw.example>",
        f"{'+' * 100_000}+t.{THREAD}.{'a' * 16}@gw.example",
        f"a+t.{THREAD}.{'a' * 16}@{'x' * 100_000}",
        "<" * 100_000,
        "\x00",
        f"a+t.{THREAD}.{'a' * 16}@\ud800",
    ],
)
def test_what_is_too_long_or_odd_is_foreign(text: str) -> None:
    assert ours.read_message_id(text) is None
    assert ours.read_reply_address(text) is None
    assert ours.read_bounce_address(text) is None


def test_what_cannot_be_signed_is_refused() -> None:
    with pytest.raises(ValueError, match="16 hexadecimal"):
        ours.message_id("ABCDEF0123456789", 1, "gw.example")
    with pytest.raises(ValueError, match="negative"):
        ours.bounce_address(MAILBOX, -1)
    with pytest.raises(ValueError, match="no mail address"):
        ours.reply_address("assistant", THREAD)
    for secrets in ([], [""], ["a", ""]):
        with pytest.raises(ValueError, match="secret"):
            Tokens(secrets)


def test_a_thread_is_that_of_its_first_mail_however_it_is_spelt() -> None:
    assert is_thread(thread_of("<Root.1@Example.org>"))
    assert thread_of(" <Root.1@Example.org>\n") == thread_of("root.1@example.org")
    assert thread_of("<a@example.org>") != thread_of("<b@example.org>")
