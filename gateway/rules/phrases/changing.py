"""What the gateway itself says about changes of tasks, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """Sentences that are the same in every tone, and the parts of which `what` is made."""

    changed: str
    completed: str
    cancelled: str
    unchanged: str
    undone: str
    already: str
    expired: str
    replaced: str
    closed: str
    propose: str
    propose_completed: str
    propose_cancelled: str
    which: str
    unknown: str
    undo_offer: str
    past: str
    conflict: str
    no_deadline: str
    renamed: str
    assigned: str
    unassigned: str
    priorities: Mapping[str, str]


CHANGING: Final[Mapping[str, Changing]] = {
    "en": Changing(
        changed='"{title}" is changed: {what}.',
        completed='"{title}" is done.',
        cancelled='"{title}" is cancelled.',
        unchanged='"{title}" stays as it is.',
        undone='The change of "{title}" is taken back.',
        already='That was already done: "{title}".',
        expired='My question about "{title}" has expired. Write again what is to change.',
        replaced="The code {code} no longer counts.",
        closed='"{title}" is no longer open.',
        propose='Shall I change "{title}": {what}? Reply YES or NO (code {code}).',
        propose_completed='Is "{title}" done? Reply YES or NO (code {code}).',
        propose_cancelled='Shall I cancel the task "{title}"? Reply YES or NO (code {code}).',
        which="Which task do you mean? Reply with its code, such as {code}, or NO for none:",
        unknown='I find no open task called "{named}". STATUS lists what is open.',
        undo_offer="Reply UNDO {code} within {minutes} minutes to take this back.",
        past='{when} is already over. For which day is "{title}"? Reply with the day, or NO.',
        conflict='For "{title}", do you mean {options}? Reply with the day, or NO.',
        no_deadline="no deadline",
        renamed='now called "{title}"',
        assigned="assigned to {name}",
        unassigned="assigned to nobody",
        priorities={
            "low": "low priority",
            "medium": "normal priority",
            "high": "high priority",
            "critical": "critical priority",
        },
    ),
    "es": Changing(
        changed='"{title}" ha cambiado: {what}.',
        completed='"{title}" está hecho.',
        cancelled='"{title}" se ha cancelado.',
        unchanged='"{title}" se queda como está.',
        undone='El cambio de "{title}" se ha retirado.',
        already='Eso ya estaba hecho: "{title}".',
        expired='Mi pregunta sobre "{title}" ha caducado. Escriba de nuevo qué debe cambiar.',
        replaced="El código {code} ya no vale.",
        closed='"{title}" ya no está abierta.',
        propose='¿Cambio "{title}": {what}? Responda SI o NO (código {code}).',
        propose_completed='¿Está hecho "{title}"? Responda SI o NO (código {code}).',
        propose_cancelled='¿Cancelo la tarea "{title}"? Responda SI o NO (código {code}).',
        which="¿A qué tarea se refiere? Responda con su código, como {code}, o NO:",
        unknown='No encuentro ninguna tarea abierta "{named}". ESTADO muestra lo pendiente.',
        undo_offer="Responda DESHACER {code} en {minutes} minutos para retirarlo.",
        past='{when} ya ha pasado. ¿Para qué día es "{title}"? Responda con el día, o NO.',
        conflict='Para "{title}", ¿quiere decir {options}? Responda con el día, o NO.',
        no_deadline="sin fecha",
        renamed='ahora se llama "{title}"',
        assigned="a cargo de {name}",
        unassigned="a cargo de nadie",
        priorities={
            "low": "prioridad baja",
            "medium": "prioridad normal",
            "high": "prioridad alta",
            "critical": "prioridad crítica",
        },
    ),
    "de": Changing(
        changed='"{title}" ist geändert: {what}.',
        completed='"{title}" ist erledigt.',
        cancelled='"{title}" ist gestrichen.',
        unchanged='"{title}" bleibt, wie es ist.',
        undone='Die Änderung von "{title}" ist zurückgenommen.',
        already='Das war schon geschehen: "{title}".',
        expired='Meine Frage zu "{title}" ist abgelaufen. Bitte noch einmal schreiben.',
        replaced="Der Code {code} gilt nicht mehr.",
        closed='"{title}" ist nicht mehr offen.',
        propose='Soll ich "{title}" ändern: {what}? Antwort JA oder NEIN (Code {code}).',
        propose_completed='Ist "{title}" erledigt? Antwort JA oder NEIN (Code {code}).',
        propose_cancelled='Soll ich "{title}" streichen? Antwort JA oder NEIN (Code {code}).',
        which="Welche Aufgabe ist gemeint? Antwort mit dem Code, etwa {code}, oder NEIN:",
        unknown='Ich finde keine offene Aufgabe "{named}". STATUS zeigt, was offen ist.',
        undo_offer="Mit RÜCKGÄNGIG {code} wird das binnen {minutes} Minuten zurückgenommen.",
        past='{when} ist schon vorbei. Für welchen Tag ist "{title}"? Antwort mit dem Tag, oder '
        "NEIN.",
        conflict='Ist für "{title}" {options} gemeint? Antwort mit dem Tag, oder NEIN.',
        no_deadline="ohne Termin",
        renamed='heißt jetzt "{title}"',
        assigned="{name} zugewiesen",
        unassigned="niemandem zugewiesen",
        priorities={
            "low": "niedrige Priorität",
            "medium": "normale Priorität",
            "high": "hohe Priorität",
            "critical": "kritische Priorität",
        },
    ),
    "fr": Changing(
        changed='"{title}" est modifiée : {what}.',
        completed='"{title}" est faite.',
        cancelled='"{title}" est annulée.',
        unchanged='"{title}" reste comme elle est.',
        undone='Le changement de "{title}" est retiré.',
        already='C\'était déjà fait : "{title}".',
        expired='Ma question sur "{title}" a expiré. Écrivez de nouveau ce qui doit changer.',
        replaced="Le code {code} ne compte plus.",
        closed='"{title}" n\'est plus ouverte.',
        propose='Dois-je modifier "{title}" : {what} ? Répondez OUI ou NON (code {code}).',
        propose_completed='"{title}" est-elle faite ? Répondez OUI ou NON (code {code}).',
        propose_cancelled='Dois-je annuler la tâche "{title}" ? Répondez OUI ou NON (code {code}).',
        which="De quelle tâche parlez-vous ? Répondez avec son code, comme {code}, ou NON :",
        unknown='Je ne trouve aucune tâche ouverte "{named}". STATUT montre ce qui est ouvert.',
        undo_offer="Répondez DEFAIRE {code} sous {minutes} minutes pour retirer cela.",
        past='{when} est déjà passé. Pour quel jour est "{title}" ? Répondez avec le jour, ou NON.',
        conflict='Pour "{title}", voulez-vous dire {options} ? Répondez avec le jour, ou NON.',
        no_deadline="sans échéance",
        renamed='s\'appelle maintenant "{title}"',
        assigned="confiée à {name}",
        unassigned="confiée à personne",
        priorities={
            "low": "priorité basse",
            "medium": "priorité normale",
            "high": "priorité haute",
            "critical": "priorité critique",
        },
    ),
}
