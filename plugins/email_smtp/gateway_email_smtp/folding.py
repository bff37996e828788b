"""Headers written so that every mail system reads them as they were meant (RFC 5322, RFC 2047)."""

from email.header import Header
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Final

VERBATIM: Final = ("message-id", "in-reply-to", "references", "reply-to")


class Verbatim:
    """A header of tokens that are never broken or encoded, however long: ids, URLs, an address.

    `email` would write one that does not fit a line as an encoded word (CPython issue 79986).
    """

    max_count = 1

    @classmethod
    def parse(cls, value: str, keywords: dict[str, object]) -> None:
        """As header classes of `email.headerregistry` do."""
        keywords["decoded"] = value
        keywords["parse_tree"] = None

    def fold(self, *, policy: "EmailPolicy[EmailMessage]") -> str:
        """One token a line."""
        name: str = self.name  # type: ignore[attr-defined] # what `HeaderRegistry` makes of it
        return f"{name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


class Words(Verbatim):
    """A header of words: encoded as a whole where it has to be.

    `email` encodes single words, and loses or doubles the spaces between them.
    """

    def fold(self, *, policy: "EmailPolicy[EmailMessage]") -> str:
        """At most 76 characters a line, encoded words as well."""
        name: str = self.name  # type: ignore[attr-defined] # what `HeaderRegistry` makes of it
        charset = "us-ascii" if str(self).isascii() else "utf-8"
        written = Header(str(self), charset, header_name=name, maxlinelen=76)
        return f"{name}: {written.encode(linesep=policy.linesep)}{policy.linesep}"


def _policy() -> "EmailPolicy[EmailMessage]":
    registry = HeaderRegistry()
    registry.map_to_type("subject", Words)  # type: ignore[arg-type] # a mixin, as its own are
    for name in VERBATIM:
        # The class that it makes of this one is a `BaseHeader`.
        registry.map_to_type(name, Verbatim)  # type: ignore[arg-type] # a mixin, as its own are
    return SMTP.clone(header_factory=registry)


POLICY: Final = _policy()
