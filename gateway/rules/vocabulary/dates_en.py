"""What English words for days and times signal."""

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

ENGLISH = Lexicon(
    {
        "day": [
            *phrases("today, todays, 2day", 0),
            *phrases("tomorrow, tomorrows, tomorow, tommorow, tommorrow, tmrw, tmw, tmr, tmrow", 1),
            *phrases("2moro, 2morrow, tomorro", 1),
            *phrases("in a fortnight, a fortnight from now", 14),
            *phrases("day after tomorrow, the day after tomorrow, overmorrow", 2),
        ],
        "night": phrases("tonight, tonights, tonite, 2nite, this evening", 0),
        "past": phrases(
            """
    yesterday, yesterdays, last night, the other day, last week, last month, last year, last
    weekend, last months, last weeks, last years, earlier today, the day before yesterday, past
    week, last quarter
    """
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
            """
    good morning, good afternoon, good evening, good night, morning all, thanks for today, from
    todays, may i, may we, may be, may have, one day, these days, day to day, all day, every
    day, every month, every week, every year, each month, each week, 24 7, 50 50, same day, day
    off, quarter of, march on, sun room, day rate, half day, second half, mon ami, day one,
    black friday, good friday, day trip, night shift, evening shift, morning shift, afternoon
    tea, may not, may need, may want
    """
        ),
        "follow": phrases(
            """
    please, pls, and, or, so, to, for, with, if, thanks, thx, latest, because, as, but, then,
    until, at, by, of, this, next, we, i, he, she, they, it, is, are, was, when, after, before
    """
        ),
    }
)
