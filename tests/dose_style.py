"""A lint for replies: the rules of how a dose is written that a program can check, each with its id.

`findings` says what is wrong with a reply in one line each, ``L05 no no-break space before the unit: '5 mg'``. Code
spans, quotes, references, the disclaimer, reference marks and the steps of calculations are exempt. The rules come from
the Joint Commission's Do-Not-Use list, ISMP's error-prone abbreviations, NHS guidance on dose instructions, and this
house.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from chatbot.content import Content, load
from chatbot.quantity import NUMBER_WORDS, Quantity
from chatbot.query import Outcome, Reason, Route
from chatbot.reply import Reply

NBSP = "\u00a0"
NUMBER = r"\d[\d,]*(?:\.\d+)?"
UNITS = ("mcg/mL", "mg/mL", "mg/kg", "mcg/kg", "mL/min", "mg/dL", "micromol/L", "mcg", "mg", "kg", "mL", "g", "%")
UNIT = f"(?:{'|'.join(UNITS)})"
UNIT_ENDS = r"(?![A-Za-z])"
TIMES = r"(?:minutes?|hours?|days?|weeks?|months?|years?)"
COUNTED = rf"(?:{TIMES}|cases?|times|doses|questions|populations|sources|steps|rows|patients|people|children|adults)"
COUNT = rf"(?:{'|'.join(NUMBER_WORDS)}|thrice|\d+)"
DEEDS = "take|give|start|begin|stop|raise|increase|reduce|double|inject|swallow|administer|taper|continue|titrate"
SYMBOLS = "<>≤≥±~≈@&+×↑↓"

_QUANTITY = re.compile(
    rf"(?<![\w.,])(?P<low>{NUMBER})(?:\s+to\s+(?P<high>{NUMBER}))?\s*(?P<unit>{UNIT}){UNIT_ENDS}"
    r"(?:(?:\s+per\s+|\s?/\s?)(?P<per>[a-z]+))?"
)
_LISTED_BEFORE = re.compile(rf"((?:(?<![\w.,]){NUMBER}(?:, |,? and |,? or ))+)$")
_FREQUENCY = re.compile(rf"\b(?:(?P<word>once|twice)|(?P<count>{COUNT}) times) daily\b", re.IGNORECASE)
_READ = re.compile(r"\bread as\b[^.\n]*(?:\.\d[^.\n]*)*", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z*\d])|\n")
_SECTION = re.compile(r"^\d+\. .+ · |^\d+\. [^.]+$")

# A rule that a line of text breaks where one of its patterns is found.
LINE_RULES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("L01", "a trailing zero", (r"(?<![\d.])\d*\.\d*0(?!\d)",)),
    ("L02", "no leading zero", (r"(?<![\w.])\.\d",)),
    (
        "L03",
        "a unit that is not mcg, mg, g, kg or mL in just this form",
        (
            r"[µμ]\w+",
            r"\b(?:ugs?|ml|ML|Ml|cc|MG|Mg|MCG|Mcg|KG|Kg|gms?|dl|umol)\b",
            r"(?i)\b(?:milli|micro|kilo)?gram(?:me)?s?\b|\bmillilit(?:re|er)s?\b",
        ),
    ),
    ("L04", "no space between number and unit", (rf"\d{UNIT}{UNIT_ENDS}",)),
    (
        "L06",
        "thousands without a comma, or a comma elsewhere",
        (
            rf"(?<![\d.,])\d{{4,}}(?:\.\d+)?\s*{UNIT}{UNIT_ENDS}",
            rf"(?<![\d.,])\d{{1,3}}(?:\s\d{{3}})+\s*{UNIT}{UNIT_ENDS}",
            r"(?<!\d)\d+,(?:\d{1,2}|\d{4,})(?!\d)",
        ),
    ),
    (
        "L07",
        "an abbreviation",
        (
            r"\b(?:QO?D|QHS|IU|U|MS|MSO4|MgSO4|D/C|OD|HS|BDS?|BID|TID|TDS|QID|QDS|PRN|PO|SL|STAT)\b",
            r"(?i)\b(?:tid|bid|bds|qid|tds|qds|prn|qod|q\d+h)\b|\b(?:[bqt]\.[id]\.|q\.d|p\.r\.n|p\.o\b)",
        ),
    ),
    ("L08", "an abbreviated route", (r"\b(?:IT|IV|IM|SC|SQ|NG|NJ|PEG)\b", r"(?i)\bi\.[vtm]\.")),
    (
        "L09",
        "a range without 'to', or with two units",
        (
            rf"\d\s*(?:{UNIT})?\s*[-–—]\s*\d",
            rf"{NUMBER}\s*(?P<one>{UNIT})\s+to\s+{NUMBER}\s*(?!(?P=one))(?:mcg|mg|g)\b",
        ),
    ),
    ("L10", "a slash between numbers", (rf"\d\s*(?:{UNIT})?\s*/\s*\d",)),
    ("L11", "a slash for 'per'", (r"(?<=\w)\s?/\s?(?:day|d|dose|hour|hr|h|week|wk|month|24)\b",)),
    ("L13", "a symbol by a number", (rf"[{SYMBOLS}]\s?\d|\d\s?[{SYMBOLS}]",)),
    (
        "L14",
        "a fraction or a Roman numeral",
        (
            r"[¼-¾⅐-⅞]|(?<!\d)\d/\d(?!\d)",
            r"\b(?:ii|iii|II|III)\b|\b(?:i|iv|vi{0,3}|ix)\s(?:tab|cap|dose)\w*",
        ),
    ),
    (
        "L15",
        "a period or a plural on a unit",
        (r"\d\s?(?:mcg|mg|g|kg|mL)\.(?=\s[a-z(])", r"\b(?:mgs|mcgs|kgs|mLs)\b"),
    ),
    (
        "L16",
        "a number or word that a program left over",
        (
            r"\b(?:nan|NaN|inf|Infinity|None(?! of)|null|True|False)\b",
            r"\d[eE][+-]?\d|\d\.\d{6,}",
            r"(?<![\w\s.,)%])[-−]\d|(?<=\s)[-−]\d",
        ),
    ),
    (
        "L17",
        "a directive to a person",
        (
            rf"(?i)\byou(?:r \w+)? (?:should|must|ought|need to|may|can|are to|could) (?:{DEEDS}|have|try|use|skip)\b",
            r"(?i)\byour (?:\w+ )?(?:doses?|tablets?|medicine|pump|child|patient|maximum|start)\b",
            rf"(?:^|[.:;] |\* )(?:{DEEDS.title()})\b",
        ),
    ),
    ("L18", "template residue", (r"[{}]|\bUndefined\b",)),
    ("L19", "name and dose run together", (rf"[A-Za-z]\d+(?:\.\d+)?\s?{UNIT}{UNIT_ENDS}",)),
    (
        "L20",
        "a frequency that reads two ways",
        (
            rf"(?i)\b{COUNT} times\b(?! (?:daily|a day|per day|each day|as|the))",
            r"(?i)\b(?:bi|semi)-?(?:weekly|monthly|daily|annual)",
            r"\bm?c?g (?:once|twice|thrice)\b(?! daily| a day)",
        ),
    ),
    ("L21", "a time or an age cut short", (r"\d\s?(?:y|yo|yrs?|h|hrs?|d|wks?|mo|mos|mins?|secs?|s)\b(?!/)",)),
    ("L22", "a date that reads two ways", (r"(?<!\d)\d{1,2}([/.])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)",)),
    ("L24", "a list item that reads as minus", (r"^\s*[-–]\s+\d",)),
    ("L29", "a weight that is not in kg", (r"\d\s?(?:lbs?|pounds?|st|stones?)\b(?![^()]* as entered\))",)),
)
_COMPILED = tuple((rule, says, re.compile(text)) for rule, says, patterns in LINE_RULES for text in patterns)

# What a number may be without a unit: a step, a stage, a p value, a date, a numbered choice.
_NO_DOSE = re.compile(
    rf"^\s*\d+\. |\b(?:[Dd]ays?|step|steps|stage|stages|value|version) {NUMBER}(?: (?:and|to|or) {NUMBER})?"
    rf"|\b\d{{1,2}} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{{4}}"
    rf"|{NUMBER}(?:\s+(?:to|or|and)\s+{NUMBER})?\s+{COUNTED}\b"
)
_PUMP = re.compile(r"\b(?:intrathecal(?:ly)?|pumps?|bolus|reservoir|catheter)\b", re.IGNORECASE)
_MOUTH = re.compile(r"\b(?:by mouth|oral(?:ly)?|tablets?)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\b(?:adults?|child(?:ren)?|renal impairment|everyone|people on a pump)\b", re.IGNORECASE)
_HOW_OFTEN = re.compile(
    r"\b(?:per (?:dose|day|hour)|daily|a day|bolus|steps?|concentrations?|each dose)\b", re.IGNORECASE
)
_QUALIFIED = re.compile(r"\b(?:some sources|rarely|reported)\b", re.IGNORECASE)
_STOPPING = re.compile(
    r"\b(?:stop(?:s|ped|ping)?(?! at\b)|taper\w*|withdraw\w*|discontinu\w*|abruptly|missed dose)\b", re.IGNORECASE
)
_NEVER_ABRUPTLY = re.compile(r"\bnever\b[^.\n]*\babruptly\b", re.IGNORECASE)
RARE_MAXIMA = (Decimal(120), Decimal(240))  # mg per day
NO_DOSE_UNITS = ("kg", "mL/min", "mg/dL", "micromol/L")  # the patient's own figures
NO_DOSE_OUTCOMES = (Outcome.REFUSE, Outcome.CHAT, Outcome.EMERGENCY)


class Amount(NamedTuple):
    """A quantity as it stands in a text: its unit as content writes it (mg/day), and the sentence around it."""

    low: Decimal
    high: Decimal
    unit: str
    text: str
    sentence: str
    section: str

    @property
    def is_dose(self) -> bool:
        """Whether somebody could give it: a mass of the medicine, and no concentration, volume or percentage."""
        return self.unit.partition("/")[0] in ("mg", "mcg", "g") and not self.unit.endswith(("/mL", "/dL"))


@dataclass(frozen=True, slots=True)
class Body:
    """What the rules are about: the lines of a reply without what is exempt, and its sentences with their sections."""

    lines: tuple[str, ...]
    sentences: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines)


def findings(reply: Reply, content: Content | None = None) -> list[str]:
    """What breaks a rule in a reply, a line each; content is what the reply was made from (default: the project's)."""
    content = content or _own_content()
    body = body_of(reply, content)
    found = [
        *_hidden_characters(reply),
        *_in_lines(body),
        *_broken_apart(body),
        *_numbers_without_unit(body),
        *_abbreviated_pump(body, str(content.wording.get("medicine", ""))),
        *_amounts(body, reply),
        *_closed_world(body, reply, content),
        *_speaks_of_stopping(body, reply, content),
        *_whole_reply(body, reply),
    ]
    return list(dict.fromkeys(found))


def rules_of(found: Sequence[str]) -> set[str]:
    """The ids of the rules that findings name."""
    return {finding.split(" ", 1)[0] for finding in found}


def amounts_of(body: Body) -> tuple[Amount, ...]:
    """The quantities of a text, the reader's own that a reply shows as read left out."""
    return tuple(
        amount
        for sentence, section in body.sentences
        for amount in _amounts_in(_READ.sub("…", sentence), sentence, section)
    )


def doses_in(sentence: str) -> list[str]:
    """The doses that a sentence of the content shows: amounts, and doses a day."""
    plain = sentence.replace("**", "")
    shown = [amount.text for amount in _amounts_in(plain, plain, "") if amount.is_dose]
    return shown + [match.group() for match in _FREQUENCY.finditer(plain)]


# ------------------------------------------------------------------------------------------------------ what is read


@cache
def _own_content() -> Content:
    return load()


def body_of(reply: Reply, content: Content) -> Body:
    """A reply's text without what is exempt.

    That is references (a formula's and a comparison's too), questions offered in a question back, disclaimer, quotes,
    code spans, calculation steps and reference marks.
    """
    references = content.wording["references"]
    text = reply.text.partition(f"**{references['heading']}**")[0]
    if reply.disclaimer:
        text = text.replace(reply.disclaimer, "")
    for calculation in reply.calculations:
        for step in (*calculation.get("steps", ()), calculation.get("source", "")):
            text = text.replace(str(step), "") if step else text
    if reply.outcome is Outcome.CLARIFY:
        for suggestion in reply.suggestions:
            text = text.replace(suggestion, "…?")  # a whole question, with the reader's own number in it
    for comparison in reply.comparisons:
        text = text.replace(f"({comparison.get('source')})", "")
    document = str(references["document"]).partition("{")[0]
    text = "\n".join(line for line in text.split("\n") if not line.lstrip("* ").startswith(document))
    text = re.sub(r"`[^`\n]*`|\"[^\"\n]*\"|“[^”\n]*”", "…", text).replace("**", "")
    text = re.sub(r" ?\[\d+(?:, \d+)*\]", "", text)
    lines = tuple(text.strip().split("\n"))
    return Body(lines, tuple(_sentences(lines)))


def _sentences(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each sentence, with the line that says what its section is about."""
    section = lines[0] if lines else ""
    for line in lines:
        if _SECTION.match(line):
            section = line
        for sentence in _SENTENCE_ENDS.split(line.lstrip("* ")):
            if sentence.strip():
                yield sentence, section


def _amounts_in(text: str, sentence: str, section: str) -> Iterator[Amount]:
    for match in _QUANTITY.finditer(text):
        unit = match["unit"] + (f"/{match['per']}" if match["per"] in ("day", "hour") else "")
        low, high = _number(match["low"]), _number(match["high"] or match["low"])
        listed = _LISTED_BEFORE.search(text, 0, match.start())
        for number in re.findall(NUMBER, listed[1]) if listed else ():
            yield Amount(_number(number), _number(number), unit, f"{number} {unit}", sentence, section)
        yield Amount(low, high, unit, match.group(), sentence, section)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


# ------------------------------------------------------------------------------------------------------ rules


def _hidden_characters(reply: Reply) -> Iterator[str]:
    for text in (reply.text, *reply.suggestions):
        for char in text:
            if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn"):
                yield f"L23 a character that cannot be seen: U+{ord(char):04X}"


def _in_lines(body: Body) -> Iterator[str]:
    for line in body.lines:
        for rule, says, pattern in _COMPILED:
            match = pattern.search(line)
            if match:
                yield f"{rule} {says}: {_excerpt(line, match)!r}"


def _broken_apart(body: Body) -> Iterator[str]:
    for match in re.finditer(rf"\d(\s+){UNIT}{UNIT_ENDS}", body.text):
        if match[1] != NBSP:
            yield f"L05 no no-break space before the unit: {match.group()!r}"


def _numbers_without_unit(body: Body) -> Iterator[str]:
    """Every number has a unit, counts something named, or stands in a form that is no dose."""
    for line in (_READ.sub("…", line) for line in body.lines):
        taken = [match.span() for pattern in (_QUANTITY, _NO_DOSE) for match in pattern.finditer(line)]
        for match in _QUANTITY.finditer(line):
            listed = _LISTED_BEFORE.search(line, 0, match.start())
            taken += [listed.span()] if listed else []
        for match in re.finditer(rf"(?<![\w.,]){NUMBER}", line):
            if not any(start <= match.start() < end for start, end in taken):
                yield f"L12 a number without a unit: {_excerpt(line, match)!r}"


def _abbreviated_pump(body: Body, medicine: str) -> Iterator[str]:
    match = re.search(r"\bITB\b", body.text)
    if match and f"intrathecal {medicine}" not in body.text[: match.start()].lower():
        yield f"L08 ITB before 'intrathecal {medicine}': {_excerpt(body.text, match)!r}"


def _amounts(body: Body, reply: Reply) -> Iterator[str]:
    """What is said with each amount: how often, on which route, how it is qualified."""
    amounts = amounts_of(body)
    doses = [amount for amount in amounts if amount.is_dose]
    routes = {row.query.route for row in reply.queries}
    own = {number for row in reply.calculations for number in _own_numbers(row)}
    for amount in amounts:
        if amount.high < amount.low:
            yield f"L28 a range upside down: {amount.text!r}"
    for dose in doses:
        timed = dose.unit.endswith(("/day", "/hour")) or _HOW_OFTEN.search(dose.sentence)
        if not timed and reply.outcome is not Outcome.CLARIFY:
            yield f"L25 a dose without per dose, per day or how often: {dose.sentence!r}"
        if reply.reason is not Reason.UNIT_MISMATCH:
            yield from _unit_against_route(dose, routes)
        if dose.low == dose.high and dose.high in own:
            continue  # the reader's own quantity
        if dose.unit.startswith("mg") and dose.high in RARE_MAXIMA and not _QUALIFIED.search(dose.sentence):
            yield f"L27 a figure that needs 'some sources' or 'rarely': {dose.sentence!r}"
    doses = [dose for dose in doses if dose.low != dose.high or dose.high not in own]
    if doses and doses[0].unit.startswith("mg") and doses[0].high in RARE_MAXIMA:
        yield f"L27 a figure that must not stand first: {doses[0].sentence!r}"


def _own_numbers(calculation: Mapping[str, Any]) -> Iterator[Decimal]:
    """The reader's own amounts in a calculation, and the rows that are made from them."""
    rows = calculation["result"].get("rows", [])
    yield from _numbers(calculation["inputs"])
    yield from _numbers([row["daily_mg"] for row in rows])


def _unit_against_route(dose: Amount, asked: set[Route | None]) -> Iterator[str]:
    pump, mouth = bool(_PUMP.search(dose.sentence)), bool(_MOUTH.search(dose.sentence))
    if not pump and not mouth and len(asked) == 1:
        pump, mouth = Route.INTRATHECAL in asked, Route.ORAL in asked
    if dose.unit.startswith("mg") and pump and not mouth:
        yield f"L26 mg on the pump: {dose.sentence!r}"
    if dose.unit.startswith("mcg") and mouth and not pump:
        yield f"L26 mcg by mouth: {dose.sentence!r}"


def _closed_world(body: Body, reply: Reply, content: Content) -> Iterator[str]:
    """Each figure is a value of a fact that the reply names, a limit of the content, or in its calculations."""
    cited = [fact for fact in content.facts if fact.id in reply.facts]
    references = {reference.id for reference in reply.references}
    for fact in cited:
        if reply.references and not references.issuperset(fact.cites):
            yield f"L31 a fact without its references: {fact.id} cites {', '.join(fact.cites)}"
    values = [value for fact in cited for value in fact.values.values() if isinstance(value, Quantity)]
    values += [Quantity.parse(str(text)) for text in (content.wording.get("limits") or {}).values()]
    known = {(value.low, value.high, value.unit) for value in values}
    compared = " ".join(str(row.get("text", "")) for row in reply.comparisons).replace("**", "")
    known |= {(amount.low, amount.high, amount.unit) for amount in _amounts_in(compared, compared, "")}
    known |= {(times, times, "times/day") for times in map(_doses_a_day, _FREQUENCY.finditer(compared))}
    reckoned = set(_numbers(reply.calculations))
    if any(row.outcome is Outcome.CLARIFY for row in reply.queries) or reply.outcome is Outcome.CLARIFY:
        # A question back may show the reader's own figures, those that stand as read included.
        reckoned |= set(_numbers(reply.question)) | set(_numbers(_READ.findall(body.text)))
    for amount in amounts_of(body):
        if amount.unit in NO_DOSE_UNITS:
            continue
        if (amount.low, amount.high, amount.unit) not in known and not {amount.low, amount.high} <= reckoned:
            yield f"L31 a figure that no cited fact holds: {amount.text!r} in {amount.sentence!r}"
    for sentence, _ in body.sentences:
        for match in _FREQUENCY.finditer(_READ.sub("…", sentence)):
            count = _doses_a_day(match)
            if (count, count, "times/day") not in known and count not in reckoned:
                yield f"L31 a frequency that no cited fact holds: {match.group()!r} in {sentence!r}"


def _doses_a_day(match: re.Match[str]) -> Decimal:
    word = (match["word"] or match["count"]).lower()
    named = {"once": 1, "twice": 2, "thrice": 3} | {name: number for number, name in enumerate(NUMBER_WORDS)}
    return Decimal(named[word]) if word in named else Decimal(word)


def _numbers(value: Any) -> Iterator[Decimal]:
    """Every number in the rows of calculations, whatever they are called, and in their steps."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, str):
        yield from map(_number, re.findall(rf"{NUMBER}|(?<![\d.])\.\d+", value))
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield Decimal(str(value))


def _speaks_of_stopping(body: Body, reply: Reply, content: Content) -> Iterator[str]:
    if reply.outcome not in (Outcome.ANSWER, Outcome.UNKNOWN):
        return
    text = body.text
    for suggestion in reply.suggestions:
        text = text.replace(suggestion, "")
    spoken = _STOPPING.search(text)
    if not spoken:
        return
    if not _NEVER_ABRUPTLY.search(text):
        yield f"L30 speaks of stopping and says nowhere 'never abruptly': {_excerpt(text, spoken)!r}"
    tapers = [fact.values["taper_at_least"] for fact in content.facts if "taper_at_least" in fact.values]
    if tapers and not any(f"at least {taper}" in text for taper in tapers):
        yield f"L30 speaks of stopping and says nowhere 'at least {tapers[0]}': {_excerpt(text, spoken)!r}"


def _whole_reply(body: Body, reply: Reply) -> Iterator[str]:
    """A dose names its route and population and comes with references and disclaimer; some replies hold none."""
    doses = [amount for amount in amounts_of(body) if amount.is_dose]
    if reply.outcome in NO_DOSE_OUTCOMES:
        yield from (f"L32 a dose in a reply that is {reply.outcome}: {dose.sentence!r}" for dose in doses)
        return
    if not doses or reply.outcome not in (Outcome.ANSWER, Outcome.UNKNOWN):
        return
    for dose in doses:
        around = f"{dose.section}\n{dose.sentence}"
        if not (_PUMP.search(around) or _MOUTH.search(around)):
            yield f"L32 a dose without its route: {dose.sentence!r}"
        if not _PEOPLE.search(around):
            yield f"L32 a dose without its population: {dose.sentence!r}"
    if not reply.references or not all(reference.citation in reply.text for reference in reply.references):
        yield "L32 a dose without its references"
    if not reply.disclaimer or reply.disclaimer not in reply.text:
        yield "L32 a dose without the disclaimer"


def _excerpt(text: str, match: re.Match[str]) -> str:
    return text[max(match.start() - 30, 0) : match.end() + 30]
