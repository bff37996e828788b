"""By which containers the mail programs mark what they quote, and signatures."""

import re
from collections.abc import Mapping
from typing import Final

from gateway_email_smtp.lines import Zone

CLASSES: Final[Mapping[str, Zone]] = {
    "gmail_quote": "answer",
    "gmail_quote_container": "answer",
    "gmail_attr": "quoted",
    "gmail_signature": "signature",
    "gmail_signature_prefix": "signature",
    "moz-cite-prefix": "quoted",
    "moz-email-headers-table": "quoted",
    "moz-forward-container": "quoted",
    "moz-signature": "signature",
    "protonmail_quote": "answer",
    "protonmail_signature_block": "signature",
    "proton-signature": "signature",
    "signature": "signature",
    "tutanota_quote": "answer",
    "yahoo_quoted": "quoted",
    "fairemail_quote": "answer",
    "k9mail-signature": "signature",
    "zmail_extra": "answer",
    "cm_quote": "answer",
    "front-blockquote": "quoted",
}
IDS: Final[Mapping[str, Zone]] = {
    "appendonsend": "tail",
    "divrplyfwdmsg": "tail",
    "mail-editor-reference-message-container": "tail",
    "olk_src_body_section": "quoted",
    "zwchr": "tail",
    "reply-intro": "quoted",
    "replybody": "quoted",
    "applemailsignature": "signature",
    "signature": "signature",
    "ms-outlook-mobile-signature": "signature",
}
MARKERS: Final[Mapping[str, Zone]] = {
    "__DIVIDER__": "tail",
    "__QUOTED_TEXT__": "quoted",
    "__SIG_PRE__": "signature",
    "__SIG_POST__": "signature",
}
"""Zimbra's, in `data-marker`."""
NAMES: Final[Mapping[str, Zone]] = {
    "messageReplySection": "quoted",
    "quote": "quoted",
    "quoted-content": "quoted",
    "messageSignatureSection": "signature",
}
"""Those of Spark and of GMX, in `name`."""
_YAHOO: Final = re.compile(r"yahoo_quoted_\d{1,20}")
_HIDDEN: Final = re.compile(
    r"display\s{0,3}:\s{0,3}none|mso-hide\s{0,3}:\s{0,3}all|visibility\s{0,3}:\s{0,3}hidden"
    r"|font-size\s{0,3}:\s{0,3}0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_PREFIX: Final = re.compile(r"m_-?\d{1,25}|ydp[0-9a-f]{7,8}(?=[a-z])")
_INDENT: Final = re.compile(r"border\s{0,3}:\s{0,3}(?:none|0)", re.IGNORECASE)


def zone_of(name: str, attributes: Mapping[str, str]) -> Zone:
    """What a container is to whoever reads the answer."""
    for word in attributes.get("class", "").split():
        bare = word if word in CLASSES else _without_prefix(word)
        if bare in CLASSES and name != "blockquote":
            return CLASSES[bare]
    id_ = _without_prefix(attributes.get("id", ""))
    if id_.lower() in IDS:
        return IDS[id_.lower()]
    if _YAHOO.fullmatch(id_):
        return "quoted"
    if attributes.get("data-smartmail", "") == "gmail_signature":
        return "signature"
    marked = attributes.get("data-marker", "")
    return MARKERS.get(marked, NAMES.get(attributes.get("name", ""), ""))


def is_cited(attributes: Mapping[str, str]) -> bool:
    """Whether a `blockquote` quotes a mail; one without border only indents what one writes."""
    if attributes.get("type", "").lower() == "cite" or "cite" in attributes:
        return True
    return not _INDENT.search(attributes.get("style", ""))


def is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether a reader does not see it: previews of newsletters, and what is hidden on purpose."""
    return "style" in attributes and bool(_HIDDEN.search(attributes["style"]))


def _without_prefix(word: str) -> str:
    """A name without what programs put before it when they quote it: `x_`, `m_-12`, `ydp1a2b`."""
    while word.startswith("x_"):
        word = word[2:]
    return _PREFIX.sub("", word, count=1) if word[:2] in {"m_", "yd"} else word
