"""The patterns that find numbers and what they mean. `quantities` reads messages with them.

They run over a message's tokens joined by single spaces, in lower case and with numbers in words as digits: "10mg/day"
is "10 mg / day", "G3a" is "g 3 a", "her 70's" is "her 70 ' s". So between numbers, words and marks a pattern writes one
plain space; " ?" stands only between words that people also run together ("5 mg perday").

Group n is the number, m the end of its range.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from chatbot.language.normalise import ODD


class Pattern:
    """A regular expression compiled when it is first used: most messages hold no number, and compiling takes time."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches, left to right."""
        return self._compiled.finditer(text)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match, if there is one."""
        return self._compiled.search(text)

    def match(self, text: str, start: int) -> re.Match[str] | None:
        """The match that begins at start, if there is one."""
        return self._compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The match of the whole text, if it is one."""
        return self._compiled.fullmatch(text)


def _any(words: Iterable[str]) -> str:
    """One of the words, each of which may be a small pattern of its own (``years?``)."""
    return f"(?:{'|'.join(words)})"


def _not_after(words: Iterable[str]) -> str:
    """Not right after one of the words."""
    return "".join(f"(?<!{word} )" for word in words)


# ----------------------------------------------------------------------------------------------------------- numbers

# At most fifteen digits: a longer run is no quantity, and looking through it again and again takes time.
_DIGITS = r"(?:\d[\d.,]{0,14}|\.\d{1,14})(?!\d)"
_N = rf"(?<![\d.,])(?P<n>{_DIGITS})"
_RANGE = rf"{_N}(?: (?:-|to|and|or) (?P<m>{_DIGITS}))?"

