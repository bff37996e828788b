"""German answers."""

from typing import Final

from gateway.rules.phrases.wording import Tone, Wording

_PROFESSIONAL: Final = Tone(
    created='Ich habe die Aufgabe "{title}" angelegt{due}.',
    created_many="Ich habe {count} Aufgaben angelegt:",
    not_created=(
        'Ich habe "{title}" notiert{due}. '
        "Auf diesem Kanal werden Aufgaben nicht von selbst angelegt."
    ),
    listed="Offene Aufgaben: {count}",
    nothing_listed="In dieser Unterhaltung ist keine Aufgabe offen.",
    nothing_due="Am {when} ist nichts fällig.",
    question=(
        "Ich habe Ihre Frage für das Team notiert. "
        "Selbst beantworten kann ich sie nicht, denn es ist kein KI-Modell verbunden."
    ),
    news="Danke, das habe ich notiert.",
    unsure='Das habe ich notiert. Ist es eine Aufgabe, schreiben Sie "Aufgabe:" davor.',
    agreed="Verstanden, vielen Dank.",
    greeting="Guten Tag{who}. Schreiben Sie, was zu tun ist, und ich führe die Liste.",
    thanks="Gern geschehen{name}.",
    attachment="Ihre Datei ist angekommen. Bitte schreiben Sie, was damit geschehen soll.",
    empty="Ihre Nachricht kam ohne Text an. Bitte schreiben Sie, was zu tun ist.",
)
_FRIENDLY: Final = Tone(
    created='Alles klar{name}! "{title}" steht auf der Liste{due}.',
    created_many="Alles klar{name}! {count} neue Aufgaben stehen auf der Liste:",
    not_created='Danke{name}, "{title}" ist notiert{due}. Aufgaben lege ich hier nicht selbst an.',
    listed="Das ist noch offen ({count}):",
    nothing_listed="Alles erledigt{name}, nichts ist offen!",
    nothing_due="Am {when} ist nichts fällig!",
    question=(
        "Gute Frage{name}! Ich habe sie für das Team notiert. "
        "Selbst kann ich sie nicht beantworten, denn es ist kein KI-Modell verbunden."
    ),
    news="Danke für die Info{name}!",
    unsure='Notiert{name}! Ist das eine Aufgabe? Dann schreib "Aufgabe:" davor.',
    agreed="Super, danke{name}!",
    greeting="Hallo{who}! Schreib mir, was zu tun ist, und ich behalte es im Blick.",
    thanks="Gern{name}!",
    attachment="Danke{name}, deine Datei ist da! Was soll damit passieren?",
    empty="Hallo{who}, deine Nachricht kam ohne Text an. Was kann ich tun?",
)
_CONCISE: Final = Tone(
    created='Aufgabe: "{title}"{due}.',
    created_many="{count} Aufgaben:",
    not_created='Notiert: "{title}"{due}. Keine Aufgabe angelegt (hier abgeschaltet).',
    listed="Offen: {count}",
    nothing_listed="Keine offenen Aufgaben.",
    nothing_due="Am {when} nichts fällig.",
    question="Frage fürs Team notiert. Ohne KI-Modell kann ich nicht antworten.",
    news="Notiert.",
    unsure='Notiert. Mit "Aufgabe:" davor wird es eine Aufgabe.',
    agreed="OK.",
    greeting="Hallo. Was ist zu tun?",
    thanks="Gern.",
    attachment="Datei erhalten. Was soll damit geschehen?",
    empty="Kein Text angekommen. Was ist zu tun?",
)

WORDING: Final = Wording(
    professional=_PROFESSIONAL,
    friendly=_FRIENDLY,
    concise=_CONCISE,
    weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    months=(
        "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.",
        "Dez.",
    ),
    day="{weekday} {day}. {month}",
    day_with_year="{weekday} {day}. {month} {year}",
    with_time="{day}, {time} Uhr",
    twelve_hours=False,
    due=", fällig {when}",
    more="und {count} weitere",
    summary="Unterhaltung mit {who}.",
    open_tasks="Offene Aufgaben: {tasks}.",
    no_open_tasks="Keine offenen Aufgaben.",
    asked_for='Aufgabe: "{text}"{due}',
    asked='Frage: "{text}"',
    reported='Neuigkeit: "{text}"',
    answered='Antwort: "{text}"',
    sent_nothing="Nachricht ohne Text",
    sent_media="Datei erhalten",
)  # fmt: skip
