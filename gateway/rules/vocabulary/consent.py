"""Whole messages by which a person says whether they may be written to; folded, without spaces."""

from typing import Final

from gateway.plugin.messages import ConsentWord

WORDS: Final[dict[ConsentWord, dict[str, str]]] = {
    "stop": {
        "en": "stop stopall unsubscribe cancel end quit revoke optout",
        "es": "parar alto darmedebaja detener cancelar cancela",
        "de": "stopp abmelden abbestellen",
        "fr": "arret arreter desabonner desinscrire desinscription",
    },
    "start": {
        "en": "start unstop yes",
        "es": "iniciar",
        "de": "anmelden",
        "fr": "commencer",
    },
    "help": {
        "en": "help info",
        "es": "ayuda informacion",
        "de": "hilfe",
        "fr": "aide",
    },
}
ANSWERS: Final = frozenset(("cancel", "cancelar", "cancela", "yes"))
"""Words that answer a question as well: which is meant is told by whether one is open."""