# How `exact` tells 1,000 (one reading) from 1,5 (two).
THOUSANDS = Pattern(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
PLAIN = Pattern(r"\d*\.\d+|\d+")

NUMBER = Pattern(_N)
PERCENT = Pattern(rf"{_RANGE} %")

# ------------------------------------------------------------------------------------------------------------- doses

UNITS_OF_DOSE = {
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams", "milligramme", "milligrammes"), "mg"),
    **dict.fromkeys(
        ("mcg", "mcgs", "ug", "ugs", "microgram", "micrograms", "microgramme", "microgrammes", "microg", "microgs"),
        "mcg",
    ),
    **dict.fromkeys(("mikrogram", "mikrograms"), "mcg"),
    **dict.fromkeys(("g", "gram", "grams", "gramme", "grammes"), "g"),
}
_UNITS = sorted(UNITS_OF_DOSE, key=len, reverse=True)  # the longest first: where nothing has to follow, mg is not m
_UNIT = _any(_UNITS)
_MILLILITRE = ("millilitres?", "milliliters?", "cc")

# Letters typed for digits, anywhere in a number: 1O mg, l0 mg, lO tds, 1O5, O.5 mg, 3OO mcg, 2O kg, age 7O.
_SAYS_AMOUNT = _any((*_UNITS, "kgs?", "mls?", "tds", "tid", "bd", "bid", "qds", "qid"))
_LETTERS_FOR_DIGITS = (
    rf"\b(?:\d[\d.,]* )?(?!oil )(?:[oil]{{1,4}}|[oil](?: [oil]){{1,3}}) ?{_SAYS_AMOUNT}\b"
    rf"|\b[oil]{{1,3}} \d[\d.,]*(?: [oil]{{1,3}})? {_SAYS_AMOUNT}\b"
    r"|\b\d+ [oil]{1,3} \d+\b"
    rf"|\bo [.,] (?:[oil]{{1,3}}|\d+) {_SAYS_AMOUNT}\b|\b\d+ [.,] [oil]{{1,3}} {_SAYS_AMOUNT}\b"
    r"|\b\d+ o{1,3}\b(?! ?clock)"
)
LETTERS_FOR_DIGITS = Pattern(_LETTERS_FOR_DIGITS)

NOT = frozenset({"not", "rather than", "instead of", "no not", "i said not"})  # between a number and the one it mends
# What says that a number stands in place of one that was told before.
PUTS_RIGHT = Pattern(
    r"\b(?:sorry|sry|oops|whoops|actually|mistake|typo|mistyped|typed|misread|really|in fact|lab|results?"
    r"|meant|mean|correction|corrected|wrong|error"
    r"|apologies|should (?:be|read|have been|say)|turns out|backwards|rather|wait|instead|pardon|slip of"
    r"|make (?:that|it)|other way|round the wrong way|amend(?:ed|ment)?)\b"
    r"|^(?:no|nope) (?:, )?\d|^and \d+$"
)
ENDLESS = frozenset({"inf", "infinity", "infinite", "nan"})  # numbers to a program, and none to a person
# What could be read in two ways, and reading it wrongly would change a dose tenfold or more.
UNREADABLE = Pattern(
    rf"{ODD}"  # a numeral other than 0-9
    r"|\d{16}"  # no quantity is that long
    rf"|{_LETTERS_FOR_DIGITS}"
    r"|\b\d+ [e_^'] \d+"  # 1e3, 1_000, 10^3, 1'000
    rf"|\b\d{{1,3}}(?: \d{{3}})+ {_UNIT}\b"  # 1 000 mcg
    r"|\b\d+,\d{1,2}\b"  # 1,5: a decimal comma, or a slip for 15
    rf"|\b\d+\.\d{{3}}(?= {_UNIT})"  # 1.000 mg: a thousand in half of Europe
    rf"|\b{_any(sorted(ENDLESS))} {_UNIT}\b"
    rf"|\b\d+ / \d+ {_UNIT}\b"  # 1/2 mg
    rf"|(?<![\d.,])[\d.,]*\d [\d.,]*\d {_UNIT}\b"  # 2 .5 mg, 80 5 mg
    rf"|(?<![\d.,])(?<!\b[a-z] )[\d.,]*\d \. [\d.,]*\d {_UNIT}\b"  # 5. 5 mg, but not "T8. 5 mg"
    rf"|\b\d+ and (?:a |1 )?(?:half|quarter|third) {_UNIT}\b"
    # half a 10 mg tablet, 1.5 tablets of 10 mg: parts of a tablet are asked back
    rf"|\b(?:half|quarter)s? (?:of )?(?:an? |1 )?\d[\d.]* {_UNIT} (?:tablets?|tabs?|pills?)\b"
    rf"|(?<![\d.,])\d*\.\d+ (?:tablets?|tabs?|pills?|x) (?:of )?(?:the )?\d[\d.]* {_UNIT}\b"
)
# 500 mcg/mL, 10 mg in 1 mL.
_IN_EACH = "(?:/|per|(?:in|for|to) (?:each|every|the)|by|each|a|in)"
CONCENTRATION = Pattern(rf"{_RANGE} (?P<unit>{_UNIT}) ?{_IN_EACH} ?(?:1 )?{_any(('ml', *_MILLILITRE))}\b")
# 2 mg/kg, 0.3 mg per kilo
DOSE_PER_WEIGHT = Pattern(rf"{_RANGE} (?P<unit>{_UNIT}) ?(?:/|per|each|a) ?(?:kgs?|kilos?|kilograms?)\b")
# Not 1.2 mg/dL, which is a blood test.
DOSE = Pattern(rf"(?P<sign>- )?{_RANGE} (?P<unit>{_UNIT})\b(?! (?:/|per) ?(?:dl|l)\b)")
# All are matched right behind a dose.
PER_DOSE = Pattern(
    r" (?:(?:/|per|an|a|each|every|for each|at each) ?(?:single )?dose|(?:at a|each|per|a) time|at once)\b"
)
_NOT_AGO = r"(?! (?:ago|before|after|earlier|later|prior|since|back)\b)"
PER_HOUR = Pattern(rf" (?:/|per|an|each|every) ?(?:hour|h|hr)\b{_NOT_AGO}")
PER_DAY = Pattern(
    r" (?:/|per|by|a|each|every|in a|over the whole|over a|in 1|in 24|/ 24|for) ?(?:day|d|24 (?:h|hours?)|24|hours)\b"
    rf"{_NOT_AGO}"
    r"| (?:daily|od|qd|total daily|in total|a day|total|altogether)\b"
    rf"{_NOT_AGO}"
)
_NOT_A_WEEK = r"(?! ?(?:a |per |each |every )?(?:week|weekly|month|year)\b)"
_NOT_SO_MUCH = r"(?! (?:the|as|that|what|his|her|their)\b)"  # "twice the bolus" is an amount
_TIMES = rf"times(?: a| per| each| every)? ?(?:day|daily)?{_NOT_A_WEEK}"  # "3 times" alone is said of doses too
_X_A_DAY = r"x(?: / day| daily| a day)"
# Doses a day. "2 x" and "x 2" count tablets as often, so only 3 and 4 are read without "a day".
FREQUENCIES = (
    (4, Pattern(rf"\b(?:qds|qid|4 {_TIMES}|4 {_X_A_DAY}?|x 4|q 6 h)\b")),
    (3, Pattern(rf"\b(?:tds|tid|ter|thrice(?: daily)?{_NOT_A_WEEK}|3 {_TIMES}|3 {_X_A_DAY}?|x 3|q 8 h)\b")),
    (
        2,
        Pattern(
            rf"\b(?:bd|bid|bds|twice(?: daily| a day| per day)?{_NOT_SO_MUCH}{_NOT_A_WEEK}"
            rf"|2 times(?: a| per)? day|2 {_X_A_DAY}|q 12 h)\b"
        ),
    ),
    (1, Pattern(r"\b(?:od|qd|once(?: daily| a day| per day)|q 24 h|nocte|mane|om|on a night)\b")),
)

# From so many to so many doses a day: three to four times a day, once or twice daily.
FREQUENCY_RANGE = Pattern(
    rf"\b(?P<low>once|twice|[1-5]) (?:times )?(?:-|to|or) (?P<high>twice|thrice|[2-6])(?: (?:times|x))?"
    rf"(?: ?(?:/|a|per|each|every) ?(?:day|d)| daily|(?<=times)){_NOT_A_WEEK}"
)
# How often something else is done: dialysis three times a week. No dose is told so.
LESS_OFTEN = Pattern(r"\b(?:\d+ times|twice|thrice) ?(?:a |per |each |every )?(?:week|weekly|month|monthly)\b")
# The words among them that hold no number: a message may tell a frequency and nothing else.
FREQUENCY_WORDS = frozenset({"qds", "qid", "tds", "tid", "ter", "thrice", "bd", "bid", "bds", "twice", "qd"})

# More ways to say it, looked for around a dose only: elsewhere their words say what is asked.
_DIVIDED = r"(?:(?:equal|equally|equally spaced|divided|separate|split) )*(?:doses|goes|lots|portions|parts|sittings)"


def _every(hours: int) -> str:
    """Each so many hours: every 6 h, q 6 hrs, 6 hrly."""
    return rf"(?:every|each|q) {hours} (?:h|hrs?|hours?)|{hours} ?(?:- )?(?:hourly|hrly)"


# The times of a day at which doses are taken, each once: breakfast is the morning's.
TIMES_OF_DAY = (
    Pattern(r"\b(?:mornings?|breakfast|mane|am|on waking|meals?|mealtimes?)\b"),
    Pattern(r"\b(?:noon|midday|lunch|lunchtime|meals?|mealtimes?)\b"),
    Pattern(r"\b(?:afternoons?|mid - afternoon)\b"),
    Pattern(r"\b(?:evenings?|tea|teatime|dinner|supper|pm|meals?|mealtimes?)\b"),
    Pattern(r"\b(?:nights?|bedtime|bed|nocte|nightly)\b"),
)
MORE_FREQUENCIES = (
    (6, Pattern(rf"\b(?:6 times(?: a| per)? ?(?:day|daily)|q 4 h|{_every(4)})\b")),
    (5, Pattern(r"\b5 times(?: a| per)? ?(?:day|daily)\b")),
    (4, Pattern(rf"\b(?:{_every(6)}|4 {_DIVIDED}|4 (?:/|a|per) ?day|x 4|4 x)\b")),
    (
        3,
        Pattern(rf"\b(?:{_every(8)}|3 {_DIVIDED}|3 (?:/|a|per) ?day|x 3|3 x)\b"),
    ),
    (
        2,
        Pattern(rf"\b(?:{_every(12)}|2 {_DIVIDED}|2 (?:/|a|per) ?day|x 2 (?:/|a|per) ?day)\b"),
    ),
    (1, Pattern(r"\b(?:at bedtime|at night|nightly|(?:every|each) (?:night|evening|morning)|as a single dose)\b")),
)
_DAY = (
    r"(?:(?:/|per|a|each|every) ?(?:day|d|24 (?:h|hours?))|daily|in 24 hours|over 24 hours|in 1 day|by day"
    r"|over the (?:whole )?day)"
)
# Around a dose: that it is all of a day, what one dose is, and that it is per day with words in between.
IN_DIVIDED_DOSES = Pattern(
    rf"\b(?:in|into|over|divided (?:in|into|over)?|split (?:in|into|over)?) ?\d (?:{_DIVIDED})\b"
)
TIME_OF_DAY = Pattern(
    r"\b(?:at night|nocte|mane|in the (?:morning|evening|afternoon)|(?:every|each|at) (?:morning|noon|lunch|bedtime)"
    r"|morning|midday|noon|lunchtime|bedtime|breakfast|\d (?:am|pm)|am|pm)\b"
)
AT_A_TIME_OF_DAY = Pattern(r"(?:in the|at|every|each) (?:morning|evening|night|bedtime|lunch|noon|breakfast)\b")
TOTAL_BEHIND = Pattern(
    r"^(?: [a-z()]+){0,3}? (?:(?:in )?total|altogether|in all|all told|total daily|daily total|tdd)\b"
)
TOTAL_AHEAD = Pattern(
    r"\b(?:(?:total(?: daily)?|daily)(?: dose| total| amount| intake| dosage)?|tdd)"
    r"(?: (?!each|per|every|or|and)[a-z]+){0,4}(?: [=:])?$"
)
ALL_AHEAD = Pattern(r"\b(?:total|tdd)\b")
EACH_BEHIND = Pattern(r"^(?: [a-z()]+){0,3}? (?:(?:each|per|a|every) (?:single )?(?:dose|time)|at a time|at once)\b")
# A dose of the past, with the words right before it ("used to take 30 mg").
OF_THE_PAST = Pattern(
    r"\b(?:used to (?:take|be on|have|get|use)|(?:was|were) (?:on|taking|having|getting|prescribed)|previously|formerly"
    r"|previous(?: dose)?|had been (?:on|taking|having)|originally|at one time)(?: (?!now|currently)[a-z]+){0,3}"
    r"(?: [:,])?$"
)
AS_NEEDED = Pattern(r"\b(?:as (?:needed|required)|(?:when|if) (?:needed|required|necessary))\b")
_NOT_OF_IT = r"(?:ml|mls|times|x|tablets?|doses?|rate|often|lasted|for|over|every)\b"
A_DAY_BEHIND = Pattern(rf"^(?:(?! {_NOT_OF_IT}) [a-z()]+){{0,5}}? {_DAY}(?= |$)")
A_DAY_AHEAD = Pattern(rf"(?:^| ){_DAY}(?: (?:dose|of|is|was|=|:|at|about))*$")

# f or m as a sex: beside an age, or alone between marks.
_AGED = r"(?:(?:- )?(?:year|years|y|yr|yrs|yo)(?: (?:old|o))? )?"
SEX = Pattern(
    rf"(?:\bsex (?:is |: |= )?|\b\d{{1,3}} {_AGED}(?:/ )?|(?:^|[,;:?.(/] |\b(?:for|in|please) ))"
    r"(?P<s>f|m)(?= (?:[,;)/.]|\d|for\b|with\b|on\b)|$)"
)
# A span in words: over a week, in a fortnight.
SPAN_IN_WORDS = Pattern(
    r"\b(?:over|in|within|across|during|for|to|how about|what about|make it|make that) "
    r"(?:a|the|one|about a) (?P<unit>week|fortnight|month)\b"
)
# What makes a span one of the past: 3 days post-op, 2 weeks ago.
NO_SPAN_BEHIND = Pattern(r"\b(?:ago|post|after|old|later|since|history)\b")

# ------------------------------------------------------------------------------------- weights, volumes and durations

UNITS_OF_WEIGHT = {
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes"), "kg"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lb"),
    **dict.fromkeys(("st", "stone", "stones"), "st"),
}
WEIGHT = Pattern(rf"(?P<sign>- )?{_N} (?P<unit>kg|kgs|kilos?|kilogram(?:me)?s?|lbs?|pounds?|stones?)\b")
# 10 st 4 lb, 10 stone 4; "st" alone only where no ordinal can be meant (1st, 21st).
STONES = Pattern(
    rf"{_N} (?:st|stones?) (?:and )?(?P<lb>\d{{1,2}})(?: (?:lbs?|pounds?)\b|(?= (?:[,.;?)]|$)|$))"
    r"|(?<![\d.,])(?P<only>[3-9]|1\d|2[02-9]) st\b(?= (?:[,.;?)]|$)|$)"
)
# A weight whose unit was left out: weighs 44.
_IS = _any(("is", "of", "was", "=", ":", "about", "around", "now", "-"))
_NOT_KG = _any(
    ("kgs?", "kilo", "lbs?", "pound", "st\\b", "stone", "%", "mg", "mcg", "y\\b", "years?", "months?", "weeks?")
)
WEIGHT_WITHOUT_UNIT = Pattern(rf"\b(?:weighs?|weighing|weighed|weight|wt|wgt) (?:{_IS} )*{_N}\b(?! {_NOT_KG})")
# Not 60 mL/min, 5 mL/h or 2 mL/kg: rates are no volumes.
VOLUME = Pattern(
    rf"{_RANGE} {_any(('mls?', *_MILLILITRE, 'ccs', 'teaspoons?', 'tsp'))}\b(?! (?:/|per) ?(?:min|hour|h|day|kg))"
)
SHORTER = ("<", "under", "less than", "below", "shorter than", "fewer than")
_LONGER = (">", "over", "more than", "longer than", "above", "beyond", "exceeding", "in excess of")
DURATION = Pattern(
    rf"(?:(?P<sign>{_any((*SHORTER, *_LONGER))}) )?"
    rf"{_RANGE} (?P<unit>hours?|hrs?|days?|d|weeks?|wks?|months?|years?|h|minutes?|seconds?)\b"
)

