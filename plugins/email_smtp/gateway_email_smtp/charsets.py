"""Bytes become text, whatever their sender said of them. Never raises."""

import codecs
import re
from typing import Final

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BETTER: Final = {
    "ascii": "utf-8",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso2022_jp": "iso2022_jp_ext",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
"""What senders mean by the names that they use: the larger charset that holds the named one."""
NAMES: Final = {
    "cp-850": "cp850",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
}
WESTERN: Final = frozenset({"utf-8", "cp1252", "iso8859-15"})
"""What a program says that does not know: its bytes are tried as UTF-8 first."""
WIDE: Final = ("utf-16", "utf-32", "utf-7", "utf_16", "utf_32", "utf_7")
LEAST_EXTRA_BYTES: Final = 6
LARGEST_HEAD: Final = 1024
"""So far the HTML standard looks for it."""
_IN_PAGE: Final = re.compile(
    rb"<meta\s[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,39}")
_CHARSETS: Final = re.compile(
    r"utf-(?:7|8|16|16-le|16-be|32|32-le|32-be)|cp(?:\d{3,4})|iso8859-\d{1,2}|koi8-[rut]"
    r"|iso2022_(?:jp|kr)\w{0,8}|euc_\w{2,12}|big5\w{0,5}|gb\w{1,6}|johab|hz|shift_jis\w{0,5}"
    r"|mac-\w{2,10}|tis-620|ptcp154|kz1048|hp-roman8"
)
"""Of Python's codecs those that are charsets; `punycode` and `unicode_escape` are none."""
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def decoded(content: bytes, declared: str) -> str:
    """The text that these bytes are: as declared, else UTF-8, else Windows-1252.

    A declared charset gives way to UTF-8 where the bytes are that: they are hardly ever by chance.
    """
    for mark, name in BOMS:
        if content.startswith(mark):
            return storable(content.decode(name, "replace"))
    charset = charset_of(declared)
    return storable(_first_of(content, charset))


def told_by_page(content: bytes) -> str:
    """The charset that an HTML page names for itself; empty when it names none near its start."""
    found = _IN_PAGE.search(content[:LARGEST_HEAD])
    return found[1].decode("ascii") if found else ""


def charset_of(declared: str) -> str:
    """Python's name of a charset; empty for one that nobody knows."""
    told = declared.strip().strip("\"'").lower()
    if not _NAME.fullmatch(told):
        return ""
    try:
        name = codecs.lookup(NAMES.get(told, told)).name
    except LookupError:
        return ""
    return BETTER.get(name, name) if _CHARSETS.fullmatch(name) else ""


def storable(text: str) -> str:
    """The text without what no database keeps: NUL characters and lone surrogates."""
    return _UNSTORABLE.sub("", text)


def _first_of(content: bytes, charset: str) -> str:
    is_wide = charset.startswith(WIDE)
    order = [charset] if is_wide else [charset, "utf-8"]
    if charset in WESTERN or (not is_wide and _is_surely_utf_8(content)):
        order = ["utf-8", charset]
    for name in filter(None, order):
        try:
            return content.decode(name)
        except UnicodeError:
            continue
    mended = content.decode(charset or "utf-8", "replace")
    if charset not in {"cp1252", "iso8859-15", ""} and _is_mostly_right(mended):
        return mended
    return _by_windows(content)


def _is_surely_utf_8(content: bytes) -> bool:
    """Whether the bytes are UTF-8 with so many characters beyond ASCII that chance is no reason."""
    try:
        text = content.decode("utf-8")
    except UnicodeError:
        return False
    return len(content) - len(text) >= LEAST_EXTRA_BYTES


def _is_mostly_right(text: str) -> bool:
    """Whether but a few characters are broken, as by a program that cut one in the middle."""
    strange = sum(1 for character in text if character > "\x7f")
    broken = text.count("\ufffd")
    return broken * 3 <= strange


def _by_windows(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeError:  # five bytes mean nothing there
        return content.decode("latin-1")
