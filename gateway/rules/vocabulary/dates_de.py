"""What German words for days and times signal; accents are folded away."""

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

GERMAN = Lexicon(
    {
        "day": [
            *phrases("heute, heutige, heutigen", 0),
            *phrases("morgen", 1),
            *phrases("ubermorgen, uebermorgen", 2),
        ],
        "night": phrases("heute abend, heute nacht, heut abend", 0),
        "past": phrases(
            """
    gestern, vorgestern, gestern abend, letzte woche, letzten monat, letztes jahr, vorige woche,
    letzte nacht, vergangene woche
    """
        ),
        "weekday": numbered(
            [
                "montag, montags",
                "dienstag, dienstags",
                "mittwoch, mittwochs",
                "donnerstag, donnerstags",
                "freitag, freitags",
                "samstag, sonnabend, samstags",
                "sonntag, sonntags",
            ]
        ),
        "weekday?": numbered(["mo", "di", "mi", "do", "fr", "sa"]),
        "month": numbered(
            [
                "januar, jan, janner",
                "februar, feb",
                "marz, maerz",
                "april, apr",
                "mai",
                "juni, jun",
                "juli, jul",
                "august, aug",
                "september, sep, sept",
                "oktober, okt",
                "november, nov",
                "dezember, dez",
            ],
            1,
        ),
        "number": [
            *numbered(
                [
                    "ein, eine, einer, einem, einen",
                    "zwei, ein paar",
                    "drei",
                    "vier",
                    "funf, fuenf",
                    "sechs",
                    "sieben",
                    "acht",
                    "neun",
                    "zehn",
                    "elf",
                    "zwolf, zwoelf",
                ],
                1,
            ),
            *phrases("funfzehn", 15),
            *phrases("zwanzig", 20),
            *phrases("dreißig, dreissig", 30),
        ],
        "half": phrases("einer halben, eine halbe"),
        "unit": [
            *phrases("minute, minuten, min", MINUTE),
            *phrases("stunde, stunden, std", HOUR),
            *phrases("tag, tage, tagen", DAY),
            *phrases("woche, wochen", WEEK),
            *phrases("monat, monate, monaten, monats", MONTH),
            *phrases("quartal, quartals", QUARTER),
            *phrases("jahr, jahre, jahren, jahres", YEAR),
        ],
        "weekend": phrases("wochenende"),
        "next": phrases(
            """
    nachste woche, nachster woche, naechste woche, kommende woche, kommender woche, der nachsten
    woche, in der nachsten woche
    """,
            WEEK,
        ),
        "next-month": phrases("nachsten monat, nachster monat, kommenden monat"),
        "coming": phrases(
            """
    nachsten, nachster, nachstem, kommenden, kommender, diesen, diese, dieses, dieser, nachstes,
    kommendes, naechsten
    """
        ),
        "last": phrases("letzten, letzter, vergangenen, vorigen"),
        "ago-before": phrases("vor"),
        "within": phrases(
            "in, innerhalb von, binnen, in den nachsten, innerhalb der nachsten, in etwa"
        ),
        "end": phrases(
            "ende der, ende des, ende dieser, ende dieses, ende, bis ende, wochenschluss"
        ),
        "close": [
            *phrases("tagesende, ende des tages", 23, 59),
            *phrases("feierabend, dienstschluss", 17, 0),
        ],
        "eo": [*phrases("monatsende, ende monat", MONTH), *phrases("jahresende", YEAR)],
        "part": [
            *phrases(
                """
    fruh, vormittag, vormittags, morgens, am morgen, in der fruh, am vormittag, fruhmorgens
    """,
                MORNING,
            ),
            *phrases("nachmittag, nachmittags, am nachmittag", AFTERNOON),
            *phrases("abend, abends, am abend", EVENING),
            *phrases("nacht, nachts", NIGHT),
        ],
        "fixed": [*phrases("mittag, mittags, zu mittag", 12, 0), *phrases("mitternacht", 23, 59)],
        "at": phrases("um, gegen, bis, ab, bis um, nach, so um, auf"),
        "oclock": phrases("uhr"),
        "past-hour": [
            *phrases("halb", -30),
            *phrases("viertel nach", 15),
            *phrases("viertel vor", -15),
        ],
        "of": phrases("der, des"),
        "the": phrases("am, bis zum, zum, den, bis, vor dem, ab dem, bis am, der"),
        "link": phrases("um, am, den, bis, gegen, ab, vor, dem, zum, bis um, auf, spatestens"),
        "skip": phrases(
            """
    guten morgen, guten abend, guten tag, gute nacht, schonen tag, schonen abend, jeden tag,
    jede woche, jeden monat, den ganzen tag, vor ort, morgen zusammen, tag zusammen, vor allem,
    24 7, mai ling, guten mittag
    """
        ),
        "follow": phrases("bitte, und, oder, mit, danke, wenn, weil, aber, fur, an, im, beim, zu"),
    }
)