# ----------------------------------------------------------------------------------------------------------- kidneys

_CLEARANCE = (
    "egfr", "gfr", "crcl", "clcr", "ccl", "ccr", "creat(?:inine)? clearance", "cr cl", "clearance",
    "creatinine clearance rate", "(?:estimated )?(?:glomerular )?filtration rate",
)  # fmt: skip
_SMALL_TALK = (
    "is", "of", "was", "at", "a", "about", "around", "only", "mere", "approximately", "roughly", "calculated",
    "estimated", "exactly", "just", "still", "came", "back", "now", "runs", "hovers", "sits", "sitting", "as", "out",
    "to", "in", "the", "low", "mid", "high", "down", "fallen", "dropped", "stands", "reads", "measured", "reported",
    "stable", "circa", "between", "from", "somewhere", "=", ":", ",", "~", "-",
)  # fmt: skip
BELOW = ("<", "below", "under", "less than")
_ABOVE = (">", "above", "over", "more than", "at least")
_LATELY = ("now", "currently", "today", "latest", "presently")
_SHORT_IN_BRACKETS = rf"(?:[(] {_any(_CLEARANCE)} [)] )?"  # creatinine clearance (CrCl)
_CLEARANCE_IS = (
    rf"\b{_any(_CLEARANCE)} {_SHORT_IN_BRACKETS}(?:{_any(_SMALL_TALK)} )*"
    rf"(?:(?P<sign>{'|'.join((*BELOW, *_ABOVE))}) )?"
)

