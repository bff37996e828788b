"""The HTML part: it reads as the text does, and nothing in the text is markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from gateway_email_smtp.typesetting import as_html


def body(text: str) -> str:
    return as_html(text).partition("<body>\n")[2].partition("\n</body>")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Ann.", "<p>Hi Ann.</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p>\n<p>three</p>"),
        ("<script>x</script> & \"'", "<p>&lt;script&gt;x&lt;/script&gt; &amp; &quot;&#x27;</p>"),
        ("Do:\n- a\n* b\n• c", "<p>Do:</p>\n<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("-5 degrees", "<p>-5 degrees</p>"),
        ("", ""),
    ],
)
def test_text_becomes_paragraphs_and_lists(text: str, expected: str) -> None:
    assert body(text) == expected


@pytest.mark.parametrize(
    ("text", "url", "rest"),
    [
        ("see https://a.example/x?b=1&c=2.", "https://a.example/x?b=1&amp;c=2", "."),
        ("(https://a.example/x)", "https://a.example/x", ")"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)", ""),
        ("HTTP://A.example!", "HTTP://A.example", "!"),
    ],
)
def test_urls_can_be_followed(text: str, url: str, rest: str) -> None:
    assert f'<a href="{url}">{url}</a>{rest}</p>' in body(text)


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", 'https://"onclick=x'])
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert 'onclick=x"' not in body(text)
    assert 'href="javascript' not in body(text)
    assert 'href="data' not in body(text)


class Tags(HTMLParser):
    """Which tags and attributes a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}
        self.links += [value or "" for name, value in attrs if name == "href"]


@given(st.text(alphabet=st.sampled_from("<>\"'&=/ha ref:script\n-*1.)(tps")))
def test_no_text_makes_tags_of_its_own(text: str) -> None:
    page = Tags()
    page.feed(as_html(text))

    expected = {"html", "head", "meta", "charset", "body", "p", "br", "ul", "ol", "li", "start"}
    assert page.seen <= expected | {"a", "href"}
    assert all(link.lower().startswith(("http://", "https://")) for link in page.links)
