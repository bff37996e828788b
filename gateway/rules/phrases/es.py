"""Spanish answers."""

from typing import Final

from gateway.rules.phrases.wording import Tone, Wording

_PROFESSIONAL: Final = Tone(
    created='He creado la tarea "{title}"{due}.',
    created_many="He creado {count} tareas:",
    not_created='He anotado "{title}"{due}. En este canal no se crean tareas automáticamente.',
    listed="Tareas abiertas: {count}",
    nothing_listed="No hay tareas abiertas en esta conversación.",
    nothing_due="No vence nada el {when}.",
    question=(
        "He anotado su pregunta para el equipo. "
        "No puedo responderla yo, porque no hay ningún modelo de IA conectado."
    ),
    news="Gracias, lo he anotado.",
    unsure='Lo he anotado. Si es una tarea, escriba "tarea:" delante y la crearé.',
    agreed="Entendido, gracias.",
    greeting="Hola{who}. Escriba qué hay que hacer y llevaré la lista.",
    thanks="De nada{name}.",
    attachment="He recibido su archivo. Dígame, por favor, qué hay que hacer con él.",
    empty="Su mensaje ha llegado sin texto. Dígame, por favor, qué hay que hacer.",
)
_FRIENDLY: Final = Tone(
    created='¡Hecho{name}! "{title}" está en la lista{due}.',
    created_many="¡Hecho{name}! {count} tareas nuevas en la lista:",
    not_created='Gracias{name}, he anotado "{title}"{due}. Aquí no creo tareas por mi cuenta.',
    listed="Esto es lo que hay abierto ({count}):",
    nothing_listed="¡Todo al día{name}, no hay nada abierto!",
    nothing_due="¡No vence nada el {when}!",
    question=(
        "¡Buena pregunta{name}! La he guardado para el equipo. "
        "Yo no puedo responderla: no hay ningún modelo de IA conectado."
    ),
    news="¡Gracias por avisar{name}!",
    unsure='¡Anotado{name}! Si es una tarea, empieza con "tarea:" y la pongo en la lista.',
    agreed="¡Genial, gracias{name}!",
    greeting="¡Hola{who}! Dime qué hay que hacer y yo llevo la cuenta.",
    thanks="¡De nada{name}!",
    attachment="¡Gracias{name}, ya tengo tu archivo! ¿Qué hago con él?",
    empty="Hola{who}, tu mensaje ha llegado sin texto. ¿En qué te ayudo?",
)
_CONCISE: Final = Tone(
    created='Tarea: "{title}"{due}.',
    created_many="{count} tareas:",
    not_created='Anotado: "{title}"{due}. Sin tarea (desactivado en este canal).',
    listed="Abiertas: {count}",
    nothing_listed="Sin tareas abiertas.",
    nothing_due="Nada vence el {when}.",
    question="Pregunta anotada para el equipo. Sin modelo de IA conectado no puedo responder.",
    news="Anotado.",
    unsure='Anotado. Empiece con "tarea:" para crear una tarea.',
    agreed="De acuerdo.",
    greeting="Hola. ¿Qué hay que hacer?",
    thanks="De nada.",
    attachment="Archivo recibido. ¿Qué hay que hacer con él?",
    empty="Mensaje sin texto. ¿Qué hay que hacer?",
)

WORDING: Final = Wording(
    professional=_PROFESSIONAL,
    friendly=_FRIENDLY,
    concise=_CONCISE,
    weekdays=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    months=(
        "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic",
    ),
    day="{weekday} {day} {month}",
    day_with_year="{weekday} {day} {month} {year}",
    with_time="{day}, {time}",
    twelve_hours=False,
    due=", para el {when}",
    more="y {count} más",
    summary="Conversación con {who}.",
    open_tasks="Tareas abiertas: {tasks}.",
    no_open_tasks="Sin tareas abiertas.",
    asked_for='Tarea: "{text}"{due}',
    asked='Pregunta: "{text}"',
    reported='Novedad: "{text}"',
    answered='Respuesta: "{text}"',
    sent_nothing="Mensaje sin texto",
    sent_media="Archivo recibido",
)  # fmt: skip