# The number right behind the test's name: eGFR 45, CrCl of about 30-40 mL/min, GFR < 30.
_NO_CLEARANCE = _any(
    (
        "mg", "mcg", "kgs?", "kilos?", "lbs?", "pounds?", "st", "stone", "cm", "years?", "yrs?", "y", "yo", "months?",
        "f", "m", "female", "male", "-", "/ o",
    )
)  # fmt: skip
EGFR = Pattern(rf"{_CLEARANCE_IS}{_RANGE}\b(?! {_NO_CLEARANCE} )(?: mls?(?: ?(?:/|per) ?min)?)?")
_CREATININE = ("creatinine", "creatinin", "creat", "crea", "scr", "s cr", "cr", "serum cr")
_MG_PER_DL = r"mg ?(?:/|per) ?(?:dl|decilitre|deciliter)"
_MOLAR = rf"{_any(('umols?', 'micromols?', 'micromoles?', 'mcmols?'))}(?: ?(?:/|per) ?{_any(('l', 'litre', 'liter'))})?"
_BLOOD_UNIT = rf"(?:(?P<mg>{_MG_PER_DL})|(?P<micromol>{_MOLAR}))"
# creatinine 1.4 mg/dL, Cr of 110 umol/L, creat 110; 1.4 mg/dL alone.
CREATININE = Pattern(
    rf"\b{_any(_CREATININE)} (?:{_any((*_SMALL_TALK, 'level', 'value'))} )*{_N}(?: {_BLOOD_UNIT}\b)?"
    r"(?! (?:mls?|mg|mcg|years?|months?|kg)\b)"
)
BLOOD_UNIT = Pattern(rf"\b{_BLOOD_UNIT}\b")
CLEARANCE_WORDS = ("creat", "crcl", "clearance", "cockcroft", "gault", "gfr", "kidney", "renal")
CREATININE_BY_UNIT = Pattern(rf"{_N} {_BLOOD_UNIT}\b")
# The number further on in the same sentence: "her eGFR, which we check yearly, is now 45", "eGFR fell from 72 to 52".
EGFR_FURTHER_ON = Pattern(
    rf"\b{_any(_CLEARANCE)} [^.?!;]{{0,60}}?\b{_any(('to', *_LATELY))} (?>{_RANGE})\b"
    rf"(?! {_any((*_UNITS, 'years?', 'months?', 'days?', 'weeks?'))}\b)"
)
# The unit says it alone: 45 mL/min.
EGFR_BY_UNIT = Pattern(rf"\b{_RANGE} ml ?(?:/|per) ?min")

_CHANGED = (
    "slipped", "slid", "fell", "fallen", "falling", "dropped", "dropping", "dipped", "sunk", "crept", "declined",
    "deteriorated", "worsened", "risen", "rose", "improved", "recovered", "down",
)  # fmt: skip
_OF_DOSES = (
    *_UNITS, "doses?", "dosing", "tablets?", "tabs?", "pills?", "times", "once", "twice", "thrice", "daily", "x",
)  # fmt: skip
# A second value after the first: "eGFR was 72 last year and has slipped to 52". Neither the words between nor those
# behind speak of doses: "eGFR 45, dose now 10" and "eGFR 45, now 10 twice daily" have one value. Group later is its
# number.
EGFR_LATER = Pattern(
    rf"{_CLEARANCE_IS}{_DIGITS} (?:(?!\b{_any(_OF_DOSES)}\b)[^.?!;]){{0,60}}?"
    rf"\b(?:{_any(_CHANGED)} (?:(?:down|back|up|off) )?to|{_any(_LATELY)}) "
    rf"(?P<later>(?>{_RANGE}))\b(?! (?:\d+ )?{_any(_OF_DOSES)}\b)"
)

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_STAGE = "[1-5]|iii|iv|ii|i|v"
KIDNEY_WORDS = ("ckd", "kidney", "renal")
# CKD 5 mg, CKD 5 to 10 mg, CKD 3 years and CKD 3 a week tell no stage.
_NO_STAGE = (
    rf"(?: (?:-|to) [\d.,]+)? {_any((*_UNITS, 'kg', 'times', 'days?', 'weeks?', 'months?', 'years?', 'yrs?'))}\b"
)
# "It's stage 5", where the kidneys were spoken of before.
STAGE = Pattern(rf"\b(?:stage|grade) ?(?P<n>{_STAGE})[ab]?(?= |$)(?!{_NO_STAGE})")
# One pattern, so that a stage is read once where two of its forms meet ("stage 3 CKD 3a").
CKD = Pattern(
    # CKD 3b, CKD (stage IV, kidneys at stage 2
    rf"\b{_any(('ckd', 'chronic kidney disease', 'kidney disease', 'renal disease', 'renal impairment', 'kidneys?'))} ?"
    rf"(?:[,(] )?(?:at )?(?:(?:stage|grade|g|st) ?)?(?P<behind>{_STAGE})[ab]?(?= |$)(?!{_NO_STAGE})"
    rf"(?: [ab]\b(?!{_NO_STAGE}))?"
    # stage 3 CKD, grade 4 renal disease
    rf"|\b(?:stage|grade) (?P<before>{_STAGE}) ?(?:[ab] )?(?:ckd|chronic|kidney|renal|disease)"
    # G3b CKD
    r"|\bg (?P<g>[1-5]) (?:[ab] )?ckd"
)

