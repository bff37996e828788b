"""What programs draw around a text: seals, rules, arrows, and the marks of who is quoted."""

import pytest

from gateway_email_smtp.mail import Envelope, Mail
from gateway_email_smtp.mime import read_mime

SEALED = """\
-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Two things:
- - a stage
- ----- and a light
-----BEGIN PGP SIGNATURE-----

iQIzBAEBCgAd
-----END PGP SIGNATURE-----
"""
CARD = "The hall is fine.\n\n{rule}\nAnna Berg\nOwner Ltd, {address}\n{rule}\n"


def read(text: str, headers: str = "Content-Type: text/plain; charset=utf-8") -> Mail:
    raw = f"From: Anna Berg <anna@example.org>\n{headers}\n\n{text}"
    return read_mime(raw.replace("\n", "\r\n").encode(), Envelope())


def test_a_seal_in_the_text_hides_nothing_of_what_was_signed() -> None:
    mail = read(SEALED)

    assert mail.visible == "Two things:\n- a stage\n----- and a light"
    assert mail.signature.startswith("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512")
    assert "iQIzBAEBCgAd" in mail.signature


def test_what_is_quoted_in_what_was_signed_is_quoted() -> None:
    original = "- -----Original Message-----\nFrom: Ben <ben@example.org>\nSubject: Stage\n\nHow?\n"

    mail = read(SEALED.replace("- ----- and a light\n", original))

    assert mail.visible == "Two things:\n- a stage"
    assert mail.quoted.startswith("-----Original Message-----\nFrom: Ben")


def test_what_stands_outside_of_a_seal_is_read_as_it_is() -> None:
    mail = read(f"- before\n\n{SEALED}\n- after\n")

    assert mail.visible.startswith("- before\n")
    assert mail.visible.endswith("- after")


@pytest.mark.parametrize(
    ("rule", "address", "visible"),
    [
        ("=" * 20, "Anna@Example.org", "The hall is fine."),
        ("━" * 20, "anna@example.org", "The hall is fine."),
        ("=" * 20, "ben@example.org", CARD.format(rule="=" * 20, address="ben@example.org")),
        ("=" * 5, "anna@example.org", CARD.format(rule="=" * 5, address="anna@example.org")),
    ],
)
def test_only_a_card_of_the_writer_is_a_signature(rule: str, address: str, visible: str) -> None:
    assert read(CARD.format(rule=rule, address=address)).visible == visible.strip()


def test_two_wishes_with_a_rule_between_them_are_two() -> None:
    text = f"Send Dana the logo.\n{'_' * 40}\nUnsubscribe me from the shop's mailing list."

    assert read(text).visible == text


@pytest.mark.parametrize(
    ("line", "visible"),
    [
        (">>> Ben <ben@example.org> 1/12/2026 10:00 AM >>>", "Yes."),
        (">>> here >>>", "Yes.\n\n>>> here >>>\nWhich hall?"),
    ],
)
def test_arrows_around_a_time_introduce_a_quotation(line: str, visible: str) -> None:
    assert read(f"Yes.\n\n{line}\nWhich hall?\n").visible == visible


def test_initials_are_marks_only_where_somebody_is_quoted() -> None:
    quoted = "Ben <ben@example.org> writes:\n\nBB> Which hall?\n\nThe large one.\nBB> When?\nSoon."
    typed = "Type this:\n\nPC> PRINT\n\nThe large one."

    assert read(quoted).visible == "The large one.\n\nSoon."
    assert read(typed).visible == typed


def test_a_mark_that_was_stuffed_is_a_character_of_the_text() -> None:
    mail = read(" > Hall\n> Which?\n", "Content-Type: text/plain; format=flowed")

    assert (mail.visible, mail.quoted) == ("> Hall", "> Which?")


@pytest.mark.parametrize(
    ("line", "is_mark"),
    [
        ("##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein. -##", True),
        ("* Please sign above this line", False),
    ],
)
def test_a_framed_line_of_a_support_system_ends_what_was_written(line: str, is_mark: bool) -> None:
    text = f"Done.\n\n{line}\n\nIs it done?"

    assert read(text).visible == ("Done." if is_mark else text)


def test_a_mail_forwarded_on_and_on_without_a_word_is_of_who_wrote_it_first() -> None:
    block = "---------- Forwarded message ---------\nFrom: {}@example.org\nSubject: Fwd: x\n\n"
    text = "".join(block.format(name) for name in ("ben", "carol", "dana"))

    forwarded = read(f"See to it.\n\n{text}Where is the logo?").forwarded

    assert forwarded is not None
    assert forwarded.sender is not None
    assert forwarded.sender.address == "dana@example.org"
    assert forwarded.text == "Where is the logo?"
