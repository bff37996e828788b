"""What media are, by their first bytes."""

import pytest

from gateway.rules.media import (
    LONGEST_NAME,
    PROGRAM,
    SVG,
    UNKNOWN,
    Terms,
    fault_in,
    plain_type,
    safe_name,
    type_of,
)

TERMS = Terms(largest_bytes=100, refused_types=frozenset({PROGRAM}))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x24\x00\x00\x00????", UNKNOWN),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftyp3gp4\x00\x00", "video/3gpp"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00", "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00", "audio/mp4"),
        (b"#!AMR\n\x3c\x48", "audio/amr"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x64\x00", "audio/mpeg"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"BM\x46\x00\x00\x00", "image/bmp"),
        (b"BMW wants a new logo", "text/plain"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04\x14\x00", "application/zip"),
        (b"MZ\x90\x00\x03", PROGRAM),
        (b"\x7fELF\x02\x01", PROGRAM),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "text/vcard"),
        (b"begin:vcalendar\r\n", "text/calendar"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"  \r\n<HTML><script>", "text/html"),
        (b"<?xml version='1.0'?><svg xmlns=", SVG),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        ("<html>".encode("utf-16"), "text/html"),
        ("Grüße".encode(), "text/plain"),
        (b"\x00\x01\x02\x03", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, found: str) -> None:
    assert type_of(content) == found
    assert type_of(content, "image/x-of-no-kind") == found


@pytest.mark.parametrize(
    ("content", "declared", "found"),
    [
        (b"a,b\n1,2\n", "text/csv; charset=utf-8", "text/csv"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b"words", "text/html", "text/plain"),
        (b"words", "image/svg+xml", "text/plain"),
        (
            b"PK\x03\x04",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"PK\x03\x04", "image/png", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "application/msword"),
        (b"\x00\x01", "application/x-dwg", "application/x-dwg"),
        (b"\x00\x01", "image/png", UNKNOWN),
        (b"\x00\x01", "text/html\r\nX-Evil: 1", UNKNOWN),
    ],
)
def test_what_was_declared_only_makes_it_more_exact(
    content: bytes, declared: str, found: str
) -> None:
    assert type_of(content, declared) == found


def test_a_type_that_is_none_counts_as_unknown() -> None:
    assert plain_type("Image/PNG; name=x") == "image/png"
    assert {plain_type(kind) for kind in ("", "png", "a/b/c", "text/ html", "x" * 200)} == {UNKNOWN}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (b"MZ\x00", "refused_type"),
        (b"x" * 101, "too_large"),
        (b"x" * 100, ""),
    ],
)
def test_a_file_is_kept_unless_it_is_empty_too_large_or_of_a_refused_type(
    content: bytes, fault: str
) -> None:
    assert fault_in(content, type_of(content), TERMS) == fault


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\fakepath\\a.png", "C_fakepath_a.png"),
        ('x".html\r\nSet-Cookie: a', "x_.html_Set-Cookie_ a"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("Übersicht – Größe.png", "Übersicht – Größe.png"),
        ("\x00\x01", None),
        ("", None),
        (None, None),
    ],
)
def test_a_file_name_leads_nowhere(given: str | None, safe: str | None) -> None:
    assert safe_name(given) == safe


def test_a_long_file_name_keeps_its_ending() -> None:
    shown = safe_name("a" * 500 + ".pdf")

    assert shown is not None
    assert len(shown) <= LONGEST_NAME
    assert shown.endswith(".pdf")
