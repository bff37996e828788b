"""What Spanish words for days and times signal; accents are folded away."""

from gateway.rules.vocabulary.lexicon import Lexicon, numbered, phrases
from gateway.rules.vocabulary.units import (
    AFTERNOON,
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    MORNING,
    NIGHT,
    QUARTER,
    WEEK,
    YEAR,
)

SPANISH = Lexicon(
    {
        "day": [
            *phrases("hoy", 0),
            *phrases("manana", 1),
            *phrases("pasado manana", 2),
        ],
        "night": phrases("esta noche, hoy por la noche", 0),
        "past": phrases(
            """
    ayer, anoche, anteayer, la semana pasada, el mes pasado, el ano pasado, semana pasada, ayer
    por la tarde, ayer por la manana
    """
        ),
        "weekday": numbered(
            [
                "lunes, lun",
                "martes",
                "miercoles, mie",
                "jueves, jue",
                "viernes, vie",
                "sabado, sab",
                "domingo, dom",
            ]
        ),
        "month": numbered(
            [
                "enero, ene",
                "febrero, feb",
                "marzo",
                "abril, abr",
                "mayo",
                "junio, jun",
                "julio, jul",
                "agosto, ago",
                "septiembre, setiembre, sep, sept",
                "octubre, oct",
                "noviembre, nov",
                "diciembre, dic",
            ],
            1,
        ),
        "number": [
            *numbered(
                [
                    "un, una, uno",
                    "dos, un par de",
                    "tres",
                    "cuatro",
                    "cinco",
                    "seis",
                    "siete",
                    "ocho",
                    "nueve",
                    "diez",
                    "once",
                    "doce",
                ],
                1,
            ),
            *phrases("quince", 15),
            *phrases("veinte", 20),
            *phrases("treinta", 30),
        ],
        "half": phrases("media"),
        "unit": [
            *phrases("minuto, minutos, min", MINUTE),
            *phrases("hora, horas", HOUR),
            *phrases("dia, dias", DAY),
            *phrases("semana, semanas", WEEK),
            *phrases("mes, meses", MONTH),
            *phrases("trimestre", QUARTER),
            *phrases("ano, anos", YEAR),
        ],
        "weekend": phrases("fin de semana, finde"),
        "next": phrases(
            """
    de la semana que viene, de la proxima semana, la semana que viene, la proxima semana, semana
    que viene, proxima semana
    """,
            WEEK,
        ),
        "next-month": phrases("el mes que viene, el proximo mes, proximo mes, mes que viene"),
        "coming": phrases("proximo, este, esta, proxima, el proximo, que viene"),
        "last": phrases("pasado, ultimo"),
        "ago": phrases("atras"),
        "ago-before": phrases("hace"),
        "within": phrases("en, dentro de, en menos de, en unos, en los proximos, en las proximas"),
        "end": phrases(
            """
    fin de, final de, finales de, fin del, final del, fin de la, final de la, a fin de, a
    finales de, a final de, fin de este, final de este, fin de esta, final de esta
    """
        ),
        "close": [
            *phrases("fin del dia, final del dia, al final del dia, ultima hora", 23, 59),
            *phrases("fin de la jornada, final de la jornada", 17, 0),
        ],
        "part": [
            *phrases("por la manana, esta manana, en la manana, a primera hora, temprano", MORNING),
            *phrases("por la tarde, esta tarde, en la tarde, tarde", AFTERNOON),
            *phrases("por la noche, en la noche", NIGHT),
        ],
        "fixed": [
            *phrases("mediodia, al mediodia, a mediodia", 12, 0),
            *phrases("medianoche", 23, 59),
        ],
        "am": phrases("am, a m, de la manana"),
        "pm": phrases("pm, p m, de la tarde, de la noche"),
        "at": phrases("a las, a la, las, antes de las, hasta las, sobre las, desde las"),
        "oclock": phrases("h, hs, hrs, horas, en punto"),
        "past-hour-after": [
            *phrases("y media", 30),
            *phrases("y cuarto", 15),
            *phrases("menos cuarto", -15),
        ],
        "of": phrases("de, del"),
        "the": phrases("el, el dia, dia, antes del, para el, hasta el, al, del, antes del dia"),
        "link": phrases(
            """
    a las, a la, a, el, al, para, antes de, antes del, antes de las, de, por, la, sobre las
    """
        ),
        "skip": phrases(
            """
    buenas tardes, buenas noches, buenos dias, buen dia, cada mes, cada dia, cada semana, todos
    los dias, todo el dia, llego tarde, voy tarde, mas tarde, llegar tarde, muy tarde, es tarde,
    24 7
    """
        ),
        "follow": phrases("por, y, o, para, con, si, gracias, porque, pero, a, de, que, favor"),
    }
)
