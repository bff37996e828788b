"""What is said back to a word on consent, in each language: who writes, and the way back."""

from typing import Final

STOPPED: Final = {
    "en": "You will get no more messages from {name}. Reply START to get them again.",
    "es": "No recibirá más mensajes de {name}. Responda START para recibirlos de nuevo.",
    "de": "Sie erhalten keine Nachrichten mehr von {name}. Mit START erhalten Sie sie wieder.",
    "fr": "Vous ne recevrez plus de messages de {name}. Répondez START pour en recevoir à nouveau.",
}
STARTED: Final = {
    "en": "You will get messages from {name} again. Reply STOP to end them, HELP for help.",
    "es": "Recibirá de nuevo mensajes de {name}. Responda STOP para no recibirlos, AYUDA para "
    "obtener ayuda.",
    "de": "Sie erhalten wieder Nachrichten von {name}. Mit STOP enden sie, mit HILFE gibt es "
    "Hilfe.",
    "fr": "Vous recevrez à nouveau des messages de {name}. Répondez STOP pour les arrêter, AIDE "
    "pour obtenir de l'aide.",
}
HELPED: Final = {
    "en": "This is {name}. Reply STOP to get no more messages.",
    "es": "Le escribe {name}. Responda STOP para no recibir más mensajes.",
    "de": "Hier schreibt {name}. Mit STOP erhalten Sie keine Nachrichten mehr.",
    "fr": "C'est {name}. Répondez STOP pour ne plus recevoir de messages.",
}
