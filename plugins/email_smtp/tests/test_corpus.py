"""How well mails are read: `make mail-accuracy` prints the table that these tests hold.

It exits with 1 when a figure is below its floor.
"""

import html
import sys
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest

from gateway_email_smtp.mail import Envelope, Mail
from gateway_email_smtp.mime import read_mime
from gateway_email_smtp.reading import messages_of
from gateway_email_smtp.tokens import Tokens, thread_of

CORPUS: Final = Path(__file__).parent / "corpus"
PARTS: Final = ("tuning", "held_out")
ME: Final = "olga.ott@owner.example"
OURS: Final = "assistant@gw.example"
DANA: Final = ("Dana Cole", "dana@client.example")
TOPIC: Final = "Spring campaign"
QUOTED: Final = {
    "reply": "Which size shall it be?\nWe can start on Monday.",
    "forward": "Could you send me the logo by Friday?\nDana",
}
TOKENS: Final = Tokens(["corpus"])
ROOT: Final = "<q0@owner.example>"
FIGURES: Final = ("visible", "lossless", "requester", "thread", "automatic")
FLOORS: Final[Mapping[str, Mapping[str, float]]] = {
    "tuning": dict.fromkeys(FIGURES, 99),
    "held_out": dict.fromkeys(FIGURES, 90),
}
"""The least that each figure may be, in percent, close under what it is."""


@dataclass(frozen=True)
class Case:
    """A mail and what is to be read in it."""

    name: str
    client: str
    language: str
    raw: bytes
    visible: str
    requester: str = ""
    thread: str = ROOT
    automatic: str = ""
    envelope: Envelope = field(default_factory=Envelope)


@dataclass(frozen=True)
class Judged:
    is_proven: bool = True
    suspect: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def cases(part: str) -> Iterator[Case]:
    """Every mail of a part: those that clients build, and those that are written out."""
    clients, languages = (_toml(name) for name in ("clients", "languages"))
    told = _toml(part)
    for entry in told.get("built", []):
        name, language, kind, *texts = entry
        for number, answer in enumerate(texts):
            yield _built(
                f"{name} {language} {kind} {number}",
                clients[name],
                languages[language],
                kind=kind,
                answer=answer,
            )
    for entry in told.get("mail", []):
        yield _written(entry)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CORPUS / f"{name}.toml").read_text(encoding="utf-8"))


def _built(
    name: str, client: Mapping[str, str], words: Mapping[str, Any], *, kind: str, answer: str
) -> Case:
    kind, _, spelling = kind.partition("_")
    prefix = "" if kind == "reply" else "forward_"
    message = EmailMessage()
    message["From"] = f"Olga Ott <{ME}>"
    message["To"] = OURS
    message["Subject"] = f"{words['re'] if kind == 'reply' else words['fwd']}: {TOPIC}"
    message["Message-ID"] = "<q9@owner.example>"
    if kind == "reply":
        message["References"] = f"{ROOT} <q1@gw.example>"
        message["In-Reply-To"] = "<q1@gw.example>"
    plain = client.get(f"{prefix}plain")
    page = client.get(f"{prefix}html") if spelling != "text" else None
    if plain:
        message.set_content(_filled(plain, client, words, texts=(answer, QUOTED[kind])))
    if page:
        text = _filled(page, client, words, texts=(answer, QUOTED[kind]), is_html=True)
        (message.add_alternative if plain else message.set_content)(text, subtype="html")
    return Case(
        name=name,
        client=name.split(maxsplit=1)[0],
        language=name.split()[1],
        raw=message.as_bytes(),
        visible=answer,
        requester="" if kind == "reply" else DANA[1],
        thread=ROOT if kind == "reply" else "<q9@owner.example>",
    )


def _filled(
    template: str,
    client: Mapping[str, str],
    words: Mapping[str, Any],
    *,
    texts: Sequence[str],
    is_html: bool = False,
) -> str:
    """The template with everything in its place."""
    answer, quote = texts
    who = (OURS.partition("@")[0].title(), OURS) if quote == QUOTED["reply"] else DANA
    shown = html.escape if is_html else str
    values = {name: shown(text) for name, text in words.items() if isinstance(text, str)}
    values["gmail_wrapped"] = textwrap.fill(
        values["gmail"], 60, break_long_words=False, break_on_hyphens=False
    )
    values |= {f"L{number}": shown(label) for number, label in enumerate(words["labels"])}
    values["marked"] = "\n".join(f"> {line}" for line in quote.splitlines())
    values["quote"] = shown(quote).replace("\n", "<br>" if is_html else "\n")
    values["answer"] = _typed(answer, client) if is_html else answer
    filled = template
    for name, text in values.items():
        filled = filled.replace(f"%{name}%", text)
    known = {"name": who[0], "address": who[1], "me": ME, "topic": TOPIC}
    for name, text in known.items():
        filled = filled.replace(f"%{name}%", text)
    return filled


