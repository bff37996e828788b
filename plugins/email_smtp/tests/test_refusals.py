"""What a mail server's refusal means."""

import pytest

from gateway.plugin import PermanentFailure, RecipientUnreachable, TemporaryFailure
from gateway_email_smtp.refusals import Step, enhanced_code, is_hard_bounce, refusal


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("5.1.1 <x@example.org>: no such user", "5.1.1"),
        ("#5.7.1 not allowed", "5.7.1"),
        ("Requested action aborted (192.0.2.5)", ""),
        ("mailbox unavailable", ""),
        ("2.0.0 ok", "2.0.0"),
    ],
)
def test_the_enhanced_code_is_found(reply: str, code: str) -> None:
    assert enhanced_code(reply) == code


@pytest.mark.parametrize(
    ("step", "status", "reply", "kind"),
    [
        ("recipient", 550, "5.1.1 unknown", RecipientUnreachable),
        ("recipient", 550, "5.2.1 disabled", RecipientUnreachable),
        ("recipient", 550, "mailbox unavailable", PermanentFailure),
        ("recipient", 552, "5.2.2 full", PermanentFailure),
        ("recipient", 450, "4.1.1 unknown for now", TemporaryFailure),
        # What is said of the sender or the words says nothing of the address.
        ("sender", 550, "5.1.1 who are you", PermanentFailure),
        ("content", 554, "5.7.1 spam", PermanentFailure),
        ("greeting", 554, "no service here", TemporaryFailure),
        ("login", 535, "5.7.8 no", PermanentFailure),
        ("login", 454, "4.7.0 not now", TemporaryFailure),
    ],
)
def test_whose_fault_it_is(step: Step, status: int, reply: str, kind: type[Exception]) -> None:
    failure = refusal(step, status, reply, server="mx.example:25")

    assert type(failure) is kind
    assert failure.not_accepted
    assert failure.response_status == status
    assert reply in failure.message


def test_the_log_can_keep_what_a_server_says() -> None:
    failure = refusal("content", 554, "a\x00b\r\n" + "x" * 5_000, server="mx.example:25")
    assert "\x00" not in failure.response_excerpt
    assert len(failure.response_excerpt) <= 300


def test_a_full_mailbox_is_no_hard_bounce() -> None:
    assert is_hard_bounce("5.1.1")
    assert not is_hard_bounce("5.2.2")
    assert not is_hard_bounce("5.7.1")
