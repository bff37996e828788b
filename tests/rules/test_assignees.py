"""Who is to do a task: the one person whom the message names for it."""

from datetime import UTC, datetime

import pytest

from gateway.rules.analysis import analyse
from gateway.rules.assignees import assignee_of

NOW = datetime(2026, 9, 29, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Please have Anna send the logo to Dana", "Anna"),
        ("Let Anna know about the logo", None),
        ("get Marcus to call the printer", "Marcus"),
        ("Anna should send the logo by Friday", "Anna"),
        ("Send the logo, assigned to Zoltan Kiss", "Zoltan Kiss"),
        ("Call the client. Assignee: Ximena", "Ximena"),
        ("Measure the windows @peter", "peter"),
        ("Measure the windows @peter @anna", None),
        ("Send the logo to Anna", None),
        ("Ask Anna for the logo", None),
        ("Anna soll bitte das Logo schicken", "Anna"),
        ("Bis Freitag muss Anna das Logo schicken", "Anna"),
        ("Logo verschicken, zuständig: Zoltan", "Zoltan"),
        ("Necesito que Anna llame al cliente", "Anna"),
        ("Anna tiene que enviar el informe", "Anna"),
        ("Enviar el informe, asignado a Zoltan", "Zoltan"),
        ("Il faut que Julie envoie le devis", "Julie"),
        ("Julie doit envoyer le devis", "Julie"),
        ("Envoyer le devis, assigné à Zoltan", "Zoltan"),
        ("", None),
        ("x" * 5_000, None),
    ],
)
def test_it_is_who_is_named_for_it(text: str, name: str | None) -> None:
    assert assignee_of(text, analyse(text, now=NOW, time_zone="UTC")) == name
