"""Calculations: their wording (answers/calculations.yaml), and the values of facts that they cannot do without."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from chatbot.calculation import CalculationName
from chatbot.checking import texts
from chatbot.checking.facts import fact_entries
from chatbot.checking.folder import Folder
from chatbot.checking.texts import SLOT, expect, expect_parts
from chatbot.checking.wording import LIMITS
from chatbot.content import CALCULATIONS, FACTS, Fact
from chatbot.documents import Rows, Table
from chatbot.dosing.resolve import RISES_ABOVE
from chatbot.quantity import Quantity
from chatbot.query import Population, Route, Topic

NAMES = tuple(CalculationName)
# The notes and questions back of chatbot/dosing/; the latter with the quantities that they may name beside the limits
# and the shortest taper.
NOTES = (
    "target_above_maximum", "unreachable", "no_step", "taper_illustration", "taper_fastest", "no_pump_taper",
    "no_child_taper", "low_dose", "no_weight_rule", "mg_assumed", "fewer_doses", "little_experience", "bolus_outside",
    "one_step", "programmed", "usable_volume", "stability", "muscle_mass", "no_dose_follows", "very_old",
)  # fmt: skip
ASK: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "no_dose", "several_doses", "a_range", "no_unit", "no_basis", "as_needed", "pieces", "taper_days",
            "no_weight", "no_weight_unit", "impossible", "mg_by_pump", "mcg_by_mouth", "no_bolus", "no_bolus_unit",
            "no_pump_unit", "no_pump_basis", "no_concentration", "no_volume", "clearance_inputs", "no_creatinine_unit",
            "clearance_age",
        ),
        (),
    ),
    "target_below_start": ("target",),
    "taper_too_fast": ("days",),
    "taper_too_long": ("days",),
    "child_weight": ("weight",),
    "bolus": ("bolus",),
    "pump_dose": ("daily",),
    "concentration": ("concentration",),
    "volume": ("volume",),
    "creatinine": ("creatinine",),
    "adult_weight": ("weight",),
}  # fmt: skip
# The texts of results, steps, rows and what was read, each with the {slots} that chatbot/workings.py fills in it.
_ADULT = ("daily_dose", "who", "limit", "usual_from", "maximum", "start")
_ELDERLY = ("daily_dose", "who", "limit", "maximum", "adults_maximum")
_CHILD = ("daily_dose", "who", "limit", "maximum")
_RENAL = ("daily_dose", "who", "adults_maximum")
_CHILD_PUMP = ("daily_dose", "who", "limit", "low", "high")
_STEP = ("daily", "next", "every", "low_mcg", "high_mcg")
RESULTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "titration_schedule": {"rows": ("stops_at", "maximum", "who")},
    "taper_schedule": {"rows": ("current", "days")},
    "weight_based_dose": dict.fromkeys(("uncapped", "capped"), ("weight", "target", "cap_mg_per_day")),
    "dose_check": {
        "adult_below_usual_range": _ADULT,
        "adult_within": _ADULT,
        "adult_above_maximum": _ADULT,
        "adult_above_all_reported": _ADULT,
        "elderly_within": _ELDERLY,
        "elderly_above_usual_maximum": _ELDERLY,
        "elderly_above_maximum": _ELDERLY,
        "pediatric_within": _CHILD,
        "pediatric_above_usual_maximum": _CHILD,
        "pediatric_above_all_reported": _CHILD,
        "renal_impairment_no_limit_in_sources": _RENAL,
        "renal_impairment_above_maximum": _RENAL,
        "renal_impairment_above_all_reported": _RENAL,
        "start_within": ("daily_dose", "who", "limit", "start"),
        "start_above_starting_dose": ("daily_dose", "who", "limit", "start"),
        "pump_pediatric_below_usual_range": _CHILD_PUMP,
        "pump_pediatric_within": _CHILD_PUMP,
        "pump_pediatric_above_all_reported": _CHILD_PUMP,
        "pump_no_limit_in_sources": ("daily_dose", "who"),
    },
    "pump_starting_dose": {
        "brief": ("bolus", "prolonged_over", "daily"),
        "prolonged": ("bolus", "prolonged_over", "daily"),
        "unsaid": ("bolus", "prolonged_over", "brief", "prolonged"),
    },
    "pump_dose_step": {"spinal": _STEP, "cerebral": _STEP, "child": _STEP},
    "pump_infusion": {"both": ("daily", "concentration", "rate", "volume"), "hourly": ("daily", "rate")},
    "refill_interval": dict.fromkeys(("usable", "at_most"), ("reservoir", "concentration", "daily", "days")),
    "creatinine_clearance": {"value": ("weight", "clearance")},
}
STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "titration_schedule": {
        "start": ("dose", "times", "times_number", "daily"),
        "raise": ("step", "every", "daily_step"),
    },
    "taper_schedule": {"rule": ("current", "parts", "round_to"), "first": ("current", "left", "parts", "daily")},
    "weight_based_dose": {"product": ("weight", "rate", "product"), "cap": ("product", "cap")},
    "dose_check": {"daily": ("dose", "times", "daily"), "hourly": ("rate", "hours", "daily")},
    "pump_starting_dose": {"brief": ("multiple", "bolus", "daily"), "prolonged": ("bolus", "daily")},
    "pump_dose_step": {"step": ("daily", "low", "high", "next")},
    "pump_infusion": {"hourly": ("daily", "hours", "rate"), "volume": ("daily", "concentration", "volume")},
    "refill_interval": {"content": ("reservoir", "concentration", "content"), "days": ("content", "daily", "days")},
    "creatinine_clearance": {
        "converted": ("entered", "factor", "creatinine"),
        "formula_female": ("age", "weight", "creatinine", "clearance"),
        "formula_male": ("age", "weight", "creatinine", "clearance"),
    },
}
CONSTANTS = ("one", "age_from", "divisor", "female_share")  # what any step may name
ROWS: Mapping[str, tuple[str, ...]] = {
    "titration": ("from_day", "to_day", "dose", "times", "daily"),
    "titration_last": ("from_day", "dose", "times", "daily"),
    "taper_day": ("from_day", "daily"),
    "taper_days": ("from_day", "to_day", "daily"),
    "taper_end": ("from_day",),
}
READ: Mapping[str, tuple[str, ...]] = {
    "lead": ("parts",),
    "weight": ("weight",),
    "weight_entered": ("weight", "entered"),
    "age": ("age",),
    "age_months": ("age",),
    "sex": ("sex",),
    "creatinine": ("creatinine",),
    "creatinine_bare": ("creatinine",),
    "clearance": ("clearance",),
    "dose": ("dose",),
    "dose_bare": ("dose",),
    "dose_times": ("dose", "times"),
    "dose_daily": ("dose", "times", "daily"),
    "dose_in": ("dose", "times"),
    "target": ("dose",),
    "bolus": ("dose",),
    "hours": ("hours",),
    "hours_below": ("hours",),
    "hours_above": ("hours",),
    "prolonged": (),
    "negative": (),
    "brief": (),
    "concentration": ("concentration",),
    "reservoir": ("volume",),
    "reservoir_usable": ("volume",),
    "days": ("days",),
}
# What is offered beside an answer: the slots of the question that asks for it.
OFFERS: Mapping[str, tuple[str, ...]] = {
    "creatinine_clearance": ("age", "weight", "sex", "creatinine"),
    "weight_based_dose": ("weight",),
}
SUGGEST = ("mg_per_day", "mg", "times", "who", "over")  # the slots of whole questions that answer a question back
# Formulas that the documents do not hold; where they come from is a citation, and holds figures.
FORMULAS = ("creatinine_clearance",)
TEXTS = ("steps_lead",)
# What answers/calculations.yaml holds: the keys of each part. `suggest` may leave out any of its own.
PARTS: Mapping[str, Collection[str]] = {
    "names": NAMES,
    "results": tuple(RESULTS),
    **{f"results.{name}": tuple(variants) for name, variants in RESULTS.items()},
    "rows": tuple(ROWS),
    "steps": tuple(STEPS),
    **{f"steps.{name}": tuple(keys) for name, keys in STEPS.items()},
    "formulas": FORMULAS,
    "notes": NOTES,
    "ask": tuple(ASK),
    "read": tuple(READ),
    "offer": tuple(OFFERS),
    **{f"offer.{name}": ("note", "question") for name in OFFERS},
}
STYLED = ("results", "rows", "notes")  # what is said as facts are; steps are written with symbols, to be redone by hand


class Needed(NamedTuple):
    """A value that a calculation takes from a fact.

    keys: any one of them will do; none: only the fact is needed. units: those that it is read in, none for a plain
    number. every: all facts of this kind must hold it, else the first.
    """

    topic: Topic
    route: Route | None
    population: Population | None
    detail: str
    keys: tuple[str, ...]
    units: tuple[str, ...] = ()
    every: bool = False


_ADULTS, _CHILDREN, _OLDER = Population.ADULT, Population.PEDIATRIC, Population.ELDERLY
_KIDNEYS = Population.RENAL_IMPAIRMENT
_MOUTH, _PUMP = Route.ORAL, Route.INTRATHECAL
_TIMES = ("times_per_day", "times_per_day_up_to")
NEEDED_VALUES = (
    *(Needed(Topic.STARTING_DOSE, _MOUTH, people, "", ("dose",), ("mg",)) for people in Population),
    Needed(Topic.STARTING_DOSE, _MOUTH, _ADULTS, "", ("times_per_day",), ("times/day",)),
    *(
        Needed(Topic.STARTING_DOSE, _MOUTH, people, "", _TIMES, ("times/day",))
        for people in (_OLDER, _KIDNEYS, _CHILDREN)
    ),
    Needed(Topic.TITRATION, _MOUTH, _ADULTS, "", ("step_per_dose",), ("mg",)),
    Needed(Topic.TITRATION, _MOUTH, _ADULTS, "", ("every",), ("days",)),
    Needed(Topic.MAINTENANCE_DOSE, _MOUTH, _ADULTS, "", ("daily_dose",), ("mg/day",)),
    Needed(Topic.MAINTENANCE_DOSE, _MOUTH, _CHILDREN, "", ("daily_dose_per_weight",), ("mg/kg/day",)),
    *(
        Needed(Topic.MAXIMUM_DOSE, _MOUTH, who, "", ("daily_dose",), ("mg/day",))
        for who in (_ADULTS, _OLDER, _CHILDREN)
    ),
    *(
        Needed(Topic.MAXIMUM_DOSE, _MOUTH, who, "reported_higher", ("reported_daily_dose",), ("mg/day",))
        for who in (_ADULTS, _CHILDREN)
    ),
    Needed(Topic.MAXIMUM_DOSE, _MOUTH, _ADULTS, "reported_higher", (RISES_ABOVE,), ("mg/day",)),
    Needed(Topic.MAXIMUM_DOSE, _MOUTH, _KIDNEYS, "", ()),
    Needed(Topic.DOSING_FREQUENCY, _MOUTH, _ADULTS, "", ("times_per_day",), ("times/day",)),
    Needed(Topic.PRECAUTIONS, _MOUTH, _KIDNEYS, "", ()),
    Needed(Topic.MONITORING, _MOUTH, _KIDNEYS, "renal_function", ()),
    Needed(Topic.STOPPING, None, None, "", ("taper_at_least",), ("weeks", "days")),
    Needed(Topic.SCREENING_DOSE, _PUMP, _ADULTS, "", ("bolus",), ("mcg",)),
    Needed(Topic.STARTING_DOSE, _PUMP, _ADULTS, "", ("prolonged_response_over",), ("hours",)),
    Needed(Topic.STARTING_DOSE, _PUMP, _ADULTS, "", ("multiple_of_screening_bolus",)),
    Needed(Topic.STARTING_DOSE, _PUMP, _ADULTS, "", ("multiple_after_prolonged_or_negative_response",)),
    *(Needed(Topic.TITRATION, _PUMP, people, "", ("increase",), ("%",), every=True) for people in (_ADULTS, _CHILDREN)),
    *(
        Needed(Topic.TITRATION, _PUMP, people, "", ("every",), ("hours",), every=True)
        for people in (_ADULTS, _CHILDREN)
    ),
    Needed(Topic.MAINTENANCE_DOSE, _PUMP, _CHILDREN, "", ("daily_dose",), ("mcg/day",)),
    Needed(Topic.MONITORING, _PUMP, None, "reassessment", ()),
    Needed(Topic.MONITORING, _PUMP, None, "pump_records", ()),
    Needed(Topic.INFUSION_MODES, _PUMP, None, "simple_continuous", ()),
)


# ------------------------------------------------------------------------------------------------------------ wording


def calculations(folder: Folder) -> None:
    """Texts that are missing or that no calculation says, and figures, slots and style of each."""
    table = folder.content.calculations
    if CALCULATIONS in folder.findings.unusable:
        return
    if CALCULATIONS not in folder.tables:
        folder.add("no wording of calculations", CALCULATIONS, 0, "add the file: results and steps are said with it")
        return
    parts = {path for path in PARTS if "." not in path}
    expect(folder, table, (*sorted(parts), *TEXTS), ("suggest",), "the wording of calculations")
    expect_parts(folder, table, PARTS, "the wording of calculations")
    for path, written, inner, key, slots in _texts(table):
        _text(folder, path, written, (inner, key), slots)
    _suggestions(folder, table)


def _texts(table: Table) -> Iterator[tuple[str, Any, Table, str, Collection[str]]]:
    """Every text that a calculation says: its path, the table and key that it stands under, its slots."""
    for key in TEXTS:
        if table.get(key) is not None:
            yield key, table[key], table, key, ()
    for path, keys in PARTS.items():
        part = texts.part_of(table, path)
        for key in keys if isinstance(part, Table) else ():
            inner = f"{path}.{key}"
            if inner not in PARTS and part.get(key) is not None:
                yield inner, part[key], part, key, slots_of(path, key)


def slots_of(path: str, key: str) -> Collection[str]:
    """The {slots} that a text may name."""
    part, _, name = path.partition(".")
    if part == "results":
        return RESULTS[name][key]
    if part == "steps":
        return (*STEPS[name][key], *CONSTANTS)
    if part == "offer":
        return OFFERS[name] if key == "question" else ()
    own: Mapping[str, Mapping[str, tuple[str, ...]]] = {"rows": ROWS, "read": READ, "ask": ASK}
    more = {"notes": (*LIMITS, "population"), "ask": (*LIMITS, "taper")}
    return (*own.get(part, {}).get(key, ()), *more.get(part, ()))


def _text(folder: Folder, path: str, written: Any, place: tuple[Table, str], slots: Collection[str]) -> None:
    table, key = place
    what, line = f"{path!r} of the wording of calculations", table.lines[key]
    if isinstance(written, str) and path.startswith("formulas."):
        texts.unknown_slots(folder, what, written, table.file, line, slots)
    elif texts.text(folder, what, written, table.file, line, slots) and path.startswith(STYLED):
        texts.style(folder, what, SLOT.sub("#", written), table.file, line)


def _suggestions(folder: Folder, table: Table) -> None:
    """Questions offered with a question back: for a calculation, lists of texts under the key of the question."""
    part, what = table.get("suggest"), "'suggest' of the wording of calculations"
    if part is None or not _is_mapping(folder, table, "suggest", what):
        return
    expect(folder, part, (), NAMES, what)
    for name, asked in part.items():
        what = f"'suggest.{name}' of the wording of calculations"
        if not _is_mapping(folder, part, name, what):
            continue
        expect(folder, asked, (), ASK, what)
        for key, rows in asked.items():
            if isinstance(rows, Rows):
                for item, line in zip(rows, rows.lines, strict=True):
                    texts.text(folder, f"a question under 'suggest.{name}.{key}'", item, table.file, line, SUGGEST)
            else:
                problem = f"'suggest.{name}.{key}' is no list"
                folder.add(problem, table.file, asked.lines[key], "begin each question with '- '")


def _is_mapping(folder: Folder, table: Table, key: str, what: str) -> bool:
    """Whether a key holds a mapping, which is reported where it does not."""
    if isinstance(table[key], Table):
        return True
    folder.add(f"{what} is no mapping", table.file, table.lines[key], "give it keys and lists of questions")
    return False


# ------------------------------------------------------------------------------------------------------------- values


def needed_values(folder: Folder) -> None:
    """Facts and values that calculations take, and that no fact holds as they are read."""
    if not folder.whole:
        return
    entries = {fact.id: entry for fact, entry in fact_entries(folder)}
    lacking: dict[str, list[str]] = {}
    for need in NEEDED_VALUES:
        facts = [fact for fact in folder.content.facts if _is_meant(fact, need)]
        if not facts:
            scope = ", ".join(filter(None, (need.route or "any", need.population or "any", need.detail)))
            lacking.setdefault(f"{need.topic} ({scope})", []).extend(need.keys[:1])
        for fact in facts if need.every else facts[:1]:
            _value(folder, fact, entries[fact.id], need)
    for kind, keys in lacking.items():
        mend = f"add it with {' and '.join(map(repr, keys))}" if keys else "add it, or mend its detail"
        folder.add(f"no fact of {kind}, from which a calculation is made", FACTS.rstrip("/"), 0, mend)


def _is_meant(fact: Fact, need: Needed) -> bool:
    return (fact.topic, fact.route, fact.population, fact.detail) == need[:4]


def _value(folder: Folder, fact: Fact, entry: Table, need: Needed) -> None:
    """A value that is missing, or of another kind or unit than it is read in."""
    key = next((key for key in need.keys if key in fact.values), None)
    kind = f"in {' or '.join(need.units)}" if need.units else "as a plain number"
    if key is None:
        if need.keys:
            problem = f"fact {fact.id} has no value {' or '.join(map(repr, need.keys))}, which a calculation takes"
            folder.add(problem, fact.file, fact.line, f"give it, {kind}")
        return
    value, line = fact.values[key], entry["values"].lines[key]
    fine = value.unit in need.units if isinstance(value, Quantity) else isinstance(value, int | Decimal)
    fine = fine and isinstance(value, Quantity) == bool(need.units)
    # Where loading could not read the value, it said so.
    if not fine and not folder.reported(fact.file, line):
        folder.add(f"a calculation takes {key!r} of {fact.id} {kind}", fact.file, line, f"write it {kind}")
