"""How people say that a task is to change: whole messages, folded, with places for what they name.

`{t}` is a task, `{d}` a date, `{p}` a priority, `{n}` a person, `{x}` a new title. `{T}` takes as
many words as it can, `{N}` a single one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gateway.rules.vocabulary.lexicon import words

Deed = Literal["change", "complete", "cancel"]
Strength = Literal["plain", "task", "ask"]
"""`task`: only where the word "task" stands there; `ask`: where it does not, the person is asked.
"""


@dataclass(frozen=True, slots=True)
class Saying:
    """Patterns of one kind; a `statement` is no wish when it ends with a question mark."""

    deed: Deed
    patterns: str
    strength: Strength = "plain"
    statement: bool = False


SAYINGS: Final[Mapping[str, tuple[Saying, ...]]] = {
    "en": (
        Saying(
            "change",
            """
    (move|push|shift|reschedule|postpone|delay|bring forward|push back|move up|put off|change|set) \
{t}( back| forward| out| up)? (to|until|till|for|on|by) {d}
    (change|set|move|update|extend|push)( back)? (the )?(deadline|due date|date) (of|for|on) {t} \
(to|until|as) {d}
    make {t}( due)?( for| on| by| to)? {d}( instead)?
    {t} (on|by|to|for) {d} instead
    make {t}( a)? {p}
    (set|change|raise|lower) (the )?priority (of|for) {t} to {p}
    (mark|flag|set|change) {t} (as|to) {p}
    (rename|retitle) {t} (to|as|into) {x}
    change (the )?(title|name) (of|for) {t} (to|into) {x}
    (assign|reassign|delegate) {t} to {n}
    (hand|turn) {t} (over )?to {n}
    put {n} on {t}
    make {n} responsible for {t}
    """,
        ),
        Saying("change", "(give|pass) {t} to {n}", "task"),
        Saying(
            "change",
            """
    {t} (is|are|should be|needs to be|must be)( now| only)? due( on| by)? {d}( instead| now)?
    {t} can wait (until|till) {d}
    {t} (is|are|has become)( now| really)? {p}( now)?
    {n} (takes over|is taking over|will take over|takes care of|is responsible for) {t}
    """,
            statement=True,
        ),
        Saying(
            "complete",
            """
    (done|finished) with {t}
    (i am |im |we are |were )?(done|finished) with {t}
    (i |we )?(have |ive |weve )?(just |already )?(finished|completed) {t}
    (ive|weve|i have|we have) (just |already )?done {t}
    {t} (is|are|has been|have been|was)( all| already| now)? (done|finished|completed|complete|\
taken care of|sorted|sorted out)( now| already)?
    {t} done
    its( all| already)? (done|finished|completed)( now)?
    (all )?done( now)?
    """,
            statement=True,
        ),
        Saying(
            "complete",
            """
    (mark|set) {t} (as )?(done|complete|completed|finished)
    (tick|check|cross) {t} off
    (tick|check|cross) off {t}
    """,
        ),
        Saying("complete", "(complete|close|finish) {t}", "task"),
        Saying("cancel", "(cancel|scrap|call off) {t}", "ask"),
        Saying("cancel", "(drop|delete|remove|skip|forget|forget about|never mind) {t}", "task"),
        Saying(
            "cancel",
            """
    {t} (is|are) (no longer|not) needed( any more| anymore)?
    (i|we) (dont|do not|no longer) need {t}( any more| anymore| after all)?
    """,
            "ask",
            statement=True,
        ),
    ),
    "de": (
        Saying(
            "change",
            """
    (verschieb|verschiebe|verschieben|verleg|verlege|setz|setze|leg|lege|mach|mache) {t} \
