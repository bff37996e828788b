"""What the settings of an email channel take, and what they say to the rest."""

import pytest
from pydantic import ValidationError

from gateway_email_smtp.settings import EmailSettings

KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9E9qQrEH6r+tO5YgSH3wf5PRAkIPSem0EavoUkEl+TAQgs4NGnHihS+"
    "/Zfp2z2p9ZT2UEyp7mmJ47bXGD8nOrQ=="
)
PEM = f"-----BEGIN PUBLIC KEY-----\n{KEY[:64]}\n{KEY[64:]}\n-----END PUBLIC KEY-----\n"
ED25519 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="


def settings(**given: object) -> EmailSettings:
    return EmailSettings.model_validate({"inboundEmailAddress": "Assistant@Example.ORG", **given})


def fault(**given: object) -> str:
    with pytest.raises(ValidationError) as caught:
        settings(**given)
    return caught.value.errors()[0]["msg"]


def test_a_domain_is_in_lower_case_and_a_mailbox_as_it_is() -> None:
    made = settings(mailOwnAddresses=["Sales@Example.ORG"])
    assert made.own_addresses == ("Assistant@example.org", "Sales@example.org")
    assert made.domain == "example.org"


@pytest.mark.parametrize(
    "address",
    ["assistant", "@example.org", "a@", "Ann <a@example.org>", "a b@example.org", "a@b@c", "a@b\n"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    if address == "a@b\n":  # what surrounds an address is no part of it
        assert settings(inboundEmailAddress=address).inbound_email_address == "a@b"
        return
    assert "an address is one such as" in fault(inboundEmailAddress=address)


@pytest.mark.parametrize("key", [KEY, PEM, f" {KEY} "])
def test_a_verification_key_is_base64_or_a_pem_block(key: str) -> None:
    assert (
        settings(emailProvider="sendgrid", sendgridVerificationKey=key).email_provider == "sendgrid"
    )


@pytest.mark.parametrize("key", ["abc", "é", KEY[:-8], ED25519, "-----BEGIN PUBLIC KEY-----"])
def test_another_key_is_refused(key: str) -> None:
    assert "on the curve P-256" in fault(emailProvider="sendgrid", sendgridVerificationKey=key)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"emailProvider": "sendgrid"}, "sendgridVerificationKey or mailWebhookPassword"),
        ({"emailProvider": "postmark"}, "emailProvider 'postmark' needs mailWebhookPassword"),
        ({"emailProvider": "mailgun"}, "mailgunSigningSecret"),
        ({"mailOutbound": "smtp"}, "mailOutbound 'smtp' needs smtpHost"),
        ({"mailOutbound": "sendgrid"}, "sendgridApiKey"),
        ({"mailOutbound": "postmark"}, "postmarkServerToken"),
    ],
)
def test_a_way_says_what_it_needs(given: dict[str, object], wanted: str) -> None:
    assert wanted in fault(**given)


def test_answers_come_from_and_go_to_the_addresses_that_are_named() -> None:
    named = settings(fromAddress="desk@Agency.example", replyToAddress="Help@Agency.example")
    assert (named.sender_address, named.answer_address) == (
        "desk@agency.example",
        "Help@agency.example",
    )
    assert named.own_addresses == (
        "Assistant@example.org",
        named.sender_address,
        named.answer_address,
    )
    assert (named.domain, named.sender_domain) == ("example.org", "agency.example")


def test_without_names_for_them_answers_come_from_and_go_to_the_address_itself() -> None:
    made = settings(fromAddress="", replyToAddress=None)
    assert made.sender_address == made.answer_address == made.inbound_email_address


@pytest.mark.parametrize("name", ["fromAddress", "replyToAddress"])
def test_no_other_text_is_a_sender_or_a_place_for_answers(name: str) -> None:
    assert "an address is one such as" in fault(**{name: "The desk"})


def test_a_mail_server_is_a_way_out_unless_another_one_is_chosen() -> None:
    assert settings().way_out is None
    assert settings(smtpHost="mx.example.org").way_out == "smtp"
    other = settings(smtpHost="mx.example.org", mailOutbound="postmark", postmarkServerToken="t")
    assert other.way_out == "postmark"


def test_a_provider_is_known_however_it_is_written() -> None:
    made = settings(emailProvider="SendGrid", mailWebhookPassword="p")
    assert made.email_provider == "sendgrid"


@pytest.mark.parametrize("secret", ["", "two words", "é", "a\n", "x" * 4097])
def test_a_secret_that_no_header_can_carry_is_refused(secret: str) -> None:
    assert "visible ASCII" in fault(mailWebhookPassword=secret)


def test_a_secret_is_never_shown() -> None:
    made = settings(emailProvider="postmark", mailWebhookPassword="hidden-one")
    assert "hidden-one" not in repr(made)


def test_names_of_servers_are_compared_in_lower_case() -> None:
    assert settings(mailAuthservIds=["MX.Example.org ", " "]).mail_authserv_ids == (
        "mx.example.org",
    )


@pytest.mark.parametrize("name", ["a\nb", "x" * 201, "\x00"])
def test_a_name_is_one_line(name: str) -> None:
    assert "one line" in fault(mailName=name)
