"""Which whole messages change a task that is there, of which task, and what of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.plugin import Conversation, OpenTask, Proposal, Turn
from gateway.plugin.assistant.rehearsal import conversation
from gateway.rules.analysis import analyse
from gateway.rules.changes import Wish, wish_in
from gateway.rules.edits import Edit, edit_of, together, undoing

NOW = datetime(2026, 9, 29, 8, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 10, 2, 21, 59, tzinfo=UTC)
TITLES = (
    "Pay the printer's invoice",
    "Send the Acme logo to Dana",
    "Rechnung an Müller schicken",
    "Enviar el informe a Ana",
    "Réparer la porte",
    "Design the Beta banner",
    "Print the Beta banner",
)
TASKS = tuple(
    OpenTask(id=number, title=title, priority="medium", deadline=None)
    for number, title in enumerate(TITLES, start=1)
)


def talk(text: str, *, reply: str = "", tasks: tuple[OpenTask, ...] = TASKS) -> Conversation:
    analysis = analyse(text, now=NOW, time_zone="Europe/Madrid")
    turn = Turn(role="user", text=text, at=NOW, message_id=1, analysis=analysis)
    before = Turn(role="assistant", text=reply, at=NOW, message_id=0)
    return replace(conversation(turn), open_tasks=tasks, turns=(before,) if reply else ())


def wish(text: str, *, reply: str = "", by_rules: bool = True) -> Wish | None:
    whole = talk(text, reply=reply)
    return wish_in(whole.pending[0], whole, by_rules=by_rules)


@pytest.mark.parametrize(
    ("text", "task", "changes"),
    [
        ("move the invoice task to Friday", 1, "deadline"),
        ("Hi, could you please push the logo back to Friday? Thanks", 2, "deadline"),
        ("The invoice is due on Friday", 1, "deadline"),
        ("the printer's invoice can wait until Friday", 1, "deadline"),
        ("make the invoice urgent", 1, "priority"),
        ("Please set the priority of the logo to low", 2, "priority"),
        ("the logo isn't needed", None, ""),
        ('rename the logo task to "New logo"', 2, "title"),
        ("assign the invoice to Anna Lopez", 1, "assignee"),
        ("Anna takes over the logo", 2, "assignee"),
        ("give the logo task to Anna", 2, "assignee"),
        ("give the logo to Anna", None, ""),
        ("done with the logo", 2, "completed"),
        ("I've finished the invoice!", 1, "completed"),
        ("invoice done", 1, "completed"),
        ("The logo is done", 2, "completed"),
        ("is the logo done?", None, ""),
        ("complete the invoice", None, ""),
        ("complete the invoice task", 1, "completed"),
        ("cancel the logo task", 2, "cancelled"),
        ("we no longer need the logo task", 2, "cancelled"),
        ("Cancel the meeting with Bob", None, ""),
        ("delete the logo", None, ""),
        ("send the logo to Bob by Friday", None, ""),
        ("move the invoice task to Friday and call Bob", None, ""),
        ("verschieb die Rechnung auf Freitag", 3, "deadline"),
        ("kannst du die Rechnung bitte auf Freitag verschieben?", 3, "deadline"),
        ("die Rechnung ist jetzt dringend", 3, "priority"),
        ("weise die Rechnung Anna zu", 3, "assignee"),
        ("benenne die Rechnung in Rechnung Meier um", 3, "title"),
        ("die Rechnung ist erledigt", 3, "completed"),
        ("bin mit der Rechnung fertig", 3, "completed"),
        ("lösch die Aufgabe Rechnung", 3, "cancelled"),
        ("mueve el informe al viernes", 4, "deadline"),
        ("¿Puedes pasar el informe al viernes?", 4, "deadline"),
        ("marca el informe como urgente", 4, "priority"),
        ("asigna el informe a Pedro", 4, "assignee"),
        ("renombra el informe como Informe final", 4, "title"),
        ("el informe ya está hecho", 4, "completed"),
        ("elimina la tarea del informe", 4, "cancelled"),
        ("reporte la porte à vendredi", 5, "deadline"),
        ("rends la porte urgente", 5, "priority"),
        ("peux-tu assigner la porte à Julie ?", 5, "assignee"),
        ("renomme la porte en Porte du garage", 5, "title"),
        ("j'ai fini la porte", 5, "completed"),
        ("annule la tâche porte", 5, "cancelled"),
        ("rename the design banner to Final banner", 6, "title"),
    ],
)
def test_a_sentence_changes_the_task_that_it_names(
    text: str, task: int | None, changes: str
) -> None:
    found = wish(text)

    if task is None:
        assert found is None
        return
    assert found is not None
    assert [each.id for each in found.tasks] == [task]
    assert found.is_sure
    assert changes in {*found.fields, found.becomes}
    assert found.fields.get("deadline", FRIDAY) == FRIDAY


@pytest.mark.parametrize(
    "text", ["cancel the logo", "die Rechnung brauchen wir nicht mehr", "anula el informe"]
)
def test_what_may_be_about_the_thing_itself_is_asked_about_first(text: str) -> None:
    found = wish(text)

    assert found is not None
    assert (found.becomes, found.is_sure, len(found.tasks)) == ("cancelled", False, 1)


def test_words_that_fit_two_tasks_name_both() -> None:
    found = wish("move the banner to Friday")

    assert found is not None
    assert [task.id for task in found.tasks] == [6, 7]


def test_a_title_said_in_full_goes_before_one_that_has_more_words() -> None:
    tasks = tuple(replace(TASKS[0], id=n, title=t) for n, t in enumerate(("Logo", "Logo Acme"), 1))
    whole = talk("cancel the logo task", tasks=tasks)

    found = wish_in(whole.pending[0], whole, by_rules=True)

    assert found is not None
    assert [task.id for task in found.tasks] == [1]


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("done: send the Acme logo to Dana", 2),
        ("Done: the logo", 2),
        ("DONE - Acme logo", 2),
        ("Done \u2013 send the logo to Dana!", 2),
        ("Done\u2014pay the printer's invoice", 1),
        ("ok, done: send the logo", 2),
        ("Finished: Acme logo to Dana", 2),
        ("completed: logo task", 2),
        ("It's done: the Acme logo", 2),
        ("already done: send the Acme logo to Dana", 2),
        ("Send the Acme logo to Dana: done", 2),
        ("Acme logo - done!", 2),
        ("Erledigt: Rechnung an M\u00fcller schicken", 3),
        ("erledigt - die Rechnung an M\u00fcller", 3),
        ("Schon erledigt: Rechnung an M\u00fcller", 3),
        ("Fertig: Rechnung an M\u00fcller schicken", 3),
        ("Hecho: enviar el informe a Ana", 4),
        ("listo - el informe", 4),
        ("ya est\u00e1: el informe a Ana", 4),
        ("Terminado \u2013 enviar el informe", 4),
        ("Fait : r\u00e9parer la porte", 5),
        ("C'est fait : la porte", 5),
        ("Termin\u00e9 - r\u00e9parer la porte", 5),
    ],
)
def test_a_task_behind_the_word_that_it_is_done_is_done(text: str, task: int) -> None:
    found = wish(text)

    assert found is not None
    assert [each.id for each in found.tasks] == [task]
    assert (found.becomes, found.fields, found.is_sure) == ("completed", {}, True)


@pytest.mark.parametrize(
    "text",
    [
        "done: can you now send the Acme logo to Dana",
        "done: now send the Acme logo to Dana",
        "done: please send the Acme logo to Dana",
        "Done: send the Acme logo to Dana?",
        "done: send the Acme logo to Dana and to Bob",
        "done: send the Acme logo to Carol",
        "done: call Bob",
        "Done. Send the Acme logo to Dana",
        "done-send the logo",
        "well done: the Acme logo",
        "not done: the Acme logo",
        "to be done: send the Acme logo to Dana",
        "erledigt: kannst du jetzt die Rechnung an M\u00fcller schicken",
        "erledigt: bitte die Rechnung an M\u00fcller schicken",
        "nicht erledigt: Rechnung an M\u00fcller",
        "hecho: ahora env\u00eda el informe a Ana",
        "fait : maintenant r\u00e9parer la porte",
        "pas fait : r\u00e9parer la porte",
    ],
)
def test_a_new_request_behind_that_word_ends_no_task(text: str) -> None:
    found = wish(text)

    assert found is None or not found.tasks


def test_several_tasks_behind_that_word_are_asked_about() -> None:
    found = wish("done: the Beta banner")

    assert found is not None
    assert [each.id for each in found.tasks] == [6, 7]


@pytest.mark.parametrize("text", ["make it urgent", "mach das dringend", "it's done", "erledigt"])
def test_it_is_what_the_assistant_has_just_named(text: str) -> None:
    named = wish(text, reply='I have created the task "Send the Acme logo to Dana".')
    asked = wish(text, reply='Who is "Send the Acme logo to Dana" for?')

    assert named is not None
    assert [task.id for task in named.tasks] == [2]
    assert asked is None


def test_it_is_any_of_them_where_none_was_named() -> None:
    found = wish("make it urgent", reply="Thank you.")

    assert found is not None
    assert [task.id for task in found.tasks] == [1, 2, 3, 4, 5, 6]
    assert wish("done", reply="Thank you.") is None


def test_it_is_no_open_task_while_a_question_is_open() -> None:
    whole = talk("make it urgent", tasks=TASKS[:1])
    proposal = Proposal(code="4K", title="Call Ann", expires_at=NOW)

    assert wish_in(whole.pending[0], whole, by_rules=True) is not None
    whole = replace(whole, proposals=(proposal,))
    assert wish_in(whole.pending[0], whole, by_rules=True) is None


@pytest.mark.parametrize("text", ["make it urgent", "it's done", "on Friday instead"])
def test_it_may_be_what_the_message_before_it_is_about(text: str) -> None:
    whole = talk(text, reply='The task "Réparer la porte" is created.')
    turn = replace(whole.pending[0], message_id=2)
    first = replace(whole.pending[0], text="Please call Ann", message_id=1)
    whole = replace(whole, pending=(first, turn))

    assert wish_in(turn, whole, by_rules=True) is None


def test_a_number_is_a_line_of_the_list_in_the_last_reply_and_nothing_else() -> None:
    listed = "Open tasks: 2\n1. Réparer la porte\n2. Pay the printer's invoice, due Fri 2 Oct"

    found = wish("done with 2", reply=listed)

    assert found is not None
    assert [task.id for task in found.tasks] == [1]
    assert wish("done with 3", reply=listed) is None
    assert wish("done with 2", reply="Thank you.") is None


def test_a_date_alone_moves_what_was_just_spoken_of() -> None:
    found = wish("on Friday instead", reply='The task "Réparer la porte" is created.')

    assert found is not None
    assert (found.tasks[0].id, found.fields) == (5, {"deadline": FRIDAY})
    assert wish("on Friday instead", reply="Thank you.") is None
    assert wish("on Friday instead", reply='When is "Réparer la porte" due?') is None


def test_a_day_that_is_over_changes_nothing_by_itself() -> None:
    found = wish("move the invoice to 1 March 2020")

    assert found is not None
    assert found.deadline is not None
    assert (found.fields, found.deadline.doubt) == ({}, "past")


def test_a_task_that_is_not_there_is_known_only_where_a_model_could_not_find_it() -> None:
    found = wish("move the rocket task to Friday")

    assert found is not None
    assert (found.tasks, found.named) == ((), "rocket")
    assert wish("move the rocket task to Friday", by_rules=False) is None
    assert wish("move the rocket to Friday") is None


@pytest.mark.parametrize("text", ["", "x " * 3_000, "🎉", "bitte", "to to to to to to", "please"])
def test_anything_else_is_no_change(text: str) -> None:
    assert wish(text) is None


def test_an_edit_leaves_out_what_is_so_already_and_can_be_undone() -> None:
    edit = edit_of(TASKS[0], {"priority": "medium", "assignee": "Ann"}, "completed")
    back = undoing(edit)

    assert edit == Edit(task=TASKS[0], fields={"assignee": "Ann"}, becomes="completed")
    assert (back.changed, back.becomes, back.was) == (TASKS[0], "pending", "completed")
    assert edit_of(TASKS[0], {"priority": "medium"}, "pending").is_idle


def test_the_later_of_two_edits_counts() -> None:
    first = edit_of(TASKS[0], {"priority": "high", "assignee": "Ann"}, "pending")
    second = edit_of(first.changed, {"priority": "low"}, "completed")

    both = together(first, second)

    assert (both.task, both.becomes) == (TASKS[0], "completed")
    assert both.fields == {"priority": "low", "assignee": "Ann"}
