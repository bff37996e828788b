"""Whole messages that command: closed lists, folded as by `reading.fold`, a phrase a line break."""

from typing import Final, Literal

Verb = Literal["yes", "no", "undo", "status", "help", "memory", "forget", "forget_all"]

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
MEMORY: Final = {
    "en": "memory, what do you know about me, what do you know of me, what do you remember,"
    " what do you remember about me, what have you saved about me, what have you stored about me",
    "es": "memoria, que sabes de mi, que sabe de mi, que sabes sobre mi, que sabe sobre mi,"
    " que recuerdas, que recuerdas de mi, que recuerda de mi",
    "de": "was weisst du uber mich, was weißt du uber mich, was wissen sie uber mich,"
    " was hast du uber mich gespeichert, was merkst du dir, was hast du dir gemerkt",
    "fr": "memoire, que sais tu de moi, que savez vous de moi, qu est ce que tu sais de moi,"
    " qu est ce que vous savez de moi, de quoi te souviens tu, de quoi vous souvenez vous",
}
FORGET: Final = {
    "en": "forget that, forget this, forget what i just said, please forget what i said",
    "es": "olvida eso, olvide eso, olvida lo que acabo de decir",
    "de": "vergiss das, vergessen sie das, vergiss das wieder",
    "fr": "oublie ca, oubliez ca, oublie cela, oubliez cela, oublie ce que je viens de dire",
}
FORGET_ALL: Final = {
    "en": "forget everything, forget all, forget me, forget everything about me,"
    " forget all about me, forget everything you know about me, forget what you know about me,"
    " erase my data, clear memory, erase memory",
    "es": "olvidalo todo, olvida todo, olvide todo, olvida todo sobre mi, olvida todo lo que sabes"
    " de mi, olvida lo que sabes de mi",
    "de": "vergiss alles, vergessen sie alles, vergiss alles uber mich, vergiss was du uber mich"
    " weisst, vergiss was du uber mich weißt, vergiss mich, vergiss alles was du uber mich weisst,"
    " vergiss alles was du uber mich weißt",
    "fr": "oublie tout, oubliez tout, oublie moi, oubliez moi, oublie tout sur moi, oublie ce que"
    " tu sais de moi, oubliez ce que vous savez de moi",
}
FORGET_MY: Final = {
    "en": "forget my",
    "es": "olvida mi, olvida mis, olvide mi, olvide mis",
    "de": "vergiss mein, vergiss meine, vergiss meinen, vergessen sie mein, vergessen sie meine,"
    " vergessen sie meinen",
    "fr": "oublie mon, oublie ma, oublie mes, oubliez mon, oubliez ma, oubliez mes",
}
"""What comes before the name of a fact that is to be forgotten."""
LISTS: Final[tuple[tuple[Verb, dict[str, str]], ...]] = (
    ("yes", YES),
    ("no", NO),
    ("undo", UNDO),
    ("status", STATUS),
    ("help", HELP),
    ("memory", MEMORY),
    ("forget", FORGET),
    ("forget_all", FORGET_ALL),
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

WRITTEN_ELSEWHERE: Final = {
    "en": "texted text sms emailed email mailed mail wrote messaged message sent chat whatsapp",
    "es": "escribi mande envie mensaje sms texto correo email mail chat whatsapp",
    "de": "schrieb geschrieben geschickt gesendet gemailt nachricht sms email mail chat whatsapp",
    "fr": "ecrit envoye sms texto message courriel email mail chat whatsapp",
}
"""What says that something was written on another channel: "same as what I texted, but Monday"."""
AS_ELSEWHERE: Final = {
    "en": "same as what like",
    "es": "mismo que como",
    "de": "wie gleiche gleichen dasselbe was",
    "fr": "meme que comme",
}
"""What likens a message to it."""
AROUND_ELSEWHERE: Final = {
    "en": "which in my from via you your before earlier last just already thing",
    "es": "lo te les os le en mi mis de ya antes",
    "de": "in meiner meine mein ich habe hatte das per von ihnen dir euch vorhin schon aus",
    "fr": "chose dans mon ma mes ai j vous te par de deja",
}
"""The small words beside both."""
