"""What the gateway itself says about proposals, dates and what it cannot read, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Sentences that are the same in every tone: a person has to know exactly what counts."""

    propose: str
    propose_many: str
    undo_offer: str
    created: str
    cancelled: str
    undone: str
    already: str
    was_cancelled: str
    expired: str
    replaced: str
    unknown: str
    which: str
    by_code: str
    nothing_to_undo: str
    undo_over: str
    past: str
    conflict: str
    waiting: str
    finished: str
    failed: str
    help: str
    acknowledged: str
    too_long: str
    only_quotes: str
    unknown_script: str
    known: str
    nothing_known: str
    how_to_forget: str
    forgot: str
    forgot_all: str
    no_file: str


ASKING: Final[Mapping[str, Asking]] = {
    "en": Asking(
        propose='Shall I create the task "{title}"{due}? Reply YES or NO (code {code}).',
        propose_many="Shall I create these tasks? Reply YES or NO with the code of each:",
        undo_offer='Reply UNDO {code} within {minutes} minutes to take "{title}" back.',
        created='The task "{title}" is created{due}.',
        cancelled='"{title}" will not be created.',
        undone='The task "{title}" is taken back.',
        already='"{title}" was already created.',
        was_cancelled='"{title}" was cancelled before. Write it again to make it a task.',
        expired='My question about "{title}" has expired. Write it again to make it a task.',
        replaced='The code {code} no longer counts: "{title}" was changed.',
        unknown="I have no question with the code {code}.",
        which="Which one do you mean? Reply with its code, such as YES {code}:",
        by_code="Who wrote this is not certain, so please reply with the code: YES {code}.",
        nothing_to_undo="There is nothing that can still be taken back.",
        undo_over='"{title}" can no longer be taken back this way.',
        past=(
            '{when} is already over. For which day is "{title}"? '
            "Reply with the day, or YES {code} for no date."
        ),
        conflict=(
            'For "{title}", do you mean {options}? Reply with the day, or YES {code} for no date.'
        ),
        waiting="Waiting for your YES or NO:",
        finished="Done: {titles}.",
        failed="Not done: {titles}.",
        help=(
            "Write what needs to be done, and by when, and I keep the list. STATUS shows what is "
            "open. When I ask, reply YES or NO; UNDO takes a task back."
        ),
        acknowledged=(
            "Thank you, your message has arrived. I cannot answer it right now, and will as soon "
            "as I can."
        ),
        too_long=(
            "Your message is too long for me to read ({count} characters). Please send what "
            "matters in at most {limit}."
        ),
        only_quotes="I see only quoted text. Please write your message above it.",
        unknown_script=(
            "I have kept your message for the team. I can read English, Spanish, German and French."
        ),
        known="This is what I have noted about you:",
        nothing_known="I have noted nothing about you.",
        how_to_forget="FORGET EVERYTHING erases it.",
        forgot="Forgotten: {names}.",
        forgot_all=(
            "Everything that I had noted about you is erased. The messages themselves stay in the "
            "log."
        ),
        no_file="A file that you sent has not reached me. Please send it again, or describe it.",
    ),
    "es": Asking(
        propose='¿Creo la tarea "{title}"{due}? Responda SI o NO (código {code}).',
        propose_many="¿Creo estas tareas? Responda SI o NO con el código de cada una:",
        undo_offer='Responda DESHACER {code} en {minutes} minutos para retirar "{title}".',
        created='La tarea "{title}" está creada{due}.',
        cancelled='"{title}" no se creará.',
        undone='La tarea "{title}" se ha retirado.',
        already='"{title}" ya estaba creada.',
        was_cancelled='"{title}" se canceló antes. Escríbalo de nuevo para crear la tarea.',
        expired='Mi pregunta sobre "{title}" ha caducado. Escríbalo de nuevo para crear la tarea.',
        replaced='El código {code} ya no vale: "{title}" ha cambiado.',
        unknown="No tengo ninguna pregunta con el código {code}.",
        which="¿A cuál se refiere? Responda con su código, por ejemplo SI {code}:",
        by_code="No es seguro quién lo escribe, así que responda con el código: SI {code}.",
        nothing_to_undo="Ya no hay nada que se pueda retirar.",
        undo_over='"{title}" ya no se puede retirar así.',
        past=(
            '{when} ya ha pasado. ¿Para qué día es "{title}"? '
            "Responda con el día, o SI {code} para dejarlo sin fecha."
        ),
        conflict=(
            'Para "{title}", ¿quiere decir {options}? '
            "Responda con el día, o SI {code} para dejarlo sin fecha."
        ),
        waiting="Esperan su SI o NO:",
        finished="Hecho: {titles}.",
        failed="No hecho: {titles}.",
        help=(
            "Escriba qué hay que hacer y para cuándo, y llevaré la lista. ESTADO muestra lo "
            "pendiente. Cuando pregunte, responda SI o NO; DESHACER retira una tarea."
        ),
        acknowledged=(
            "Gracias, su mensaje ha llegado. Ahora no puedo responder; lo haré en cuanto pueda."
        ),
        too_long=(
            "Su mensaje es demasiado largo ({count} caracteres). Envíe lo esencial en {limit} "
            "como máximo."
        ),
        only_quotes="Solo veo texto citado. Escriba su mensaje encima, por favor.",
        unknown_script=(
            "He guardado su mensaje para el equipo. Sé leer español, inglés, alemán y francés."
        ),
        known="Esto es lo que he anotado sobre usted:",
        nothing_known="No he anotado nada sobre usted.",
        how_to_forget='"Olvida todo" lo borra.',
        forgot="Olvidado: {names}.",
        forgot_all=(
            "He borrado todo lo que había anotado sobre usted. Los mensajes siguen en el registro."
        ),
        no_file=(
            "Un archivo que envió no me ha llegado. Envíelo otra vez o descríbalo, por favor."
        ),
    ),
    "de": Asking(
        propose='Soll ich die Aufgabe "{title}"{due} anlegen? Antwort JA oder NEIN (Code {code}).',
        propose_many="Soll ich diese Aufgaben anlegen? Antwort JA oder NEIN mit dem Code:",
        undo_offer='Mit RÜCKGÄNGIG {code} wird "{title}" binnen {minutes} Minuten zurückgenommen.',
        created='Die Aufgabe "{title}" ist angelegt{due}.',
        cancelled='"{title}" wird nicht angelegt.',
        undone='Die Aufgabe "{title}" ist zurückgenommen.',
        already='"{title}" war schon angelegt.',
        was_cancelled='"{title}" wurde schon abgelehnt. Noch einmal schreiben, um sie anzulegen.',
        expired='Meine Frage zu "{title}" ist abgelaufen. Noch einmal schreiben, um sie anzulegen.',
        replaced='Der Code {code} gilt nicht mehr: "{title}" wurde geändert.',
        unknown="Zum Code {code} habe ich keine Frage.",
        which="Welche ist gemeint? Antwort mit dem Code, etwa JA {code}:",
        by_code="Wer das schrieb, ist nicht sicher: Bitte mit dem Code antworten, JA {code}.",
        nothing_to_undo="Es lässt sich nichts mehr zurücknehmen.",
        undo_over='"{title}" lässt sich so nicht mehr zurücknehmen.',
        past=(
            '{when} ist schon vorbei. Für welchen Tag ist "{title}"? '
            "Antwort mit dem Tag, oder JA {code} für ohne Datum."
        ),
        conflict=(
            'Ist für "{title}" {options} gemeint? '
            "Antwort mit dem Tag, oder JA {code} für ohne Datum."
        ),
        waiting="Diese warten auf JA oder NEIN:",
        finished="Erledigt: {titles}.",
        failed="Nicht erledigt: {titles}.",
        help=(
            "Schreiben Sie, was bis wann zu tun ist, und ich führe die Liste. STATUS zeigt, was "
            "offen ist. Auf meine Fragen genügt JA oder NEIN; RÜCKGÄNGIG nimmt zurück."
        ),
        acknowledged=(
            "Danke, Ihre Nachricht ist angekommen. Gerade kann ich nicht antworten und hole es "
            "nach, sobald es geht."
        ),
        too_long=(
            "Ihre Nachricht ist zu lang ({count} Zeichen). Bitte schicken Sie das Wichtigste in "
            "höchstens {limit}."
        ),
        only_quotes="Ich sehe nur zitierten Text. Bitte schreiben Sie Ihre Nachricht darüber.",
        unknown_script=(
            "Ihre Nachricht liegt für das Team bereit. Ich lese Deutsch, Englisch, Spanisch und "
            "Französisch."
        ),
        known="Das habe ich mir über Sie notiert:",
        nothing_known="Ich habe mir nichts über Sie notiert.",
        how_to_forget="VERGISS ALLES löscht es.",
        forgot="Vergessen: {names}.",
        forgot_all=(
            "Alles, was ich mir über Sie notiert hatte, ist gelöscht. Die Nachrichten selbst "
            "bleiben im Protokoll."
        ),
        no_file=(
            "Eine Datei von Ihnen ist nicht angekommen. "
            "Bitte senden Sie sie noch einmal, oder beschreiben Sie sie."
        ),
    ),
    "fr": Asking(
        propose='Dois-je créer la tâche "{title}"{due} ? Répondez OUI ou NON (code {code}).',
        propose_many="Dois-je créer ces tâches ? Répondez OUI ou NON avec le code :",
        undo_offer='Répondez DEFAIRE {code} sous {minutes} minutes pour retirer "{title}".',
        created='La tâche "{title}" est créée{due}.',
        cancelled='"{title}" ne sera pas créée.',
        undone='La tâche "{title}" est retirée.',
        already='"{title}" était déjà créée.',
        was_cancelled='"{title}" a été annulée. Écrivez-la de nouveau pour la créer.',
        expired='Ma question sur "{title}" a expiré. Écrivez-la de nouveau pour la créer.',
        replaced='Le code {code} ne compte plus : "{title}" a changé.',
        unknown="Je n'ai aucune question avec le code {code}.",
        which="De laquelle parlez-vous ? Répondez avec le code, par exemple OUI {code} :",
        by_code="L'auteur de ce message n'est pas certain : répondez avec le code, OUI {code}.",
        nothing_to_undo="Plus rien ne peut être retiré.",
        undo_over='"{title}" ne peut plus être retirée ainsi.',
        past=(
            '{when} est déjà passé. Pour quel jour est "{title}" ? '
            "Répondez avec le jour, ou OUI {code} pour aucune date."
        ),
        conflict=(
            'Pour "{title}", voulez-vous dire {options} ? '
            "Répondez avec le jour, ou OUI {code} pour aucune date."
        ),
        waiting="En attente de votre OUI ou NON :",
        finished="Fait : {titles}.",
        failed="Pas fait : {titles}.",
        help=(
            "Écrivez ce qu'il y a à faire et pour quand, je tiens la liste. STATUT montre ce qui "
            "est ouvert. Quand je demande, répondez OUI ou NON ; DEFAIRE retire une tâche."
        ),
        acknowledged=(
            "Merci, votre message est arrivé. Je ne peux pas répondre maintenant et le ferai dès "
            "que possible."
        ),
        too_long=(
            "Votre message est trop long ({count} caractères). Envoyez l'essentiel en {limit} au "
            "plus."
        ),
        only_quotes="Je ne vois que du texte cité. Écrivez votre message au-dessus.",
        unknown_script=(
            "J'ai gardé votre message pour l'équipe. Je lis le français, l'anglais, l'espagnol "
            "et l'allemand."
        ),
        known="Voici ce que j'ai noté sur vous :",
        nothing_known="Je n'ai rien noté sur vous.",
        how_to_forget="OUBLIE TOUT l'efface.",
        forgot="Oublié : {names}.",
        forgot_all=(
            "Tout ce que j'avais noté sur vous est effacé. Les messages eux-mêmes restent dans le "
            "journal."
        ),
        no_file=(
            "Un fichier que vous avez envoyé ne m'est pas parvenu. "
            "Merci de le renvoyer ou de le décrire."
        ),
    ),
}
OR: Final[Mapping[str, str]] = {"en": " or ", "es": " o ", "de": " oder ", "fr": " ou "}