def _typed(answer: str, client: Mapping[str, str]) -> str:
    lines = (
        client["line"].replace("%line%", html.escape(line)) if line else client["blank"]
        for line in answer.splitlines()
    )
    return client.get("join", "").join(lines)


def _written(entry: Mapping[str, Any]) -> Case:
    raw: str = entry["raw"].replace("%OURS%", OURS).replace("%ME%", ME)
    return Case(
        name=entry["name"],
        client=entry.get("client", "other"),
        language=entry.get("language", "en"),
        raw=raw.replace("\n", "\r\n").encode(entry.get("charset", "utf-8")),
        visible=entry.get("visible", ""),
        requester=entry.get("requester", ""),
        thread=entry.get("thread", ROOT),
        automatic=entry.get("automatic", ""),
        envelope=Envelope(mail_from=entry.get("mail_from"), recipients=(OURS,)),
    )


def faults(case: Case) -> dict[str, str]:
    """What is read otherwise than it should be: the figure, and what was read."""
    mail = read_mime(case.raw, case.envelope)
    message = messages_of(mail, tokens=TOKENS, own_addresses=[OURS], verdict=Judged()).messages[0]
    read = {
        "visible": (mail.visible, case.visible),
        "lossless": (str(_is_whole(mail)), "True"),
        "requester": (message.requester.address if message.requester else "", case.requester),
        "thread": (message.thread_hint, thread_of(case.thread)),
        "automatic": (message.automatic, case.automatic),
    }
    return {name: found or "nothing" for name, (found, right) in read.items() if found != right}


def _is_whole(mail: Mail) -> bool:
    """Whether each word of the mail is in exactly one of its pieces."""
    pieces = [*mail.visible.split(), *mail.quoted.split(), *mail.signature.split()]
    return sorted(pieces) == sorted(mail.text.split())


@dataclass(frozen=True)
class Score:
    right: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.of if self.of else 100.0

    def __str__(self) -> str:
        return f"{self.percent:.1f} % ({self.right} of {self.of})"


def scores(part: str, group: str = "") -> dict[str, Score]:
    """Each figure of a part, or how many mails of each group are read without fault."""
    known = [(case, faults(case)) for case in cases(part)]
    if not group:
        return {
            figure: Score(sum(figure not in wrong for _, wrong in known), len(known))
            for figure in FIGURES
        }
    names = sorted({getattr(case, group) for case, _ in known})
    return {
        name: Score(
            sum(not wrong for case, wrong in known if getattr(case, group) == name),
            sum(getattr(case, group) == name for case, _ in known),
        )
        for name in names
    }


def _low(part: str) -> dict[str, str]:
    """The figures that are below their floor."""
    return {
        figure: str(score)
        for figure, score in scores(part).items()
        if score.percent < FLOORS[part][figure]
    }


@pytest.mark.parametrize("part", PARTS)
def test_mails_are_read_as_well_as_ever(part: str) -> None:
    assert _low(part) == {}


def test_the_corpus_is_as_large_and_as_mixed_as_promised() -> None:
    known = [case for part in PARTS for case in cases(part)]

    assert len(known) >= 300
    assert len(list(cases("held_out"))) >= 60
    assert len({case.client for case in known}) > 60
    assert len({case.language for case in known}) >= 30
    assert len({case.name for case in known}) == len(known)


def main(arguments: Sequence[str]) -> int:
    """Prints the table; with `--faults` also each tuned mail that is misread."""
    tables = [scores(part) for part in PARTS]
    rows = ["| what | tuned on | held out |", "|---|---:|---:|"]
    rows += [f"| {figure} | {' | '.join(str(t[figure]) for t in tables)} |" for figure in FIGURES]
    for group in ("client", "language"):
        rows += [
            f"| {group} {name} | {score} | |" for name, score in scores("tuning", group).items()
        ]
    if "--faults" in arguments:
        known = ((case.name, faults(case)) for case in cases("tuning"))
        rows += [f"{name}: {wrong}" for name, wrong in known if wrong]
    sys.stdout.write("\n".join(rows) + "\n")
    return int(any(_low(part) for part in PARTS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
