"""French answers."""

from typing import Final

from gateway.rules.phrases.wording import Tone, Wording

_PROFESSIONAL: Final = Tone(
    created='J\'ai créé la tâche "{title}"{due}.',
    created_many="J'ai créé {count} tâches :",
    not_created=(
        'J\'ai noté "{title}"{due}. Sur ce canal, les tâches ne sont pas créées automatiquement.'
    ),
    listed="Tâches ouvertes : {count}",
    nothing_listed="Aucune tâche n'est ouverte dans cette conversation.",
    nothing_due="Rien n'est prévu pour le {when}.",
    question=(
        "J'ai noté votre question pour l'équipe. "
        "Je ne peux pas y répondre moi-même, car aucun modèle d'IA n'est connecté."
    ),
    news="Merci, c'est noté.",
    unsure="C'est noté. S'il s'agit d'une tâche, écrivez \"tâche :\" devant et je la créerai.",
    agreed="Entendu, merci.",
    greeting="Bonjour{who}. Écrivez ce qu'il y a à faire et je tiens la liste.",
    thanks="Je vous en prie{name}.",
    attachment="J'ai bien reçu votre fichier. Que faut-il en faire ?",
    empty="Votre message est arrivé sans texte. Que faut-il faire ?",
)
_FRIENDLY: Final = Tone(
    created='C\'est noté{name} ! "{title}" est sur la liste{due}.',
    created_many="C'est noté{name} ! {count} nouvelles tâches sur la liste :",
    not_created='Merci{name}, j\'ai noté "{title}"{due}. Ici, je ne crée pas de tâches moi-même.',
    listed="Voici ce qui est ouvert ({count}) :",
    nothing_listed="Tout est à jour{name}, rien n'est ouvert !",
    nothing_due="Rien de prévu pour le {when} !",
    question=(
        "Bonne question{name} ! Je l'ai notée pour l'équipe. "
        "Je ne peux pas y répondre : aucun modèle d'IA n'est connecté."
    ),
    news="Merci pour l'info{name} !",
    unsure="C'est noté{name} ! Si c'est une tâche, écris \"tâche :\" devant.",
    agreed="Super, merci{name} !",
    greeting="Bonjour{who} ! Dis-moi ce qu'il y a à faire, je garde tout en vue.",
    thanks="Avec plaisir{name} !",
    attachment="Merci{name}, ton fichier est arrivé ! Que faut-il en faire ?",
    empty="Bonjour{who}, ton message est arrivé sans texte. Que puis-je faire ?",
)
_CONCISE: Final = Tone(
    created='Tâche : "{title}"{due}.',
    created_many="{count} tâches :",
    not_created='Noté : "{title}"{due}. Pas de tâche créée (désactivé ici).',
    listed="Ouvertes : {count}",
    nothing_listed="Aucune tâche ouverte.",
    nothing_due="Rien pour le {when}.",
    question="Question notée pour l'équipe. Sans modèle d'IA, je ne peux pas répondre.",
    news="Noté.",
    unsure='Noté. Commencez par "tâche :" pour créer une tâche.',
    agreed="OK.",
    greeting="Bonjour. Que faut-il faire ?",
    thanks="De rien.",
    attachment="Fichier reçu. Que faut-il en faire ?",
    empty="Aucun texte reçu. Que faut-il faire ?",
)

WORDING: Final = Wording(
    professional=_PROFESSIONAL,
    friendly=_FRIENDLY,
    concise=_CONCISE,
    weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    months=(
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
        "déc.",
    ),
    day="{weekday} {day} {month}",
    day_with_year="{weekday} {day} {month} {year}",
    with_time="{day} à {time}",
    twelve_hours=False,
    due=", pour le {when}",
    more="et {count} de plus",
    summary="Conversation avec {who}.",
    open_tasks="Tâches ouvertes : {tasks}.",
    no_open_tasks="Aucune tâche ouverte.",
    asked_for='Tâche : "{text}"{due}',
    asked='Question : "{text}"',
    reported='Nouvelle : "{text}"',
    answered='Réponse : "{text}"',
    sent_nothing="Message sans texte",
    sent_media="Fichier reçu",
)  # fmt: skip