# -------------------------------------------------------------------------------------------------------------- ages

_YEARS = _any(("years?", "yrs?", "y", "yr"))
_MONTHS = _any(("months?", "mo", "mos", "mths?", "mnths?"))
_NOT_YEARS = ("months?", "mo", "mths?", "m", "weeks?", "days?", "/")
_HOURS = ("hours?", "hrs?\\b", "h\\b", "minutes?", "mins?\\b")
_FRACTIONS = ("half", "third", "quarter", "fifth", "tenth", "hundred", "thousand", "in", "of", "out")
_CHILDREN = ("infant", "boy", "girl", "child", "kid", "toddler")
_KIN = (
    "mummy", "mam", "daddy", "grandma", "grandpa", "granddad", "grandson", "granddaughter", "grandchild", "nana",
    "auntie", "aunty", "niece", "nephew", "cousin", "neighbour", "neighbor", "friend", "twin", "stepson", "fella",
    "stepdaughter", "stepmother", "stepfather", "in law", "- in - law", "fiance", "girlfriend", "boyfriend", "guy",
    "schoolboy", "schoolgirl", "student", "pensioner", "retiree", "colleague", "carer", "geezer", "senior", "ma", "pa",
)  # fmt: skip
_PEOPLE = (
    "he", "she", "they", "patient", "who", "i", "man", "woman", "lady", "gentleman", "male", "female", "chap", "bloke",
    "fellow", "lad", "lass", "boy", "girl", "child", "kid", "mum", "mom", "mother", "dad", "father", "nan", "gran",
    "granny", "grandmother", "grandfather", "grandad", "husband", "wife", "partner", "son", "daughter", "brother",
    "sister", "aunt", "uncle", "teenager", "toddler", "adult", "person", "someone", "somebody", "youngster", *_KIN,
)  # fmt: skip
_PEOPLE_ARE = (
    "he's", "she's", "i'm", "im", "shes", "hes", "who's", "he'll be", "she'll be", "they're", "patient's", "nan's",
    "gran's", "mum's", "dad's",
)  # fmt: skip
_HARDLY = (
    "about", "around", "nearly", "almost", "only", "just", "now", "aged", "exactly", "roughly", "approximately",
    "barely", "turned", "turning", "still", "also", "actually", "really",
)  # fmt: skip
_ABOUT = rf"(?:{_any(_HARDLY)} )*"
# What a person can be, have or take that many of, rather than be so many years old.
_MEASURES = (
    *_UNITS,
    "kg",
    "kilogram(?:me)?s?",
    "lb",
    "ml",
    "months?",
    "mo",
    "weeks?",
    "days?",
    "spasms?",
    "times",
    "tablets?",
    "pills?",
)
_POSSESSIONS = (
    *_MEASURES, "x", "st", "stone", "pounds?", "kilos?", "minutes?", "hours?", "cm", "doses?", "kids", "children",
    "sons", "daughters",
)  # fmt: skip
# What is told a number of without being a person, and what no age stands before.
_NO_PERSON = (
    "dose", "doses", "dosage", "rate", "bolus", "max", "maximum", "limit", "weight", "target", "pump", "egfr", "gfr",
    "crcl", "creatinine", "clearance", "bp", "score", "total", "amount", "pulse", "intake", "maintenance", "step",
    "tablet", "tablets", "prescription", "script", "regimen", "reservoir", "day", "days", "hours", "weeks", "mg", "mcg",
)  # fmt: skip
# Those of whom "73" is told right behind the word.
_PERSONS = tuple(word for word in _PEOPLE if word not in ("he", "she", "they", "who", "i", "patient", "adult"))
_DOES = (
    "with", "gets", "takes", "has", "had", "is", "was", "needs", "wants", "starts", "started", "starting", "weighs",
    "who", "on", "and", "too", "in", "due", "taking", "getting", "having",
)  # fmt: skip
_SEVERAL = (
    "parents", "grandparents", "twins", "sisters", "brothers", "siblings", "aunts", "uncles", "children", "kids",
    "boys", "girls", "patients", "pts", "people", "ladies", "men", "women", "couple", "sons", "daughters", "both",
    "cousins",
)  # fmt: skip
_NEXT = _any(("new", "next", "another", "different", "other", "second"))
# Words behind a number that make it a dose: "adult 20 tds".
_TIMED = (
    "bd", "bid", "tds", "tid", "qds", "qid", "ter", "od", "qd", "daily", "nocte", "mane", "a day", "per", "once",
    "twice", "thrice", "at", "every", "each", "q", "percent", "people", "patients", "or",
)  # fmt: skip
_AMOUNTS = (
    "total", "course", "period", "space", "steps?", "increments?", "batch", "average", "mean", "minimum", "number",
    "age", "strength", "ceiling", "increase", "reduction", "series", "group", "cohort", "sample", "range", "out",
)  # fmt: skip
_TIMES_OF = ("am", "pm", "of", "and", "or", "to")
# Years that are a span of time and no age: "for 5 years", "4 years ago", "10 years after the injury".
_SPAN_BEFORE = ("for", "since", "over", "last", "past", "within", "after", "every", "first", "previous")
_BEFORE_A_SPAN = (
    "in", "than", "about", "of", "next", "to", "by", "at", "around", "under", "until", "till", "and", "or", "-",
    "during", "take", "takes", "lasts", "lasting", "another", "further", "nearly", "almost", "are", "between",
)  # fmt: skip
_SPAN_AFTER = (
    "ago", "after", "post", "history", "later", "since", "duration", "earlier", "apart", "on from", "from", "into",
    "out", "previously", "before", "back", "on route", "in service", "of service", "working", "married", "with the",
    "of (?:ms|illness|disease|spasticity|treatment|therapy|use|follow)",
)  # fmt: skip
_EVENTS = (
    "diagnos(?:ed|is)", "dx", "onset", "injur(?:ed|y)", "paralysed", "paralyzed", "accident", "crash", "stroke",
    "lesion", "ill", "began", "presented", "infarct", "bleed", "meningitis", "ms", "sci", "tbi",
)  # fmt: skip
_TAKEN_BACK = r"not|rather than|instead"
_NOT_MONTHS_OLD = ("after", "post", "ago", "of", "since", "later", "on")