(auf|bis|zum|fur|nach)( den| zum)? {d}
    {t} (auf|bis|zum|fur|nach)( den| zum)? {d} (verschieben|verlegen|setzen|legen)
    (verschieb|verschiebe|setz|setze|andere|ander) (die |das |den )?(frist|deadline|termin|datum|\
falligkeit) (von|fur|der|des) {t} (auf|bis|zum)( den)? {d}
    (mach|mache|setz|setze|stell|stelle) {t}( auf| als)? {p}
    (markier|markiere|kennzeichne) {t} als {p}
    {t} (als|auf) {p} (markieren|setzen|stellen)
    (setz|setze|ander|andere|stell|stelle) (die )?prioritat (von|der|des|fur) {t} auf {p}
    (benenn|benenne|nenn|nenne) {t} in {x} um
    (benenn|benenne) {t} um in {x}
    {t} in {x} umbenennen
    {t} umbenennen in {x}
    (weis|weise) {T} {N} zu
    (delegier|delegiere|ubergib|ubertrag|ubertrage) {t} an {n}
    {t} an {n} (ubergeben|ubertragen|delegieren)
    {T} {N} zuweisen
    """,
        ),
        Saying("change", "(gib|gebt|geben) {t} an {n}", "task"),
        Saying(
            "change",
            """
    {t} (ist|sind)( erst| jetzt| nun)?( bis| am| zum)?( zum)? {d} fallig
    {t} (ist|sind)( erst| jetzt| nun)? fallig( am| bis| zum)? {d}
    {t} (hat|haben) (noch )?zeit bis( zum)? {d}
    {t} kann (noch )?bis( zum)? {d} warten
    {t} (ist|sind|wird)( jetzt| nun)? {p}
    {n} (ubernimmt|kummert sich um|ist zustandig fur) {t}
    """,
            statement=True,
        ),
        Saying(
            "complete",
            """
    {t} (ist|sind|ware)( jetzt| schon| nun| bereits)? (erledigt|fertig|abgeschlossen|gemacht)
    {t} (erledigt|fertig|abgeschlossen)
    (ich bin |bin |wir sind )?mit {t} (fertig|durch)
    fertig mit {t}
    (ich |wir )?(habe|haben|hab) {t} (erledigt|fertiggestellt|abgeschlossen)
    (ist )?(erledigt|fertig)
    """,
            statement=True,
        ),
        Saying(
            "complete",
            """
    (markier|markiere|setz|setze) {t} (als|auf) (erledigt|fertig|abgeschlossen)
    {t} (als|auf) (erledigt|fertig|abgeschlossen) (markieren|setzen)
    (hak|hake) {t} ab
    {t} abhaken
    """,
        ),
        Saying("cancel", "(storniere|stornier|streich|streiche) {t}", "ask"),
        Saying("cancel", "{t} (stornieren|streichen)", "ask"),
        Saying("cancel", "(losch|losche|verwirf|vergiss|entferne) {t}", "task"),
        Saying("cancel", "{t} (loschen|verwerfen|absagen|abbrechen)", "task"),
        Saying(
            "cancel",
            """
    {t} (ist|sind|wird|werden) nicht mehr (notig|gebraucht|erforderlich)
    (ich brauche|wir brauchen|brauche|brauchen) {t} nicht mehr
    {t} (brauche ich|brauchen wir|brauche|brauchen) nicht mehr
    """,
            "ask",
            statement=True,
        ),
    ),
    "es": (
        Saying(
            "change",
            """
    (mueve|mueva|mover|cambia|cambie|cambiar|pasa|pase|pasar|pospon|posponga|posponer|aplaza|\
aplace|aplazar|retrasa|retrase|retrasar|adelanta|adelante|adelantar|pon|ponga|poner) {t} \
(al|a la|a|para el|para la|para|hasta el|hasta)( el| la)? {d}
    (mueve|cambia|pasa|pospon|aplaza|pon|deja|haz)(lo|la) (al|a la|a|para el|para la|para|hasta el|\
hasta)( el| la)? {d}
    (cambia|cambie|cambiar|mueve|pon) la (fecha|fecha limite) de(l)? {t} (al|a|para)( el)? {d}
    (haz|pon|marca|marque|marcar|poner) {t}( como| en)?( muy)? {p}
    (haz|pon|marca)(lo|la)( como| en)?( muy)? {p}
    (cambia|cambie|cambiar|pon|sube|baja) la prioridad de(l)? {t} a {p}
    (renombra|renombre|renombrar) {t} (a|como|por) {x}
    (cambia|cambie|cambiar) el (nombre|titulo) de(l)? {t} (a|por) {x}
    (asigna|asigne|asignar|reasigna|reasignar|delega|delegar|encarga) {t} a {n}
    (asignalo|asignala|asignaselo|asignasela|delegalo|delegala) a {n}
    """,
        ),
        Saying("change", "(pasa|da|dale) {t} a {n}", "task"),
        Saying(
            "change",
            """
    {t} (es|vence|queda)( ahora)?( para)?( el| la)? {d}
    {t} (es|esta)( ahora)?( muy)? {p}
    {n} se (encarga|ocupa|encargara|ocupara) de(l)? {t}
    """,
            statement=True,
        ),
        Saying(
            "complete",
            """
    {t}( ya)? (esta|estan|queda)( ya)? (hecho|hecha|listo|lista|terminado|terminada|acabado|\
acabada|completado|completada)
    {t} (hecho|hecha|terminado|terminada)
    (ya )?(termine|he terminado|hemos terminado|acabe|he acabado|he completado)( con)? {t}
    (ya )?(esta )?(hecho|hecha|terminado|terminada)
    """,
            statement=True,
        ),
        Saying(
            "complete",
            """
    (marca|marque|marcar|pon) {t} como (hecho|hecha|terminado|terminada|completado|completada)
    (marca|pon)(lo|la) como (hecho|hecha|terminado|terminada|completado|completada)
    """,
        ),
        Saying("cancel", "(cancela|cancele|cancelar|anula|anule|anular) {t}", "ask"),
        Saying("cancel", "(borra|borrar|elimina|eliminar|quita|quitar|olvida) {t}", "task"),
        Saying(
            "cancel",
            """
    {t} ya no (es necesario|es necesaria|hace falta|se necesita)
    ya no (necesito|necesitamos|hace falta) {t}
    """,
            "ask",
            statement=True,
        ),
    ),
    "fr": (
        Saying(
            "change",
            """
    (deplace|deplacez|deplacer|reporte|reportez|reporter|decale|decalez|decaler|repousse|\
repoussez|repousser|mets|mettez|mettre|passe|passez|passer|avance|avancez|avancer) {t} \
(a|au|pour|jusqu au|jusqu a)( le| la)? {d}
    (change|changez|changer|mets|reporte) (la date|l echeance) (de|du|de la|de l|des) {t} \
