"""What the words for days and times signal, in four languages; accents are folded away."""

from gateway.rules.vocabulary.lexicon import Lexicon, numbered, phrases

MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR = range(7)
MORNING, AFTERNOON, EVENING, NIGHT = range(4)

ENGLISH = Lexicon(
    {
        "day": [
            *phrases("today, todays, 2day", 0),
            *phrases("tomorrow, tomorrows, tomorow, tommorow, tommorrow, tmrw, tmw, tmr, tmrow", 1),
            *phrases("2moro, 2morrow, tomorro", 1),
            *phrases("day after tomorrow, the day after tomorrow, overmorrow", 2),
        ],
        "night": phrases("tonight, tonights, tonite, 2nite, this evening", 0),
        "past": phrases(
            "yesterday, yesterdays, last night, the other day, last week, last month, last year, "
            "last weekend, last months, last weeks, last years, earlier today, the day before "
            "yesterday, past week, last quarter"
        ),
        "weekday": numbered(
            [
                "monday, mon, mondays",
                "tuesday, tue, tues, tuesdays, teusday, tusday",
                "wednesday, weds, wednesdays, wensday, wednsday, wendesday",
                "thursday, thu, thur, thurs, thursdays, thurday, thrusday",
                "friday, fri, fridays, firday, frday",
                "saturday, saturdays, satuday",
                "sunday, sundays",
            ]
        ),
        "weekday?": [*phrases("wed", 2), *phrases("sat", 5), *phrases("sun", 6)],
        "month": numbered(
            [
                "january, jan",
                "february, feb",
                "march, mar",
                "april, apr",
                "may",
                "june, jun",
                "july, jul",
                "august, aug",
                "september, sep, sept",
                "october, oct",
                "november, nov",
                "december, dec",
            ],
            1,
        ),
        "number": [
            *numbered(
                [
                    "a, an, one",
                    "two, a couple of, couple of, a couple",
                    "three",
                    "four",
                    "five",
                    "six",
                    "seven",
                    "eight",
                    "nine",
                    "ten",
                    "eleven",
                    "twelve",
                ],
                1,
            ),
            *phrases("fifteen", 15),
            *phrases("twenty", 20),
            *phrases("thirty", 30),
            *phrases("fourty five, forty five", 45),
        ],
        "half": phrases("half an, half a"),
        "unit": [
            *phrases("minute, minutes, min, mins", MINUTE),
            *phrases("hour, hours, hr, hrs", HOUR),
            *phrases("day, days", DAY),
            *phrases("week, weeks, wk, wks", WEEK),
            *phrases("month, months", MONTH),
            *phrases("quarter", QUARTER),
            *phrases("year, years", YEAR),
        ],
        "weekend": phrases("weekend, weekends, wknd"),
        "next": phrases("next, nxt"),
        "coming": phrases("this, coming, this coming, upcoming, the coming"),
        "last": phrases("last, past, previous"),
        "ago": phrases("ago, earlier, before that"),
        "within": phrases("in, within, in the next, within the next, in about, over the next"),
        "from-now": phrases("from now, from today"),
        "end": phrases("end of, end of the, end of this, the end of, the end of the, eo"),
        "end-next": phrases("end of next, the end of next"),
        "close": [
            *phrases("eod, end of day, end of the day, e o d", 23, 59),
            *phrases("cob, close of business, end of business, end of business day, eob", 17, 0),
        ],
        "eo": [
            *phrases("eow", WEEK),
            *phrases("eom", MONTH),
            *phrases("eoq", QUARTER),
            *phrases("eoy", YEAR),
        ],
        "part": [
            *phrases(
                "morning, in the morning, mornings, this morning, first thing, in the am", MORNING
            ),
            *phrases("afternoon, in the afternoon, this afternoon, aft", AFTERNOON),
            *phrases("evening, in the evening", EVENING),
            *phrases("night, at night", NIGHT),
        ],
        "fixed": [
            *phrases(
                "noon, midday, lunchtime, lunch time, 12 noon, by lunch, at lunch, before lunch",
                12,
                0,
            ),
            *phrases("midnight", 23, 59),
        ],
        "am": phrases("am, a m"),
        "pm": phrases("pm, p m"),
        "at": phrases("at, by, before, until, till, til, from, after, around, about, to"),
        "oclock": phrases("o clock, oclock, sharp"),
        "past-hour": [
            *phrases("half past", 30),
            *phrases("quarter past, a quarter past", 15),
            *phrases("quarter to, a quarter to", -15),
        ],
        "of": phrases("of"),
        "the": phrases("the, on the, by the, before the, until the, the following"),
        "link": phrases("at, on, by, before, around, in the, for, the, about, latest, after, from"),
        "skip": phrases(
            "good morning, good afternoon, good evening, good night, morning all, thanks for today, "
            "from todays, may i, may we, may be, may have, one day, these days, day to day, all day, "
            "every day, every month, every week, every year, each month, each week, 24 7, 50 50, "
            "same day, day off, quarter of, march on, sun room, day rate, half day, second half, "
            "mon ami, day one, black friday, good friday, day trip, night shift, evening shift, "
            "morning shift, afternoon tea, may not, may need, may want"
        ),
        "follow": phrases(
            "please, pls, and, or, so, to, for, with, if, thanks, thx, latest, because, as, but, then, "
            "until, at, by, of, this, next, we, i, he, she, they, it, is, are, was, when, after, before"
        ),
    }
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
            "ayer, anoche, anteayer, la semana pasada, el mes pasado, el ano pasado, semana pasada, "
            "ayer por la tarde, ayer por la manana"
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
            "de la semana que viene, de la proxima semana, la semana que viene, la proxima "
            "semana, semana que viene, proxima semana",
            WEEK,
        ),
        "next-month": phrases("el mes que viene, el proximo mes, proximo mes, mes que viene"),
        "coming": phrases("proximo, este, esta, proxima, el proximo, que viene"),
        "last": phrases("pasado, ultimo"),
        "ago": phrases("atras"),
        "ago-before": phrases("hace"),
        "within": phrases("en, dentro de, en menos de, en unos, en los proximos, en las proximas"),
        "end": phrases(
            "fin de, final de, finales de, fin del, final del, fin de la, final de la, a fin "
            "de, a finales de, a final de, fin de este, final de este, fin de esta, final de "
            "esta"
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
            "a las, a la, a, el, al, para, antes de, antes del, antes de las, de, por, la, "
            "sobre las"
        ),
        "skip": phrases(
            "buenas tardes, buenas noches, buenos dias, buen dia, cada mes, cada dia, "
            "cada semana, todos los dias, todo el dia, llego tarde, voy tarde, mas tarde, "
            "llegar tarde, muy tarde, es tarde, 24 7"
        ),
        "follow": phrases("por, y, o, para, con, si, gracias, porque, pero, a, de, que, favor"),
    }
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
            "gestern, vorgestern, gestern abend, letzte woche, letzten monat, letztes jahr, "
            "vorige woche, letzte nacht, vergangene woche"
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
            "nachste woche, nachster woche, naechste woche, kommende woche, kommender woche, "
            "der nachsten woche, in der nachsten woche",
            WEEK,
        ),
        "next-month": phrases("nachsten monat, nachster monat, kommenden monat"),
        "coming": phrases(
            "nachsten, nachster, nachstem, kommenden, kommender, diesen, diese, dieses, "
            "dieser, nachstes, kommendes, naechsten"
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
                "fruh, vormittag, vormittags, morgens, am morgen, in der fruh, am vormittag, "
                "fruhmorgens",
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
            "guten morgen, guten abend, guten tag, gute nacht, schonen tag, schonen abend, "
            "jeden tag, jede woche, jeden monat, den ganzen tag, vor ort, morgen zusammen, "
            "tag zusammen, vor allem, 24 7, mai ling, guten mittag"
        ),
        "follow": phrases("bitte, und, oder, mit, danke, wenn, weil, aber, fur, an, im, beim, zu"),
    }
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
            "hier, avant hier, hier soir, hier matin, la semaine derniere, le mois dernier, "
            "l annee derniere, semaine derniere, la nuit derniere"
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
            "fin de, fin du, la fin de, la fin du, fin de la, la fin de la, fin de l, la fin de "
            "l, fin, fin de cette"
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
            "tous les jours, chaque mois, chaque jour, chaque semaine, toute la journee, un "
            "jour, bonne journee, bonne soiree, bonne nuit, bon week end, bon apres midi, "
            "24 7, mise a jour, a jour"
        ),
        "follow": phrases("s, merci, et, ou, pour, avec, si, car, mais, a, de, que, svp"),
    }
)

DATE_WORDS = {"en": ENGLISH, "es": SPANISH, "de": GERMAN, "fr": FRENCH}

ANCHORS = frozenset(
    {
        "day", "night", "past", "weekday", "weekday?", "month", "unit", "weekend", "close", "eo",
        "part", "fixed", "past-hour", "oclock", "next", "next-month", "ago",
    }
)  # fmt: skip
"""Without one of these, and without a digit, a text holds no date."""