# From the surest on; a number that one has read is left alone by the next.
AGES_IN_MONTHS = (
    # 18 months old, 9 mo girl
    Pattern(rf"\b{_N} {_MONTHS} {_any(('old', 'of age', 'baby', *_CHILDREN, 'male', 'female', 'pt', 'patient'))}\b"),
    # 6/12 old
    Pattern(rf"\b{_N} / 12 (?:old|of age)\b"),
    # aged 20 months, boy of 9 months, she's only 14 mo
    Pattern(
        r"\b(?:aged|age|baby of|child of|boy of|girl of|toddler of|infant of|is|kid of|he's|she's) "
        rf"{_ABOUT}{_N} {_MONTHS}\b(?! {_any(_NOT_MONTHS_OLD)}\b)"
    ),
    # 18 months, at the head of a message or after a mark; toddler 20 months
    Pattern(
        rf"(?:^|[,;(] |\b{_any((*_CHILDREN, 'baby', 'tot', 'son', 'daughter', 'pt', 'patient'))} ){_ABOUT}{_N} "
        rf"{_MONTHS}\b(?! {_any(_NOT_MONTHS_OLD)}\b)(?! [-/])"
    ),
    # screening bolus 20 months
    Pattern(rf"{_not_after((*_SPAN_BEFORE, *_BEFORE_A_SPAN))}\b{_N} {_MONTHS}(?= [,.;?!)]| {_TAKEN_BACK}| ?$)"),
)
# 6 weeks old, 10 day newborn, baby of 20 wks, neonate at 3 days, day 4 of life: under 2 years, whatever the number.
_DAYS = r"(?:weeks?|wks?|wkr?|days?|hours?|hrs?)"
_SUCKLINGS = (
    "baby", "babies", "infant", "newborn", "neonate", "prem", "preemie", "premie", "preterm", "bub", "bairn", "babe",
    "little one", "little 1", "term baby",
)  # fmt: skip
AGE_IN_DAYS = Pattern(
    rf"\b\d+ {_DAYS} old\b"
    rf"|\b\d+ (?:- )?{_DAYS} (?:- old )?(?:of age|of life|corrected|post - ?term|{'|'.join(_SUCKLINGS)})\b"
    rf"|\b{_any(_SUCKLINGS)} (?:(?:is|was|just|only|about|now|of|aged|age|at|who|who's|'s|,|\() )*\d+ {_DAYS}\b"
    r"(?! (?:after|post|ago|into|on|of (?!age|life)|course|early|premature|late))"
    rf"|\b(?:aged|age|age of) (?:(?:about|only|just|:) )*\d+ {_DAYS}\b"
    rf"|\b(?:day|week) \d+ of life\b|\b\d+ (?:- )?{_DAYS}? ?(?:weekers?|wkers?)\b"
    r"|\bborn (?:only |just |about )?\d+ (?:weeks?|days?|hours?|months?) ago\b"
)
# 17y11m, 2 years and 3 months: the years decide
YEARS_AND_MONTHS = Pattern(rf"\b{_N} {_YEARS} ?(?:(?:,|and) )?\d{{1,2}} (?:m|mo|mths?|months?)\b")
AGES_IN_YEARS = (
    # seventeen and a half years
    Pattern(rf"\b{_N} and a half (?:- )?{_YEARS}\b"),
    # 8-year-old, 78 years old, 72 yo
    Pattern(rf"{_N} (?:- {_YEARS}(?: old)?|{_YEARS} (?:old|of age|young))\b"),
    # aged 8, age: 6, at the age of 6
    Pattern(rf"\b(?:aged|age|ages) (?:(?:of|is|was|:|=|about|around|just|only|-) )*{_N}\b(?! {_any(_NOT_YEARS)}\b)"),
    # man of 82, she is nearly 79, patient called Ann, 45
    Pattern(
        rf"\b{_any(_PEOPLE)}s? "
        r"(?:,|\(|of|is|am|was|were|are|s|turned|turns|being|would be|will be|called \w+ ,) "
        rf"{_ABOUT}{_N}\b(?! {_any(_POSSESSIONS)}\b)(?! [/%])(?! (?:to|-) [\d.]+ (?:%|{_UNIT}))"
    ),
    # man 73, lady 80, mum 83 gets: no number of anything, and no bare dose
    Pattern(rf"\b{_any(_PERSONS)} (?P<n>[1-9]\d{{0,2}})(?= [,;:.?)]|$| {_any(_DOES)}\b)(?! [.,] \d)"),
    Pattern(rf"\b{_any(_PERSONS)} (?P<n>[1-9]\d)\b(?! {_any((*_POSSESSIONS, *_TIMES_OF, *_TIMED))}\b)(?! [/%&+-])"),
    # M/71, F 82: a letter for the sex ahead of the age
    Pattern(
        rf"(?:^|[,;:(] )(?:m|f|male|female) (?:[/,:] )?(?P<n>[1-9]\d)\b(?! {_any((*_POSSESSIONS, *_TIMED))}\b)(?! [/%])"
    ),
    # him 70, her 62
    Pattern(
        r"(?:(?:^|[,;:(]|\band) |(?<=\d ))(?:him|her|me|self) (?:is |aged )?(?P<n>[1-9]\d)"
        r"(?= [,;:.?)&]|$| (?:and|him|her)\b)"
    ),
    # in a nursing home, 84: …
    Pattern(rf"{_not_after(_NO_PERSON)}(?<=[a-z] ), (?P<n>[1-9]\d) [:;]"),
    # patient A is 30
    Pattern(rf"\bpatient (?:[a-d]|[1-4]|x|y|z) (?:is|,|:|was|aged) {_ABOUT}{_N}\b(?! {_any(_POSSESSIONS)}\b)(?! [/%])"),
    # new patient. 35, healthy
    Pattern(rf"\b{_NEXT} (?:patient|pt|person|one|case|lady|man|woman|child) (?:[.,:;-] )?{_N}(?= [.,;:]| with\b|$)"),
    # a description at the head of a sentence: "… 35, MS, healthy"; and one at its end: "… 56 now."
    Pattern(r"[.;!?] (?P<n>[1-9]\d) , (?=[a-z])"),
    Pattern(r"(?:^|[.;!?,] )(?P<n>[1-9]\d) (?:now|today|this year|next month|last month|last week)(?= [.,;!?]|$)"),
    # her 90th birthday
    Pattern(r"\b(?P<n>\d{1,3}) ?(?:st|nd|rd|th) birthday\b(?! (?:is )?(?:next|coming|soon|tomorrow))"),
    # a boy with CP is 6
    Pattern(rf"\b{_any(_PEOPLE)} with \w+ (?:is|aged|,) {_ABOUT}{_N}\b(?! {_any(_POSSESSIONS)}\b)(?! [/%])"),
    # Mrs K is 76
    Pattern(rf"\b(?:mrs?|ms|miss) \w+ (?:,|is|was|aged) {_ABOUT}{_N}\b(?! {_any(_POSSESSIONS)}\b)(?! [/%])"),
    # my neighbour is 73, me da's 70
    Pattern(
        rf"\b(?:my|our|his|her|their|me) (?!{_any(_NO_PERSON)}\b)\w+(?:'s| is| are| was| ,| who is| \() "
        rf"{_ABOUT}{_N}\b(?! {_any(_POSSESSIONS)}\b)(?! [/%])"
    ),
    # somebody pushing 80, a lady nearing ninety
    Pattern(
        rf"\b{_any(_PEOPLE)} (?:who )?(?:is |are )?(?:now )?"
        r"(?:pushing|nearing|approaching|close to|coming up to|knocking on|hitting|getting on for|well past|past) "
        rf"(?P<n>[1-9]\d)\b(?! {_any(_POSSESSIONS)}\b)(?! [/%])"
    ),
    # for a teacher of 73
    Pattern(
        rf"\b(?:an?|for|in) (?!{_any((*_NO_PERSON, *_AMOUNTS))}\b)\w+ of (?P<n>[1-9]\d)\b"
        rf"(?! {_any((*_POSSESSIONS, *_TIMES_OF))}\b)(?! [/%-])"
    ),
    # pt 58, mr 81
    Pattern(
        r"\b(?:pts?|patient|inpatient|outpatient|client|resident|mrs?|ms) (?P<n>\d{1,3})\b"
        rf"(?! {_any((*_POSSESSIONS, *_TIMES_OF))}\b)(?! [/%:-])"
    ),
    # who's 8, i'm 45
    Pattern(rf"\b{_any(_PEOPLE_ARE)} {_ABOUT}{_N}\b(?! {_any(_MEASURES)}\b)(?! [/%])"),
    # has turned 83
    Pattern(rf"\b(?:turned|turning|turns|reached|reaching) (?:just )?{_N}\b(?! {_any((*_UNITS, 'kg'))}\b)(?! %)"),
    # turns out to be 72
    Pattern(
        rf"\b(?:turns|turned|turning) out (?:to be )?(?:actually )?{_N}\b"
        rf"(?! {_any((*_UNITS, *_POSSESSIONS, 'kg'))}\b)(?! %)"
    ),
    # 85F, 72 female; 45M is in `AGE_OR_MONTHS`
    Pattern(r"\b(?P<n>[1-9]\d{0,2}) (?:f|female|male|woman|man|lady|gentleman|girl|boy|fem)\b"),
    # 2-17s, 12 to 17s
    Pattern(r"\b(?P<n>\d{1,2}) (?:-|to) \d{1,2} s\b"),
    # 44 years, 30 yrs: an age unless it is a span
    Pattern(rf"{_not_after(_SPAN_BEFORE)}\b{_N} {_YEARS}\b(?! {_any(_SPAN_AFTER)}\b)(?! - )"),
    # 78 with CKD, at the head of a message or of a new patient's
    Pattern(
        r"(?:^|\b(?:new|next|another|different) (?:patient|pt|case|one|person|lady|man|woman) (?:[.,:;-] )?)"
        r"(?P<n>\d{2,3}) (?:with|w|and|,) "
    ),
    # max dose at 77: more than a dose is likely to be
    Pattern(
        r"(?:(?<=dose at )|(?<=dosage at )|(?<=limit at )|(?<=maximum at )|(?<=max at )|(?<=ceiling at ))"
        r"(?P<n>[6-9]\d)(?= ?(?:$|[?.!,]))(?! [.,] \d)"
    ),
    # elderly, 40
    Pattern(
        r"\b(?:elderly|child|adult|geriatric|patient|kid|pensioner) , "
        r"(?P<n>\d{1,3})\b(?= ?(?:$|[,.?!;:]|with\b|and\b))"
    ),
    # retired teacher, 73, spasticity
    Pattern(rf"{_not_after(_NO_PERSON)}(?<=[a-z] ), (?P<n>[1-9]\d{{0,2}}) ,(?! (?:or )?\d)"),
)
# Two people told apart: one 72 and one 12; one is 72, the other 12.
ONE_AND_OTHER = Pattern(
    rf"\b1 (?:of them )?(?:is |aged |of )?{_ABOUT}(?P<n>\d{{1,3}})(?: {_YEARS}(?: old)?)? (?:, )?(?:and )?(?:the )?"
    rf"(?:1|other|another|second) (?:1 )?(?:is |aged |of )?{_ABOUT}(?P<other>\d{{1,3}})\b(?! {_any(_POSSESSIONS)}\b)"
)
# Two told in one breath: my parents, 60 and 68.
OF_TWO = Pattern(
    rf"\b{_any(_SEVERAL)} (?:,|\(|:|of|are|aged|who are) (?P<n>\d{{1,3}}) (?:and|&) (?P<other>\d{{1,3}})\b"
    rf"(?! {_any((*_POSSESSIONS, *_TIMED))}\b)(?! [/%])"
)
# The second of two: ages 17 and 80.
AGE_LATER = Pattern(
    rf"\b(?:aged|age|ages) \d{{1,3}} (?:and|or|to|-|versus|against|&) {_N}\b(?! {_any((*_NOT_YEARS, *_UNITS, 'kg'))}\b)"
)
# The answer to which unit a number has that was asked back: "months", "it is in years", "a man".
UNIT_OF_AGE = Pattern(
    r"^(?:(?:no|yes|sorry|it|is|it's|i|mean|meant|in|as|he|she|they|he's|she's|that|that's|was|the|an?|of|,|\.|:) )*"
    rf"(?:(?P<months>{_MONTHS})|{_YEARS}|age|man|male|adult|gentleman)(?: old| of age)?(?: [.!])?$"
)
# An age of long ago: diagnosed at 10, injury when she was 12, MS since the age of 30; ill at 8 months.
PAST_AGE = Pattern(
    rf"\b(?:{_any(_EVENTS)} (?:at|when|from|since) |since )"
    rf"(?:(?:he|she|they|i) (?:was|were) |(?:the )?aged? (?:of )?|{_ABOUT}(?<!since ))(?:aged )?{_ABOUT}{_N}\b"
    rf"(?: (?:{_YEARS}|(?P<months>{_MONTHS}|weeks?|days?)))?\b(?: old| of age)?"
    rf"(?! {_any((*_POSSESSIONS, *_SPAN_AFTER, 'years?', 'am', 'pm'))}\b)(?! [/%])"
)
# And the one of today beside it: now 45.
PRESENT_AGE = Pattern(rf"\b{_any(_LATELY)} (?:aged )?{_N}\b(?! {_any(_POSSESSIONS)}\b)(?! [/%])")
# born in 1950: how old that is today depends on the day; an 18th birthday that is still to come.
BORN_IN = Pattern(
    r"\bborn (?:\w+ )?(?:in |on )?(?:\w+ )?(?P<n>(?:19|20)\d\d)\b"
    r"|\b\d{1,3} ?(?:st|nd|rd|th) birthday (?:is )?(?:next|coming|soon|tomorrow)"
)
# 18m: months, or a man. Not 5 m per (second).
AGE_OR_MONTHS = Pattern(r"\b(?P<n>[1-9]\d?) m\b(?! (?:per|g|l)\b)")
TEENS = Pattern(r"\bin (?:his|her|their) (?:early |mid |late )?teens\b")
# in her late 70s, early eighties, into his 60's
DECADE = Pattern(
    r"\b(?:in|into|well into|early|mid|late|just into) "
    r"(?:(?:his|her|their|my|the|your|early|mid|late|middle|mid -) ?)?(?:(?:early|mid|late) )?(?P<n>\d0) (?:' )?s\b"
)
# a sixty-something, seventy odd, an octogenarian
SOMETHING = Pattern(
    r"\b(?P<n>[2-9]0) (?:- ?)?(?:something|odd|ish)\b(?:(?: -)? years?(?: -)? olds?)?"
    r"(?! (?:mg|mcg|kg|ml|days?|weeks?|percent|%))"
)
# over 65s, past the age of 70; 65+, 65 and over. Not "for over 10 years", "over 10 years ago" or "65 and over 70".
OVER_AGE = Pattern(
    rf"\b(?:over|above) (?:- )?(?P<group>\d{{2}}) s\b"
    rf"|{_not_after(('for', 'of', 'since'))}\b(?:aged? )?(?:over|above|older than|past|beyond) (?:- )?(?:the age of )?"
    r"(?P<n>\d{2})(?: years?)?\b"
    rf"(?! {_any(('mg', 'mcg', '%', 'percent', 'kg', 'ml', *_HOURS, *_NOT_YEARS))})"
    rf"(?! (?:years? )?{_any(_SPAN_AFTER)}\b)"
    rf"|\b(?:aged?|patients?|pts|people|those|anyone|adults?) (?:aged )?> (?P<beyond>\d{{2}})\b(?! {_any(_UNITS)}\b)"
    r"|> (?P<decade>\d{2}) (?:s|years?|y|yrs?|yo)\b"
    rf"|\b(?P<more>\d{{2}}) (?:{_YEARS} )?"
    r"(?:\+|plus|(?:and|or) (?:over|above|older|up|upwards|beyond)|upwards?|onwards?)"
    rf"(?! {_any((*_UNITS, '%', 'kg', 'ml', 'mls', r'[0-9]'))})(?= |$)"
)
# under 18s, younger than 12
UNDER_AGE = Pattern(
    r"\b(?:aged? )?(?:under|below|younger than|less than) (?:- )?(?:the age of )?(?P<n>\d{1,2})(?: s| years?| y)?\b"
    rf"(?! {_any(('mg', 'mcg', '%', 'percent', 'kg', 'ml', *_HOURS, *_NOT_YEARS, *_FRACTIONS))})"
)