(a|au|pour)( le)? {d}
    (mets|mettez|rends|rendez|marque|marquez|marquer|passe|passez) {t}( en| comme)?( tres)? {p}
    (change|changez|changer|mets|mettez) la priorite (de|du|de la|de l) {t} (a|en) {p}
    (renomme|renommez|renommer) {t} (en|comme) {x}
    (change|changez|changer) le (nom|titre) (de|du|de la|de l) {t} en {x}
    (assigne|assignez|assigner|attribue|attribuez|attribuer|confie|confiez|confier|delegue|\
deleguez|deleguer) {t} a {n}
    """,
        ),
        Saying("change", "(donne|donnez|passe) {t} a {n}", "task"),
        Saying(
            "change",
            """
    {t} (est|sont|sera)( maintenant)? (pour|due|du)( le)? {d}
    {t} (est|devient)( maintenant)?( tres)? {p}
    {n} (s occupe|se charge) (de|du|de la|de l) {t}
    """,
            statement=True,
        ),
        Saying(
            "complete",
            """
    {t} (est|sont)( deja| maintenant)? (fait|faite|fini|finie|termine|terminee|acheve|achevee)
    (j ai|nous avons|on a) (fini|termine|acheve)( avec)? {t}
    (fini|termine) avec {t}
    {t} (fait|faite|fini|finie|termine|terminee)
    (c est )?(fait|fini|termine)
    """,
            statement=True,
        ),
        Saying(
            "complete",
            "(marque|marquez|marquer) {t} comme (fait|faite|fini|finie|termine|terminee)",
        ),
        Saying("cancel", "(annule|annulez|annuler) {t}", "ask"),
        Saying(
            "cancel", "(supprime|supprimez|supprimer|efface|effacez|oublie|oubliez) {t}", "task"
        ),
        Saying(
            "cancel",
            """
    {t} n est plus (necessaire|utile)
    (je n ai|nous n avons|on n a) plus besoin (de|du|de la|de l) {t}
    """,
            "ask",
            statement=True,
        ),
    ),
}

ENDED: Final[Mapping[str, str]] = {
    "en": "done, all done, just done, already done, its done, this is done, thats done,"
    " that is done, this one is done, done with, finished, just finished, completed, task done,"
    " task completed, im done with",
    "de": "erledigt, fertig, abgeschlossen, schon erledigt, bereits erledigt, ist erledigt,"
    " ist fertig, das ist erledigt, aufgabe erledigt, gemacht, fertig mit",
    "es": "hecho, hecha, ya hecho, ya esta hecho, ya esta, listo, lista, terminado, terminada,"
    " completado, completada, tarea hecha, tarea terminada, acabado",
    "fr": "fait, c est fait, deja fait, fini, c est fini, termine, terminee, c est termine,"
    " acheve, tache faite, tache terminee",
}
"""What says before a colon or a dash that the task behind it is done."""

LEADS: Final = (
    "please, pls, hi, hello, hey, ok, okay, also, and, so, now, actually, sorry, no, yes, thanks,"
    " just, kindly, then, can you, could you, would you, will you, can we, could we, lets, let us,"
    " i want to, i want you to, i would like to, id like to, i would like you to, we need to,"
    " you can, please can you,"
    " bitte, hallo, also, und, dann, jetzt, nein, ja, kannst du, kannst du bitte, konnten sie,"
    " konntest du, konnen sie, wir sollten, ich mochte, ich wurde gern, wir mussen, wir wollen,"
    " por favor, hola, y, ahora, si, puedes, puede, podrias, podria, podemos, quiero, quisiera,"
    " hay que, me gustaria,"
    " s il te plait, s il vous plait, stp, svp, bonjour, et, maintenant, non, oui, peux tu,"
    " pouvez vous, tu peux, vous pouvez, pourrais tu, pourriez vous, je veux, je voudrais, il faut,"
    " on peut"
)
"""What may stand before a wish without changing it."""
TRAILS: Final = (
    "please, pls, thanks, thank you, thx, for me, ok, okay, instead, bitte, danke, por favor,"
    " gracias, s il te plait, s il vous plait, stp, svp, merci"
)
"""What may stand behind it."""

MIDDLES: Final = words("please pls bitte mal doch")
"""What may stand anywhere in it."""

PRIORITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "critical": ("critical", "kritisch", "critico", "critica", "critique", "top priority"),
    "high": (
        "high priority", "high", "very urgent", "super urgent", "urgent", "important",
        "sehr dringend", "dringend", "eilig", "wichtig", "hohe prioritat", "hoch",
        "urgente", "importante", "alta prioridad", "prioridad alta", "alta",
        "prioritaire", "importante", "haute priorite", "priorite haute", "haute",
    ),
    "low": (
        "low priority", "low", "not urgent", "less urgent", "not so urgent", "not important",
        "nicht dringend", "nicht so dringend", "weniger dringend", "nicht eilig", "unwichtig",
        "niedrige prioritat", "niedrig",
        "no urgente", "menos urgente", "baja prioridad", "prioridad baja", "baja",
        "pas urgent", "pas urgente", "moins urgent", "moins urgente", "basse priorite",
        "priorite basse", "basse",
    ),
    "medium": (
        "medium priority", "medium", "normal priority", "normal", "normale prioritat", "mittel",
        "prioridad normal", "prioridad media", "media", "priorite normale", "normale", "moyenne",
    ),
}  # fmt: skip

TASK_WORDS: Final = words("task tasks todo item aufgabe tarea tache")
"""What says outright that a task is meant."""
POINTING: Final = words(
    """
    it this that these those them one das es diese dieser dieses diesen sie ihn lo la esto eso esta
    este ella le les ca cela celle ceci elle il
    """
)
"""What names a task only by pointing at it."""
AROUND_A_TASK: Final = words(
    """
    the a an my our your about of for to with on in and called named number no again
    der die das den dem des ein eine einen mein meine meinen unser unsere mit von vom fur zu zur zum
    an auf uber namens nummer
    el los las un una mi mis nuestro nuestra de del con para sobre a al numero llamada
    le la les l un une mon ma mes notre nos du des d au aux avec pour sur a numero appelee
    """
)
"""Small words that tell no task from another."""
TELLS_NOTHING: Final = words(
    """
    to of on for by the a an is are was were been be being in up out back now all its i im am we
    have has ive not no as any with until till at from more so and should needs must can will
    das den der die auf bis zum fur von an in als nach ist sind ich wir mit um noch hat haben habe
    al la a para el hasta lo como en de del con por se ya muy este
    au le du des d l n en avec jusqu on j c s ai deja nous sont
    """
)
"""Words of the patterns above that stand in any message."""
