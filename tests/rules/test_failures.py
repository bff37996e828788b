"""Each way in which an attempt can fail has one class, and each class one treatment."""

import errno
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from gateway.plugin import (
    PartFailure,
    PermanentFailure,
    RecipientOptedOut,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.errors import PluginUnavailable
from gateway.rules.failures import (
    TREATMENTS,
    FailureClass,
    failure_class,
    is_local_fault,
    treatment,
)

AGAIN = (True, True, "down")
NEVER = (False, True, None)


def temporary(message: str = "it failed", status: int | None = None) -> TemporaryFailure:
    return TemporaryFailure(message, response_status=status)


def permanent(status: int | None = None) -> PermanentFailure:
    return PermanentFailure("no", response_status=status)


TABLE: list[tuple[PartFailure | PluginUnavailable, str, tuple[bool, bool, str | None]]] = [
    (temporary("dns: the name of example.org cannot be resolved"), "dns", AGAIN),
    (temporary("tls: no secure connection to example.org"), "tls", AGAIN),
    (temporary("connect: no connection to example.org: ECONNREFUSED"), "connect", AGAIN),
    (temporary("network: example.org broke off"), "network", AGAIN),
    (temporary("timeout: example.org did not answer within 30 seconds"), "timeout", AGAIN),
    (temporary("a plugin's own words: whatever"), "network", AGAIN),
    (temporary(status=500), "server_error", AGAIN),
    (temporary(status=502), "server_error", AGAIN),
    (temporary(status=503), "server_error", AGAIN),
    (temporary(status=599), "server_error", AGAIN),
    (temporary(status=450), "server_error", AGAIN),
    (temporary(status=408), "throttled", AGAIN),
    (temporary(status=425), "throttled", AGAIN),
    (temporary(status=429), "throttled", AGAIN),
    (permanent(301), "redirect", (False, True, "down")),
    (permanent(304), "redirect", (False, True, "down")),
    (permanent(308), "redirect", (False, True, "down")),
    (permanent(401), "denied", (False, True, "down")),
    (permanent(403), "denied", (False, True, "down")),
    (permanent(404), "denied", (False, True, "down")),
    (permanent(405), "denied", (False, True, "down")),
    # What a mail server says of the login, and of one mailbox.
    (permanent(535), "denied", (False, True, "down")),
    (permanent(550), "refused", NEVER),
    (permanent(410), "gone", (False, True, "gone")),
    (permanent(400), "refused", NEVER),
    (permanent(409), "refused", NEVER),
    (permanent(413), "refused", NEVER),
    (permanent(422), "refused", NEVER),
    (permanent(550), "refused", NEVER),
    (permanent(), "refused", NEVER),
    (RecipientOptedOut("they said stop", response_status=403), "opted_out", NEVER),
    (UncertainFailure("no answer came"), "uncertain", (False, True, "down")),
    (temporary("ours: the transport failed"), "ours", (True, False, None)),
    (PluginUnavailable("not installed"), "ours", (True, False, None)),
]


@pytest.mark.parametrize(("failure", "expected", "follows"), TABLE)
def test_a_failure_has_one_class_and_what_follows_from_it(
    failure: PartFailure | PluginUnavailable,
    expected: str,
    follows: tuple[bool, bool, str | None],
) -> None:
    found = treatment(failure)

    assert failure_class(failure) == expected
    assert (found.is_repeated, found.is_charged, found.signal) == follows


def test_every_class_is_in_the_table_and_has_a_treatment() -> None:
    classes = set(get_args(FailureClass))

    assert set(TREATMENTS) == classes == {expected for _, expected, _ in TABLE}


def test_what_is_not_charged_says_nothing_of_the_endpoint() -> None:
    assert all(t.is_charged or t.signal is None for t in TREATMENTS.values())


@pytest.mark.parametrize(
    ("error", "address", "is_ours"),
    [
        (errno.EMFILE, None, True),
        (errno.ENFILE, None, True),
        (errno.ENOBUFS, "192.0.2.1", True),
        (errno.ENOMEM, "192.0.2.1", True),
        (errno.EADDRNOTAVAIL, "192.0.2.1", True),
        (errno.ENETDOWN, "192.0.2.1", True),
        (errno.ENETUNREACH, "192.0.2.1", True),
        (errno.ENETUNREACH, "2001:db8::1", False),
        (errno.EHOSTUNREACH, "192.0.2.1", False),
        (errno.ECONNREFUSED, "192.0.2.1", False),
        (errno.ECONNRESET, "192.0.2.1", False),
        (errno.ETIMEDOUT, "192.0.2.1", False),
        (None, None, False),
    ],
)
def test_a_connection_that_fails_on_our_side_is_told_from_one_that_the_other_side_refuses(
    error: int | None, address: str | None, is_ours: bool
) -> None:
    assert is_local_fault(error, address=address) is is_ours


messages = st.text() | st.sampled_from(["dns: x", "ours: x", "timeout: x", "tls:", ":"])
statuses = st.none() | st.integers(min_value=100, max_value=599)


@given(messages, statuses)
def test_what_a_transport_calls_temporary_is_repeated_and_what_it_calls_permanent_never_is(
    message: str, status: int | None
) -> None:
    later = TemporaryFailure(message, response_status=status)
    never = PermanentFailure(message, response_status=status)

    assert treatment(later).is_repeated
    assert not treatment(never).is_repeated
    assert treatment(never).signal in {None, "down", "gone"}
    # Only what never reached the other side can be ours.
    assert status is None or treatment(later).is_charged
