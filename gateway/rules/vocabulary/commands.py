"""Whole messages that command: closed lists, folded as by `reading.fold`, a phrase a line break."""

from typing import Final, Literal

Verb = Literal["yes", "no", "undo", "status", "help"]

YES: Final = {
    "en": "yes, y, yep, yeah, yup, sure, ok, okay, confirm, confirmed, correct, approve, approved,"
    " agreed, go ahead, do it, go for it, sounds good, thats right, yes do it, please do",
    "es": "ok, okay, si, s, claro, vale, confirmo, confirmar, confirmado, correcto, adelante, dale,"
    " hazlo, de acuerdo, por supuesto, si claro",
    "de": "ok, okay, ja, j, jawohl, jo, genau, passt, klar, bestatigen, bestatigt, bestatige,"
    " einverstanden, gerne, in ordnung, mach das, machen wir, ja genau",
    "fr": "ok, okay, oui, o, ouais, confirme, confirmer, je confirme, parfait, exact, d accord,"
    " c est bon, bien sur, vas y, allez y",
}
NO: Final = {
    "en": "no, n, nope, nah, cancel, cancel it, cancel that, dont, do not, decline, reject,"
    " never mind, nevermind, forget it, drop it",
    "es": "no, cancela, cancelar, cancelalo, anula, anular, mejor no, dejalo, olvidalo",
    "de": "nein, ne, nee, abbrechen, stornieren, lieber nicht, doch nicht, vergiss es, absagen",
    "fr": "non, annule, annuler, annulez, laisse tomber, laissez tomber, pas la peine, oublie",
}
UNDO: Final = {
    "en": "undo, undo it, undo that, take it back, revert",
    "es": "deshacer, deshaz, deshazlo",
    "de": "ruckgangig, ruckgangig machen, zurucknehmen",
    "fr": "defaire, revenir en arriere, retour en arriere",
}
STATUS: Final = {
    "en": "status, progress, tasks, task list, my tasks, open tasks, list, whats open,"
    " what is open, to do, todo",
    "es": "estado, tareas, mis tareas, tareas abiertas, tareas pendientes, pendientes, lista",
    "de": "status, stand, aufgaben, meine aufgaben, offene aufgaben, liste, was ist offen",
    "fr": "statut, etat, taches, mes taches, taches ouvertes, liste",
}
HELP: Final = {
    "en": "help, commands",
    "es": "ayuda",
    "de": "hilfe",
    "fr": "aide",
}
LISTS: Final[tuple[tuple[Verb, dict[str, str]], ...]] = (
    ("yes", YES),
    ("no", NO),
    ("undo", UNDO),
    ("status", STATUS),
    ("help", HELP),
)
POLITE: Final = (
    "please, pls, plz, thanks, thank you, thx, por favor, gracias, bitte, danke, merci, stp, svp,"
    " s il te plait, s il vous plait"
)
THUMBS: Final = frozenset("👍👌✅🆗")
"""What says yes without a word."""

AROUND_A_CHANGE: Final = {
    "en": "make it that this change to by on for at no not actually rather instead please sorry i"
    " meant mean the lets better move until till due yes but and set deadline day date want would"
    " like can we could you of ok then its",
    "es": "no mejor para el la por favor cambia cambialo a quiero decir que sea hazlo si pero pon"
    " ponlo en vez de lo perdon queria fecha antes del",
    "de": "nein lieber besser doch am bis bitte auf mach es ja aber eher um zum den statt dessen"
    " stattdessen meinte ich das andere verschiebe andern ware der fallig sorry",
    "fr": "non plutot pour le la a mets mettez change changez finalement oui mais pardon je voulais"
    " dire avant c est du lieu au s il te vous plait que ce soit merci jusqu",
}
"""The small words beside a date that leave nothing in a message but a change of it."""
