"""Units of time and parts of the day, as the date words of every language count them."""

from typing import Final

MINUTE: Final = 0
HOUR: Final = 1
DAY: Final = 2
WEEK: Final = 3
MONTH: Final = 4
QUARTER: Final = 5
YEAR: Final = 6

MORNING: Final = 0
AFTERNOON: Final = 1
EVENING: Final = 2
NIGHT: Final = 3
