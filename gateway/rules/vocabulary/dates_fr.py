"""What French words for days and times signal; accents are folded away."""

from gateway.rules.vocabulary.lexicon import Lexicon, numbered, phrases
from gateway.rules.vocabulary.units import (
    AFTERNOON,
    DAY,
    EVENING,
    HOUR,
    MINUTE,
    MONTH,
    MORNING,
    NIGHT,
    QUARTER,
    WEEK,
    YEAR,
)

FRENCH = Lexicon(
    {
        "day": [
            *phrases("aujourd hui, aujourdhui, auj", 0),
            *phrases("demain", 1),
            *phrases("apres demain", 2),
        ],
        "night": phrases("ce soir, cette nuit", 0),
        "past": phrases(
            """
    hier, avant hier, hier soir, hier matin, la semaine derniere, le mois dernier, l annee
    derniere, semaine derniere, la nuit derniere
    """
        ),
        "weekday": numbered(
            ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
        ),
        "month": numbered(
            [
                "janvier, janv",
                "fevrier, fevr",
                "mars",
                "avril, avr",
                "mai",
                "juin",
                "juillet, juil",
                "aout",
                "septembre, sept",
                "octobre, oct",
                "novembre, nov",
                "decembre, dec",
            ],
            1,
        ),
        "number": [
            *numbered(
                [
                    "un, une",
                    "deux",
                    "trois",
                    "quatre",
                    "cinq",
                    "six",
                    "sept",
                    "huit",
                    "neuf",
                    "dix",
                    "onze",
                    "douze",
                ],
                1,
            ),
            *phrases("quinze", 15),
            *phrases("vingt", 20),
            *phrases("trente", 30),
        ],
        "half": phrases("une demi, demi"),
        "unit": [
            *phrases("minute, minutes, min, mn", MINUTE),
            *phrases("heure, heures", HOUR),
            *phrases("jour, jours", DAY),
            *phrases("semaine, semaines", WEEK),
            *phrases("mois", MONTH),
            *phrases("trimestre", QUARTER),
            *phrases("an, ans, annee, annees", YEAR),
        ],
        "weekend": phrases("week end, weekend"),
        "next": [
            *phrases("prochain, prochaine"),
            *phrases("la semaine prochaine, semaine prochaine, de la semaine prochaine", WEEK),
        ],
        "next-month": phrases("le mois prochain, mois prochain, du mois prochain"),
        "coming": phrases("ce, cette, cet, qui vient, ce prochain"),
        "last": phrases("dernier, derniere, passe"),
        "ago-before": phrases("il y a"),
        "within": phrases("dans, d ici, sous, dans les, en moins de, dans environ"),
        "end": phrases(
            """
    fin de, fin du, la fin de, la fin du, fin de la, la fin de la, fin de l, la fin de l, fin,
    fin de cette
    """
        ),
        "close": [
            *phrases(
                "fin de journee, la fin de journee, fin de la journee, la fin de la journee", 23, 59
            ),
        ],
        "part": [
            *phrases("matin, ce matin, dans la matinee, le matin, matinee, en matinee", MORNING),
            *phrases(
                "apres midi, cet apres midi, dans l apres midi, l apres midi, cette apres midi",
                AFTERNOON,
            ),
            *phrases("soir, le soir, dans la soiree, en soiree", EVENING),
            *phrases("nuit", NIGHT),
        ],
        "fixed": [*phrases("midi", 12, 0), *phrases("minuit", 23, 59)],
        "am": phrases("du matin"),
        "pm": phrases("de l apres midi, du soir"),
        "at": phrases("a, vers, avant, pour, jusqu a, des, apres"),
        "oclock": phrases("heures, heure, h"),
        "past-hour-after": [
            *phrases("et demie", 30),
            *phrases("et quart", 15),
            *phrases("moins le quart", -15),
        ],
        "of": phrases("de, du"),
        "the": phrases("le, avant le, pour le, jusqu au, d ici le, au, du, des le"),
        "link": phrases("a, vers, le, pour, avant, de, la, au, avant le, du, pour le, d ici"),
        "skip": phrases(
            """
    tous les jours, chaque mois, chaque jour, chaque semaine, toute la journee, un jour, bonne
    journee, bonne soiree, bonne nuit, bon week end, bon apres midi, 24 7, mise a jour, a jour
    """
        ),
        "follow": phrases("s, merci, et, ou, pour, avec, si, car, mais, a, de, que, svp"),
    }
)
