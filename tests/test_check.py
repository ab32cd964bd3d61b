"""`chatbot check` reports each thing that can be wrong with content: once, where it stands, with what to do.

Most tests break one thing of the project's own content and expect exactly one finding more, which also shows that what
refers to the broken thing is not reported as well.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

import chatbot
from chatbot.calculation import Basis, CalculationName, Dose, Figures, Request, Response, Sex
from chatbot.check import check
from chatbot.checking import calculations, phrases, templates, wording
from chatbot.content import load
from chatbot.dosing.computing import compute
from chatbot.dosing.factbook import FactBook
from chatbot.dosing.resolve import RISES_ABOVE
from chatbot.errors import ContentError
from chatbot.folder import find_root
from chatbot.language.requests import OWN_WORDS
from chatbot.language.signs import COMPOUNDS
from chatbot.quantity import UNITS
from chatbot.query import FACT_TOPICS, Origin, Population, Query, Route, Topic
from chatbot.workings import Workings

ORAL, ALTERNATIVES = "answers/facts/oral.yaml", "answers/facts/alternatives.yaml"
SOURCES, SUBJECTS, WORDING = "answers/sources.yaml", "answers/subjects.yaml", "answers/wording.yaml"
MAXIMUM, SILENT, CHAT, OFF_TOPIC = (
    f"intents/{name}.yaml" for name in ("maximum_dose", "subjects", "chat", "off_topic")
)
PEOPLE, MEDICINE, DANGER = (f"intents/vocabulary/{name}.yaml" for name in ("people", "medicine", "emergencies"))
OTHERS, ROUTES = (f"intents/vocabulary/{name}.yaml" for name in ("other_medicines", "routes"))
CLARIFY = "answers/templates/clarify.md.j2"
SUMS, COMPARED = "answers/calculations.yaml", "answers/comparisons.yaml"
PUMP, SUM_WORDS = "answers/facts/intrathecal.yaml", "intents/vocabulary/calculations.yaml"
PACKAGE = Path(chatbot.__file__).parent
READ = ("any", "all", "near", "count")  # how a rule asks for words of danger


@dataclass(frozen=True)
class Break:
    """One thing broken: in file, the first old becomes new (no old: new is added at the end, also of a new file).

    The finding's line must be the one in which the text at ends, and problem a part of what it says.
    """

    file: str
    old: str
    new: str
    at: str
    problem: str


LOADING = {
    # YAML
    "broken YAML": Break(
        ORAL, "topic: starting_dose", "topic: starting: dose", "topic: starting: dose", "mapping values are not allowed"
    ),
    "a key twice": Break(
        ORAL, "  route: oral\n", "  route: oral\n  topic: titration\n", "  topic: titration", "stands twice"
    ),
    "an octal number": Break(ALTERNATIVES, "step: 1", "step: 01", "step: 01", "'01' would be read as another number"),
    "an underscore": Break(ALTERNATIVES, "step: 1", "step: 1_0", "step: 1_0", "'1_0' would be read as another number"),
    "no for false": Break(ALTERNATIVES, "step: 1", "step: no", "step: no", "'no' would be read as true or false"),
    "a trailing zero": Break(ALTERNATIVES, "step: 1", "step: 2.50", "step: 2.50", "'2.50' would be read as another"),
    "a file that is a list": Break("intents/new.yaml", "", "- phrases\n", "- phrases", "holds no mapping"),
    "sources that cannot be read": Break(SOURCES, "  A:", "  A: :", "  A: :", "mapping values are not allowed"),
    "subjects that cannot be read": Break(
        SUBJECTS, "subjects:", "subjects: :", "subjects: :", "mapping values are not allowed"
    ),
    "wording that cannot be read": Break(
        WORDING, "routes:", "routes: :", "routes: :", "mapping values are not allowed"
    ),
    # facts
    "an unknown key": Break(
        ORAL, "  route: oral", "  dose: 5 mg\n  route: oral", "dose: 5 mg", "an unknown key 'dose'"
    ),
    "a missing key": Break(ORAL, "  population: adult\n", "", "id: oral.adult.starting_dose", "no 'population'"),
    "an unknown topic": Break(ORAL, "topic: titration", "topic: titrating", "titrating", "unknown topic 'titrating'"),
    "an unknown route": Break(ORAL, "route: oral", "route: mouth", "route: mouth", "unknown route 'mouth'"),
    "an unknown population": Break(ORAL, ": adult\n", ": adults\n", ": adults", "unknown population 'adults'"),
    "an unknown origin": Break(ORAL, ": adult\n", ": adult\n  origin: hip\n", "origin: hip", "unknown origin 'hip'"),
    "a slot without a value": Break(ORAL, "{daily_dose} in all", "{daily} in all", "{daily} in all", "names {daily}"),
    "a range upside down": Break(ORAL, "40-80 mg/day", "80-40 mg/day", "80-40 mg/day", "range upside down"),
    "an unknown unit": Break(ORAL, "dose: 5 mg", "dose: 5 tablets", "dose: 5 tablets", "unknown unit"),
    "a value with no unit": Break(ORAL, "dose: 5 mg", 'dose: "5"', 'dose: "5"', "is no quantity"),
    "a dose with a trailing zero": Break(ORAL, "dose: 5 mg", "dose: 5.0 mg", "dose: 5.0 mg", "is no quantity"),
    "a value that is empty": Break(ORAL, "dose: 5 mg", "dose:", "    dose:\n", "the value 'dose' is empty"),
    "values that are a list": Break(
        ALTERNATIVES, "values:\n    step: 1", "values: [1]", "values: [1]", "is no mapping"
    ),
    "half a dose a day": Break(ORAL, "3 times/day", "0.5 times/day", "0.5 times/day", "no whole number of doses"),
    "no source": Break(ORAL, "cites: [A1]", "cites: []", "cites: []", "has no source"),
    "an unknown citation": Break(ORAL, "cites: [A1]", "cites: [A77]", "cites: [A77]", "cites A77"),
    "a citation that is no list": Break(ORAL, "cites: [A1]", "cites: A1", "cites: A1", "'cites' of a fact is no list"),
    "a fact twice": Break(
        ORAL,
        "oral.adult.effectiveness",
        "oral.adult.adverse_effects",
        "[A2]\n\n- id: oral.adult.adverse_effects",
        "stands twice",
    ),
    "facts that are no list": Break("answers/facts/new.yaml", "", "facts: none\n", "facts: none", "'facts' is no list"),
    # sources
    "an unknown resolution": Break(SOURCES, "    status: listed", "    status: sure", "status: sure", "unknown status"),
    "a citation of no document": Break(
        SOURCES, "", "\n  Z1:\n    status: unknown\n", "Z1:\n    status", "no known document"
    ),
    "a document without its date": Break(
        SOURCES,
        '    updated: "2026-02-18"\n',
        "",
        "title: Baclofen dosing regimen for adults",
        "document A has no 'updated'",
    ),
    # subjects
    "a subject near a dose": Break(
        SUBJECTS, "near: []", "near: [oral.adult.titration]", "near: [oral.adult.t", "a dose"
    ),
    "a subject near an amount": Break(
        SUBJECTS, "near: []", "near: [oral.adult.adverse_effects]", "near: [oral.adult.adv", "a dose"
    ),
    "a subject near nothing": Break(SUBJECTS, "near: []", "near: [some.fact]", "near: [some.fact]", "near some.fact"),
    "a subject without a name": Break(
        SUBJECTS, "    named: fertility\n", "", "fertility:\n    condition", "no 'named'"
    ),
    "a subject without wording": Break(
        SILENT, "", "  - subject: fruit\n    phrases: an apple\n", "subject: fruit", "'fruit' has no wording"
    ),
    # comparisons
    "a comparison about nothing known": Break(
        COMPARED,
        "    - oral.renal_impairment.starting_dose\n",
        "    - some.fact\n",
        "about:\n    - some.fact",
        "about the unknown fact some.fact",
    ),
    "an unknown relation": Break(COMPARED, "relation: adds", "relation: more", "relation: more", "unknown relation"),
    "a comparison twice": Break(
        COMPARED, "beers_2023", "renal_avoid_below_30", '/"]\n\n- id: renal_avoid_below_30', "stands twice"
    ),
    "a comparison without its relation": Break(
        COMPARED, "  relation: adds\n", "", "id: renal_avoid_below_30", "no 'relation'"
    ),
    "a slot of a comparison without a value": Break(COMPARED, "{reduced}", "{less}", "says: >-", "names {less}"),
    "a cell that cannot be read": Break(
        COMPARED, "route: intrathecal", "route: pump", "cells:\n    - {topic", "a cell of comparison pump_maintenance"
    ),
    # intents and vocabulary
    "an unknown topic of phrases": Break(MAXIMUM, "maximum_dose", "the_maximum", "topic: the_maximum", "unknown topic"),
    "an odd character": Break(MAXIMUM, "      max dose\n", "      max dose?\n", "max dose?", "more than plain words"),
    "a capital letter": Break(MAXIMUM, "      max dose\n", "      Max dose\n", "Max dose", "more than plain words"),
    "an unknown key of a file": Break(OFF_TOPIC, "", "more: x\n", "more: x", "unknown key 'more'"),
    "an unknown kind of chat": Break(CHAT, "kind: thanks", "kind: thank", "kind: thank\n", "unknown kind of chat"),
    "a file without an intent": Break("intents/new.yaml", "", "asks: []\n", "asks", "the file holds no intent"),
    "an unknown slot": Break(MEDICINE, "exact_names:", "exact_name:", "exact_name:", "unknown slot 'exact_name'"),
    "an unknown group": Break(ROUTES, "", "kin:\n  infant: |\n    some babe\n", "infant: |", "unknown group 'infant'"),
    "a file that nothing reads": Break(
        "answers/words.yaml", "", "medicine: x\n", "medicine", "nothing reads this file"
    ),
}

CHECKING = {
    # files
    "another ending": Break("answers/facts/new.yml", "", "facts: []\n", "facts", "nothing reads this file"),
    # facts
    "a figure in a sentence": Break(ORAL, "starts adults at", "starts 18 adults at", "18 adults", "the figure '18'"),
    "a figure in a folded line": Break(
        ORAL,
        "effects increase significantly",
        "effects above 60 mg increase",
        "effects above 60 mg",
        "the figure '60 mg'",
    ),
    "a percentage in the other sentence": Break(
        ORAL, "are seen, and they depend", "are seen in 5 %, and they", "are seen in 5 %", "the figure '5 %'"
    ),
    "a dose in words": Break(
        ORAL, "starts adults at", "starts at five mg", "starts at five mg", "the figure 'five mg'"
    ),
    "a symbol beside a figure": Break(ORAL, "by mouth, {", "by mouth, ≥ {", "by mouth, ≥ {", "symbol beside a figure"),
    "a dash between figures": Break(
        ORAL, "**{dose} {times_per_day}**", "**{dose}–{dose}**", "**{dose}–{dose}**", "joins two figures"
    ),
    "a unit after a figure": Break(ORAL, "{daily_dose} in all", "{daily_dose} mg", "{daily_dose} mg", "types a unit"),
    "a directive": Break(ORAL, "The source starts adults at", "You should start at", "You should", "tells a person"),
    "a short form": Break(ORAL, "by mouth, {", "PO, {", "PO, {", "holds a short form"),
    "an open slot": Break(ORAL, "{daily_dose} in all", "{daily_dose in all", "{daily_dose in all", "does not close it"),
    "an open bold mark": Break(
        ORAL, "**{dose} {times_per_day}**", "**{dose} {times_per_day}", "**{dose}", "not close it"
    ),
    "a range of frequencies": Break(
        ORAL,
        "values:\n    times_per_day: 3 times/day",
        "values:\n    times_per_day: 2-3 times/day",
        "2-3 times/day",
        "more than one number of doses a day",
    ),
    "a daily dose that is no product": Break(ORAL, "15 mg/day", "20 mg/day", "20 mg/day", "is 15\u00a0mg per day"),
    "a range upside down in a list": Break(
        "answers/facts/oral_children.yaml", "at: [1 month,", "at: [3-1 months,", "at: [3-1", "upside down"
    ),
    "half a review": Break(
        ORAL, "  cites: [A1]\n", "  cites: [A1]\n  reviewed_by: M\n", "reviewed_by", "half a review"
    ),
    "a review on no day": Break(
        ORAL,
        "  cites: [A1]\n",
        "  cites: [A1]\n  reviewed_by: M\n  reviewed_on: May\n",
        "reviewed_on: May",
        "is no date",
    ),
    "a value that a calculation takes": Break(
        PUMP,
        "    multiple_of_screening_bolus: 2\n",
        "",
        "id: intrathecal.adult.starting_dose",
        "no value 'multiple_of_screening_bolus', which a calculation takes",
    ),
    "a value that a calculation takes as a plain number": Break(
        PUMP,
        "bolus: 2\n",
        "bolus: twice\n",
        "screening_bolus: twice",
        "'multiple_of_screening_bolus' of intrathecal.adult.starting_dose as a plain number",
    ),
    "a value that a calculation takes with its unit": Break(
        ORAL,
        "step_per_dose: 5 mg",
        "step_per_dose: 5",
        "step_per_dose: 5",
        "'step_per_dose' of oral.adult.titration in mg",
    ),
    "a value that a calculation takes in another unit": Break(
        ORAL, "every: 3 days", "every: 72 hours", "every: 72 hours", "takes 'every' of oral.adult.titration in days"
    ),
    # comparisons
    "a figure in a comparison": Break(
        COMPARED,
        "says: >-\n    ",
        "says: >-\n    With 20 mg, ",
        "With 20 mg",
        "renal_avoid_below_30 holds the figure '20 mg'",
    ),
    "a symbol in a comparison": Break(
        COMPARED, "{avoided_below}", "≤ {avoided_below}", "says: >-", "has a symbol beside"
    ),
    "a directive in a comparison": Break(
        COMPARED, ": >-\n    ", ": >-\n    You, ", "says: >-", "tells a person what to do"
    ),
    "an open slot of a comparison": Break(COMPARED, "{avoided_below}", "{avoided_below", "says: >-", "not close it"),
    "a range of frequencies in a comparison": Break(
        COMPARED,
        "us_times_per_day: 4",
        "us_times_per_day: 3-4",
        "us_times_per_day: 3-4",
        "more than one number of doses",
    ),
    "an unknown limit of a comparison": Break(
        COMPARED, "[severe_renal]", "[dialysis]", "[dialysis]", "the unknown limit 'dialysis'"
    ),
    "a comparison that nothing shows": Break(
        COMPARED, "about: [any.any.stopping]", "about: []", "relation: differs\n  about: []", "no reply shows"
    ),
    "a copy without its address": Break(
        COMPARED, '["https://pubmed.ncbi.nlm.nih.gov/28899601/"]', "[PubMed]", "[PubMed]", "'PubMed' is no address"
    ),
    # calculations
    "a calculation without a name": Break(
        SUMS,
        "  dose_check: Dose check\n",
        "",
        "names:\n  titration_schedule",
        "'names' of the wording of calculations misses",
    ),
    "a result that is missing": Break(
        SUMS,
        '    uncapped: "The source\'s target by mouth for a child of {weight} comes to **{target}**."\n',
        "",
        "  weight_based_dose:\n    capped",
        "'results.weight_based_dose' of the wording of calculations misses 'uncapped'",
    ),
    "a result that none has": Break(
        SUMS, "    both:", "    more: x\n    both:", "    more: x", "'more', which no reply uses"
    ),
    "a step that is missing": Break(
        SUMS, '    days: "{content} ÷', '    # "{content} ÷', "    content:", "'steps.refill_interval' of the wording"
    ),
    "a note that is missing": Break(
        SUMS, "  low_dose: No rows", "  # No rows", "notes:\n  target_above", "misses 'low_dose'"
    ),
    "a note that no calculation has": Break(
        SUMS,
        "\nnotes:\n",
        "\nnotes:\n  too_many: words\n",
        "  too_many",
        "'notes' of the wording of calculations has 'too_many'",
    ),
    "a question back that is missing": Break(
        SUMS, "  no_bolus_unit: The", "  # The", "ask:\n  no_dose", "misses 'no_bolus_unit'"
    ),
    "a row that is missing": Break(SUMS, "  taper_end:", "  # ", "rows:\n  titration", "misses 'taper_end'"),
    "what was read that is missing": Break(SUMS, "  sex:", "  # ", "read:\n  lead", "misses 'sex'"),
    "an unknown part of calculations": Break(SUMS, "", "words: {a: b}\n", "words: {a", "'words', which no reply uses"),
    "results that are no mapping": Break(
        SUMS,
        'creatinine_clearance: "Formula: Cockcroft and Gault, Nephron 1976;16:31-41."',
        "[Cockcroft]",
        "formulas:\n  [Cockcroft]",
        "'formulas' of the wording of calculations is no mapping",
    ),
    "a calculation that says no text": Break(
        SUMS, 'steps_lead: "Worked out:"', "steps_lead: [so]", "steps_lead: [so]", "'steps_lead' of the wording of calc"
    ),
    "an unknown slot of a result": Break(
        SUMS, '"**{daily_dose}** is within the', '"**{dose}** is within the', "**{dose}** is within", "slot {dose}"
    ),
    "a slot that another result has": Break(
        SUMS, "of {adults_maximum}; for", "of {limit}; for", "of {limit}; for", "slot {limit}"
    ),
    "a slot that another step has": Break(SUMS, "= {content}", "= {days}", "= {days}", "the unknown slot {days}"),
    "a slot that a name has not": Break(SUMS, "Dose check\n", "Check of {dose}\n", "Check of {dose}", "slot {dose}"),
    "an unknown slot of a note": Break(SUMS, "{refill_longest}", "{longest}", "{longest}", "unknown slot {longest}"),
    "an unknown slot of a question back": Break(
        SUMS, "of {bolus} cannot", "of {dose} cannot", "{dose} cannot", "{dose}"
    ),
    "an unknown slot of a formula": Break(SUMS, "Formula: C", "Formula {name}: C", "Formula {name}", "slot {name}"),
    "an unknown slot of a suggestion": Break(SUMS, 'for {who}?"]', 'for {whom}?"]', "{whom}", "unknown slot {whom}"),
    "a figure in a result": Break(
        SUMS, "is within the source's range for adults", "is within 40 to 80 mg", "is within 40 to", "the figure '40'"
    ),
    "a figure in a folded line of a result": Break(
        SUMS, "titration runs.", "titration runs, at 60 mg.", "runs, at 60 mg", "the figure '60 mg'"
    ),
    "a figure in a step": Break(SUMS, "÷ {hours} hours", "÷ 24 hours", "÷ 24 hours", "the figure '24'"),
    "a figure in a note": Break(SUMS, "people up to the age of {clearance_age_known}", "people up to 92", "92", "'92'"),
    "a figure in a question back": Break(SUMS, "weigh, in kg?", "weigh, over 8 kg?", "over 8 kg", "the figure '8 kg'"),
    "a figure in a suggestion": Break(SUMS, "Is {mg} {times}", "Is 20 mg {times}", "Is 20 mg", "the figure '20 mg'"),
    "a symbol in a result": Break(
        SUMS, "lasts **{days}**", "lasts ≈ **{days}**", "lasts ≈", "a symbol beside a figure"
    ),
    "a short form in a note": Break(SUMS, "in mg by mouth.", "in mg PO.", "in mg PO.", "holds a short form"),
    "an open slot of a result": Break(SUMS, "at {daily}.", "at {daily.", "at {daily.", "opens a {slot}"),
    "an open bold mark of a result": Break(
        SUMS, "lasts **{days}**", "lasts **{days}", "lasts **{days}", "**bold** mark"
    ),
    "suggestions for no question back": Break(
        SUMS,
        "  dose_check:\n    no_unit: [",
        "  dose_check:\n    no_idea: []\n    no_unit: [",
        "no_idea",
        "'suggest.dose_check' of the wording of calculations has 'no_idea'",
    ),
    "suggestions for no calculation": Break(
        SUMS,
        "suggest:\n",
        "suggest:\n  no_sum: {}\n",
        "no_sum",
        "'suggest' of the wording of calculations has 'no_sum'",
    ),
    "suggestions that are no mapping": Break(
        SUMS, "suggest:\n", "suggest:\n  pump_infusion: x\n", "pump_infusion: x", "'suggest.pump_infusion' of"
    ),
    "suggestions that are no list": Break(
        SUMS,
        "  dose_check:\n    no_unit: [",
        "  dose_check:\n    no_dose: x\n    no_unit: [",
        "no_dose: x",
        "'suggest.dose_check.no_dose' is no list",
    ),
    # phrases
    "a phrase in two topics": Break(OFF_TOPIC, "", "  upper limit\n", "\n  upper limit\n", "in maximum_dose too"),
    "a phrase in two topics but for its endings": Break(
        OFF_TOPIC, "", "  upper limits\n", "  upper limits", "stands in maximum_dose too"
    ),
    "a phrase twice": Break(
        MAXIMUM,
        "      upper end\n",
        "      upper end\n      upper limit\n",
        "upper end\n      upper limit",
        "stands twice",
    ),
    "a phrase with a figure": Break(
        MAXIMUM, "      upper end\n", "      upper end 5\n", "upper end 5", "the figure '5'"
    ),
    "a phrase with a dose in words": Break(
        MAXIMUM, "      upper end\n", "      is ten mg the upper end\n", "is ten mg", "the figure 'ten mg'"
    ),
    "a detail of no fact": Break(
        MAXIMUM, "detail: reported_higher", "detail: high", "detail: high", "the detail 'high'"
    ),
    "a name that is another medicine's": Break(
        OTHERS, "", "  more: |\n    lioresal\n", "    lioresal", "stands in names too"
    ),
    "a phrase of two populations": Break(
        PEOPLE,
        "    pensioner\n",
        "    pensioner\n    teenager\n",
        "pensioner\n    teenager",
        "population.pediatric too",
    ),
    "a word in two lines of synonyms": Break(
        "intents/vocabulary/synonyms.yaml",
        "  usual: usual",
        "  usual: launching usual",
        "launching usual",
        "stands in synonyms.start too",
    ),
    "a lone number": Break(DANGER, "    ambulance\n", "    ambulance\n    112\n", "    112", "met by any number"),
    "a number that means a population": Break(
        PEOPLE, "    teenager\n", "    teenager\n    under 18s\n", "under 18s", "met by any number"
    ),
    "a dose in the vocabulary": Break(PEOPLE, "    teenager\n", "    teenager\n    on 5 mg\n", "on 5 mg", "a figure"),
    "words of danger that no rule reads": Break(
        DANGER, "  self_harm: |", "  harm: |\n    x\n  self_harm: |", "  harm:", "harm"
    ),
    "words of calculations that no rule reads": Break(
        SUM_WORDS, "  pieces: |", "  piece: |\n    x\n  pieces: |", "  piece:", "words of calculations 'piece'"
    ),
    # subjects
    "an unknown place": Break(SUBJECTS, "[labelling,", "[leaflet,", "[leaflet,", "unknown place 'leaflet'"),
    "a figure in a name": Break(
        SUBJECTS, "named: a missed dose", "named: a missed 5 mg", "missed 5 mg", "holds a figure"
    ),
    "a subject nobody asks for": Break(
        SUBJECTS,
        "subjects:\n",
        "subjects:\n  stars:\n    named: stars\n    look: [labelling]\n",
        "named: stars",
        "stars",
    ),
    # wording
    "a figure in the wording": Break(
        WORDING, "oral: by mouth", "oral: by mouth 5 mg", "by mouth 5 mg", "figure '5 mg'"
    ),
    "a percentage in the wording": Break(WORDING, "adult: adults", "adult: all %", "all %", "the figure '%'"),
    "an unknown slot of the wording": Break(
        WORDING, "{taper}", "{tapering}", "{tapering}", "the unknown slot {tapering}"
    ),
    "a slot where none is filled": Break(WORDING, "oral: by mouth", "oral: a {way}", "a {way}", "unknown slot {way}"),
    "an open slot of the wording": Break(WORDING, "{taper}", "{{taper}", "{{taper}", "does not close it"),
    "wording that is no text": Break(WORDING, "oral: by mouth", "oral: 7", "oral: 7", "is no text"),
    "wording that is empty": Break(WORDING, "oral: by mouth", "oral:", "routes:\n  oral:", "misses 'oral'"),
    "a part that is no mapping": Break(
        WORDING,
        "routes:\n  oral: by mouth\n  intrathecal: by intrathecal pump",
        "routes: two",
        "routes: two",
        "no mapping",
    ),
    "an unknown part": Break(WORDING, "", "words: {a: b}\n", "words: {a", "'words', which no reply uses"),
    "a part that is empty": Break(
        WORDING, "compare:\n  lead", "compare:\n  # lead", "compare:", "wording misses 'compare'"
    ),
    "an unknown topic to choose from": Break(
        WORDING,
        "clarify_topics: [starting_dose",
        "clarify_topics: [start",
        "clarify_topics: [start",
        "unknown topic 'start'",
    ),
    "an unknown topic to offer next": Break(
        WORDING, "[stopping, monitoring]", "[stop]", "[stop]", "unknown topic 'stop'"
    ),
    "topics that are no list": Break(
        WORDING, "regimen: [stopping, monitoring]", "regimen: stopping", "regimen: stopping", "'next.regimen'"
    ),
    "steps that are no list": Break(
        WORDING,
        "    withdrawal:\n      - ",
        "    withdrawal: >-\n      - ",
        "withdrawal: >-",
        "'emergency.do.withdrawal'",
    ),
    "a limit that is no quantity": Break(WORDING, "65 years", "retired at 65", "retired at 65", "is no quantity"),
    "a limit upside down": Break(WORDING, "2-17 years", "17-2 years", "17-2 years", "upside down"),
    "a limit in another unit": Break(
        WORDING, "refill_longest: 180 days", "refill_longest: 26 weeks", "26 weeks", "is in weeks, and read in days"
    ),
    "a limit that is missing": Break(
        WORDING, "  reservoir: 1-100 mL\n", "", "limits:\n  older_from", "'limits' of the wording misses 'reservoir'"
    ),
    "a calculation to offer next": Break(
        WORDING, "[stopping, monitoring]", "[calculation]", "[calculation]", "unknown topic 'calculation'"
    ),
    "an emergency that shows a dose": Break(
        WORDING, "overdose: [", "overdose: [oral.adult.maximum_dose, ", "overdose: [oral.adult", "holds a dose"
    ),
    "an emergency that shows nothing known": Break(WORDING, "overdose: [", "overdose: [x, ", "overdose: [x", "fact x"),
    # templates
    "a template that is not reached": Break(
        "answers/templates/start.md.j2", "", "{{ section.lead }}\n", "{{ section", "no reply reaches this template"
    ),
    "a template with broken Jinja": Break(CLARIFY, "{%- for", "{%- fro", "{%- fro", "unknown tag 'fro'"),
    "an unknown filter": Break(
        CLARIFY, "{{- question }}", "{{- question | shout }}", "shout", "No filter named 'shout'"
    ),
    "an unknown slot of a template": Break(CLARIFY, "{{- question }}", "{{- text }}", "{{- text", "the unknown 'text'"),
    "a dose in a template": Break(CLARIFY, "{{- question }}", "{{- question }} 5 mg", "5 mg", "the figure '5 mg'"),
    "a percentage in a template": Break(CLARIFY, "{{- question }}", "{{- question }} %", "question }} %", "figure '%'"),
    "a figure in a template's quotes": Break(CLARIFY, "{{ choice }}", "{{ 'over 60' }}", "over 60", "the figure '60'"),
    "a number that a template works with": Break(CLARIFY, "loop.index }}", "loop.index * 80 }}", "* 80", "figure '80'"),
    "a template that is not there": Break(
        CLARIFY, "{{- question }}", '{{- question }}{% include "lost.md.j2" %}', "lost.md.j2", "includes lost.md.j2"
    ),
}


# The parts of the wording whose first key stands in one line, and is not the only one.
PARTS = [*sorted({name for name in wording.WORDING_PARTS if "." not in name} - {"emergency", "compare"}), "look"]


@pytest.fixture(scope="session")
def content(tmp_path_factory) -> Path:
    """The project's own content, without its pairs, nor the phrases of most topics and lists of words, for speed."""
    folder = tmp_path_factory.mktemp("content")
    for part in ("intents", "answers"):
        shutil.copytree(find_root() / part, folder / part)
    for path in (*folder.glob("intents/*.yaml"), *folder.glob("intents/vocabulary/*.txt")):
        if path.relative_to(folder).as_posix() not in (MAXIMUM, SILENT, CHAT, OFF_TOPIC):
            path.unlink()
    return folder


@pytest.fixture(scope="session")
def found(content) -> Callable[[], list[ContentError]]:
    """What is found in the copy beyond what the unbroken copy has: that is the one test's matter to report."""
    own = {(finding.file, finding.problem) for finding in check(str(content), reviewed=False)}

    def found() -> list[ContentError]:
        findings = check(str(content), reviewed=False)
        return [finding for finding in findings if (finding.file, finding.problem) not in own]

    return found


@pytest.fixture
def change(content) -> Iterator[Callable[[str, str, str], None]]:
    """Change a file of the copy for one test: the first old becomes new (no old: new is added at the end)."""
    kept: dict[Path, str | None] = {}

    def change(file: str, old: str, new: str) -> None:
        path = content / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text, f"{file} holds {old!r} no longer: break something else"
        kept.setdefault(path, text if path.exists() else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            text.replace(old, new, 1) if old else text.rstrip("\n") + "\n" * bool(text) + new, encoding="utf-8"
        )

    yield change
    for path, text in kept.items():
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    shutil.rmtree(content / "tests", ignore_errors=True)


def line_of(content: Path, case: Break) -> int:
    text = (content / case.file).read_text(encoding="utf-8")
    assert case.at in text, f"the broken {case.file} does not hold {case.at!r}"
    return text.count("\n", 0, text.index(case.at) + len(case.at.rstrip())) + 1


def places(findings: list[ContentError]) -> list[tuple[str, int]]:
    return [(finding.file, finding.line) for finding in findings]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in {**LOADING, **CHECKING}.items()])
def test_one_broken_thing_is_one_finding_in_its_place(content, found, change, case):
    change(case.file, case.old, case.new)
    findings = found()
    assert places(findings) == [(case.file, line_of(content, case))], [str(finding) for finding in findings]
    assert case.problem in findings[0].problem
    assert findings[0].mend


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in LOADING.items()])
def test_what_cannot_be_read_also_stops_the_chatbot_from_starting(content, change, case):
    change(case.file, case.old, case.new)
    with pytest.raises(ContentError) as error:
        load(content)
    assert (error.value.file, error.value.line) == (case.file, line_of(content, case))


def test_the_projects_own_content_has_no_finding_but_for_pairs_to_come():
    findings = [finding for finding in check(None, reviewed=False) if "pairs that it needs" not in finding.problem]
    assert [str(finding) for finding in findings] == []


# ---------------------------------------------------------------------------------------------------- wording, files


def first_keys(content: Path) -> dict[str, tuple[int, str]]:
    """For each part of the wording the number and the text of the line after its name: its first key."""
    lines = (content / WORDING).read_text(encoding="utf-8").splitlines()
    numbers = {part: lines.index(f"{part}:") + 1 for part in PARTS}
    return {part: (number + 1, lines[number]) for part, number in numbers.items()}


def test_every_part_of_the_wording_must_have_its_keys(content, found, change):
    first = first_keys(content)
    for part, (_, text) in first.items():
        change(WORDING, f"\n{part}:\n{text}\n", f"\n{part}:\n")
    missing = {
        f"{part!r} of the wording misses {text.partition(':')[0].strip()!r}" for part, (_, text) in first.items()
    }
    assert missing - {finding.problem for finding in found()} == set()


def test_no_part_of_the_wording_may_have_a_key_that_no_reply_uses(content, found, change):
    first = first_keys(content)
    value = {"limits": "2 years"}
    for part, (_, text) in first.items():
        change(WORDING, f"\n{part}:\n{text}\n", f"\n{part}:\n  too_many: {value.get(part, 'words')}\n{text}\n")
    # A place to look may be added: subjects name it.
    expected = [
        (number + earlier, f"{part!r} of the wording has 'too_many', which no reply uses")
        for earlier, (part, (number, _)) in enumerate(sorted(first.items(), key=lambda item: item[1]))
        if part != "look"
    ]
    assert [(finding.line, finding.problem) for finding in found()] == expected


def test_a_part_of_the_wording_that_is_missing_is_reported(found, change):
    parts = [*PARTS, "emergency", "declined", "disclaimer"]
    for part in parts:
        change(WORDING, f"\n{part}:", f"\n{part}_gone:")
    missing = {f"the wording misses {part!r}" for part in parts}
    assert missing - {finding.problem for finding in found()} == set()


def test_words_without_which_a_danger_is_passed_over_are_asked_for(found, change):
    change(DANGER, "  self_harm: |", "  lethal_: |")
    problems = [finding.problem for finding in found()]
    assert problems == ["no phrase of 'emergency.self_harm'", "no rule reads the words of danger 'lethal_'"]


def test_a_frame_without_its_template_is_reported(content, found, change):
    text = (content / CLARIFY).read_text(encoding="utf-8")
    change(CLARIFY, text, "")
    (content / CLARIFY).unlink()
    findings = found()
    assert [(finding.file, finding.problem) for finding in findings] == [
        ("answers/templates", "the template clarify.md.j2 is missing")
    ]


def test_a_template_that_only_an_unreached_one_includes_is_not_reached(found, change):
    change("answers/templates/one.md.j2", "", '{% include "two.md.j2" %}\n')
    change("answers/templates/two.md.j2", "", "two\n")
    assert places(found()) == [
        ("answers/templates/one.md.j2", 1),
        ("answers/templates/two.md.j2", 1),
    ]


def test_all_findings_are_reported_by_file_and_line(found, change):
    change(WORDING, "oral: by mouth", "oral: by mouth 5 mg")
    change(ORAL, "40-80 mg/day", "80-40 mg/day")
    change(ORAL, "cites: [A1]", "cites: []")
    change(MAXIMUM, "      max dose\n", "      max dose!\n")
    places_ = places(found())
    assert [file for file, _ in places_] == [ORAL, ORAL, WORDING, MAXIMUM]
    assert places_ == sorted(places_)


def test_a_folder_without_content_is_an_error_and_no_finding(tmp_path):
    with pytest.raises(ContentError, match="no content here"):
        check(str(tmp_path), reviewed=False)


# ---------------------------------------------------------------------------------------------------- review, pairs


def test_every_fact_that_no_person_has_reviewed_is_reported_when_asked(content, change):
    change(ORAL, "  cites: [A1]\n", '  cites: [A1]\n  reviewed_by: M. Example, MD\n  reviewed_on: "2026-03-01"\n')
    facts = load(content).facts
    findings = [finding for finding in check(str(content), reviewed=True) if "no person" in finding.problem]
    reported = {finding.problem.rpartition(" ")[2]: (finding.file, finding.line) for finding in findings}
    assert reported == {fact.id: (fact.file, fact.line) for fact in facts if fact.id != "oral.adult.starting_dose"}
    assert not any("no person" in finding.problem for finding in check(str(content), reviewed=False))


def pairs(fact: str, count: int) -> str:
    rows = (f"  - {{id: p{row}, question: how, expect: {{facts: [{fact}]}}}}\n" for row in range(count))
    return "pairs:\n" + "".join(rows)


@pytest.mark.parametrize(("count", "enough"), [(1, False), (2, False), (3, True)])
def test_a_fact_needs_three_pairs_that_bring_it_up(content, change, count, enough):
    first, other, *_ = load(content).facts
    change("tests/pairs/some.pairs.yaml", "", pairs(first.id, count))
    missing = [finding for finding in check(str(content), reviewed=False) if "pairs that it needs" in finding.problem]
    assert ((first.file, first.line) not in places(missing)) == enough
    assert (other.file, other.line) in places(missing)


def test_pairs_that_cannot_be_read_are_reported_and_no_fact_with_them(found, change):
    change("tests/pairs/some.pairs.yaml", "", pairs("some.fact", 1))
    findings = found()
    assert places(findings) == [("tests/pairs/some.pairs.yaml", 2)]
    assert "some.fact" in findings[0].problem


def test_content_without_a_folder_of_pairs_is_asked_for_none(content):
    assert not any("pairs that it needs" in finding.problem for finding in check(str(content), reviewed=False))


# ---------------------------------------------------------------------------------------------------- the tables


def trees(path: Path) -> Iterator[ast.AST]:
    """All nodes of the code of a file or folder, the checks themselves left out."""
    files = [path] if path.is_file() else [file for file in path.rglob("*.py") if file.parent.name != "checking"]
    for file in files:
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def strings(*paths: Path) -> set[str]:
    """The texts that stand in the code of files or folders."""
    nodes = (node for path in paths for node in trees(path))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """The calls of functions or methods of these names."""
    for node in trees(path):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in names:
                yield node


def texts(*nodes: ast.AST) -> set[str]:
    """The texts in nodes, whichever of them a condition picks."""
    inner = (part for node in nodes for part in ast.walk(node))
    return {part.value for part in inner if isinstance(part, ast.Constant) and isinstance(part.value, str)}


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        (wording.NOTES, ["dosing", "bot.py"]),
        (wording.CLARIFY, ["language", "bot.py"]),
        (wording.LIMITS, ["dosing", "rendering.py"]),
        (wording.PLACES, ["rendering.py"]),
        (wording.EMERGENCIES, ["language", "query.py"]),
        (calculations.NOTES, ["dosing"]),
        (calculations.READ, ["workings.py", "calculation.py"]),
    ],
    ids=["notes", "clarify", "limits", "places", "emergencies", "notes of calculations", "read"],
)
def test_the_checks_ask_for_no_wording_that_the_code_does_not_use(asked, paths):
    # A key may be put together from its parts.
    parts = ("hours_below", "hours_above")
    assert set(asked) - strings(*(PACKAGE / path for path in paths)) - set(parts) == set()


def test_the_checks_know_the_words_of_danger_that_the_rules_combine():
    asked = [call for name in ("safety", "signs") for call in calls(PACKAGE / f"language/{name}.py", *READ)]
    words = {word.value for call in asked for word in call.args if isinstance(word, ast.Constant)}
    parts = {kind for compound in COMPOUNDS for kind in compound.kinds}
    # Told by tokens, made of others, or read from a mention.
    made = {compound.sign for compound in COMPOUNDS} - set(phrases.EMERGENCY_WORDS) | {"told", "anothers"}
    read = {"retracted", "generic", "harmless", "small_child", "asking", "crisis", "labelled"}
    assert set(phrases.EMERGENCY_WORDS) == (words | parts) - made | read


def test_the_checks_know_the_words_of_calculations_that_the_rules_combine():
    words = {word for words in OWN_WORDS.values() for word in words}
    for call in calls(PACKAGE / "language", "says", "places", "_said"):
        words |= texts(*call.args)
    for call in calls(PACKAGE / "language", "has", "all_of", "_mentions"):
        if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == "sums":
            words |= texts(*call.args[1:])
    assert set(phrases.SUM_WORDS) == words


def test_the_checks_know_the_templates_that_replies_are_written_with_and_their_slots():
    frames: dict[str, set[str]] = {}
    for node in calls(PACKAGE / "rendering.py", "write"):
        for name in texts(node.args[0]):
            frames.setdefault(name, set()).update(keyword.arg for keyword in node.keywords)
    assert {name: set(variables) for name, variables in templates.FRAMES.items()} == frames


def test_the_checks_know_the_questions_back_of_calculations_and_their_quantities():
    asked: dict[str, set[str]] = {}
    for call in calls(PACKAGE / "dosing", "missing", "InputError"):
        for key in texts(*call.args[:1]):
            asked.setdefault(key, set()).update(keyword.arg for keyword in call.keywords)
    assert {key: set(slots) for key, slots in calculations.ASK.items()} == asked


def test_the_checks_know_the_values_of_facts_that_calculations_take():
    taken = {RISES_ABOVE, "times_per_day_up_to"}
    for call in calls(PACKAGE / "dosing", "quantity_of", "number_of"):
        taken |= texts(call.args[1])
    assert {key for need in calculations.NEEDED_VALUES for key in need.keys} == taken


def amount(number: str, unit: str = "mg", basis: Basis = Basis.DAY, times: int | None = None) -> Dose:
    return Dose(Decimal(number), Decimal(number), unit, basis, times)


def checked(population: Population, *doses: Dose, route: Route = Route.ORAL, as_start: bool = False) -> Made:
    return CalculationName.DOSE_CHECK, Figures(doses=doses), population, route, {"as_start": as_start}


Made = tuple[CalculationName, Figures, Population, Route, dict[str, bool]]
ADULT, CHILD, BY_MOUTH, BY_PUMP = Population.ADULT, Population.PEDIATRIC, Route.ORAL, Route.INTRATHECAL
DAILY, STRENGTH, BOLUS = (amount("100", "mcg"),), Decimal(500), amount("75", "mcg", Basis.UNSAID)
KIDNEYS = Figures(age_years=Decimal(60), weight_kg=Decimal(70), creatinine=Decimal(1), creatinine_unit="mg/dL")
# Calculations that together say every text of results, rows and steps.
MADE: tuple[Made, ...] = (
    (CalculationName.TITRATION_SCHEDULE, Figures(target=amount("60")), ADULT, BY_MOUTH, {}),
    *(
        (CalculationName.TAPER_SCHEDULE, Figures(doses=(amount("60"),), days=Decimal(days)), ADULT, BY_MOUTH, {})
        for days in (7, 30)
    ),
    *(
        (CalculationName.WEIGHT_BASED_DOSE, Figures(weight_kg=Decimal(weight)), CHILD, BY_MOUTH, {})
        for weight in (20, 50)
    ),
    *(checked(ADULT, amount(dose)) for dose in ("30", "60", "100", "130")),
    *(checked(Population.ELDERLY, amount(dose)) for dose in ("30", "50", "100")),
    *(checked(CHILD, amount(dose)) for dose in ("60", "100", "300")),
    *(checked(Population.RENAL_IMPAIRMENT, amount(dose)) for dose in ("30", "100", "200")),
    *(checked(ADULT, amount(dose), as_start=True) for dose in ("15", "30")),
    *(checked(CHILD, amount(dose, "mcg"), route=BY_PUMP) for dose in ("10", "100", "900")),
    checked(ADULT, amount("10", "mcg", Basis.HOUR), route=BY_PUMP),
    checked(ADULT, amount("20", "mg", Basis.DOSE, 3)),
    *(
        (CalculationName.PUMP_STARTING_DOSE, Figures(screening_bolus=BOLUS, response=how), ADULT, BY_PUMP, {})
        for how in (Response.UNSAID, Response.BRIEF, Response.PROLONGED)
    ),
    *((CalculationName.PUMP_DOSE_STEP, Figures(doses=DAILY), whom, BY_PUMP, {}) for whom in (ADULT, CHILD)),
    (CalculationName.PUMP_INFUSION, Figures(doses=DAILY), ADULT, BY_PUMP, {"hourly_only": True}),
    (CalculationName.PUMP_INFUSION, Figures(doses=DAILY, concentration_mcg_per_ml=STRENGTH), ADULT, BY_PUMP, {}),
    *(
        (
            CalculationName.REFILL_INTERVAL,
            Figures(doses=DAILY, concentration_mcg_per_ml=STRENGTH, reservoir_ml=Decimal(20), usable=usable),
            ADULT,
            BY_PUMP,
            {},
        )
        for usable in (True, False)
    ),
    (CalculationName.CREATININE_CLEARANCE, replace(KIDNEYS, sex=Sex.FEMALE), ADULT, BY_MOUTH, {}),
    (
        CalculationName.CREATININE_CLEARANCE,
        replace(KIDNEYS, sex=Sex.MALE, creatinine=Decimal(90), creatinine_unit="micromol/L"),
        ADULT,
        BY_MOUTH,
        {},
    ),
)


def told(path: str, key: str) -> str:
    """A text that names itself and every slot that the checks allow in it."""
    slots = "".join(f" {{{slot}}}" for slot in calculations.slots_of(path, key))
    return f"<{path}.{key}>{slots}"


def test_the_slots_that_a_calculation_may_name_are_all_filled_and_every_text_is_said():
    content = load(find_root())
    table: dict[str, dict] = {"names": {}, "formulas": {}, "notes": {}}
    wanted = set()
    for path, keys in calculations.PARTS.items():
        part, _, name = path.partition(".")
        if part in ("results", "steps", "rows") and (name or part == "rows"):
            inner = table.setdefault(part, {})
            (inner.setdefault(name, {}) if name else inner).update({key: told(path, key) for key in keys})
            wanted |= {f"{path}.{key}" for key in keys}
    workings = Workings(replace(content, calculations=table), content.limits)
    said, notes = set(), set()
    for name, figures, population, route, more in MADE:
        query = Query(Topic.CALCULATION, route, population)
        answer = compute((Request(name, **more),), figures, query, FactBook(content.facts), content.limits)
        assert answer.calculations, (name, figures, answer.question, answer.notes)
        notes |= set(answer.notes)
        for made in answer.calculations:
            lines = [workings.result(made), *workings.rows(made), *workings.steps(made)]
            said |= {path for line in lines for path in re.findall(r"<(.+?)>", line)}
    assert said == wanted
    assert notes <= {*calculations.NOTES, *wording.NOTES}


def test_the_slots_that_what_was_read_may_name_are_all_filled_and_every_text_is_said():
    content = load(find_root())
    table = {"read": {key: told("read", key) for key in calculations.READ}}
    workings = Workings(replace(content, calculations=table), content.limits)
    bolus = Figures(screening_bolus=BOLUS)
    number = Decimal(5)
    read = (
        *(Figures(doses=(amount("5", unit, Basis.UNSAID),)) for unit in ("mg", "")),
        Figures(doses=(amount("5", "mg", Basis.DOSE, 3),)),
        Figures(doses=(amount("5", "mg", Basis.DAY, 3),)),
        Figures(doses=(replace(amount("5", "mg", Basis.HOUR, 3), high=number),)),
        Figures(target=amount("60")),
        *(replace(bolus, hours=number, hours_sign=sign) for sign in ("", "below", "above")),
        *(replace(bolus, response=how) for how in Response),
        *(Figures(reservoir_ml=number, usable=usable, concentration_mcg_per_ml=number) for usable in (True, False)),
        Figures(days=number),
        Figures(clearance_ml_per_min=number),
        replace(KIDNEYS, sex=Sex.MALE),
        replace(KIDNEYS, creatinine_unit="", weight_said="154 lb", age_years=Decimal("0.5")),
    )
    said = {path for figures in read for path in re.findall(r"<read\.(.+?)>", workings.read_back(figures))}
    assert set(calculations.READ) - said <= {"dose_times"}  # no dose with a frequency lacks its daily amount today


def test_a_fact_that_a_calculation_needs_is_asked_for(found, change):
    change(PUMP, "detail: pump_records", "detail: records")
    assert [(finding.file, finding.line, finding.problem) for finding in found()] == [
        ("answers/facts", 0, "no fact of monitoring (intrathecal, any, pump_records), from which a calculation is made")
    ]


def test_words_that_a_calculation_is_asked_with_are_asked_for(found, change):
    change(SUM_WORDS, "  usable: |", "  useable: |")
    change(SUM_WORDS, "  she: |\n    she\n    her\n    hers\n    she's\n", "")
    problems = [
        "no phrase of 'sex.she'",
        "no phrase of 'sums.usable'",
        "no rule reads the words of calculations 'useable'",
    ]
    assert [finding.problem for finding in found()] == problems


@pytest.mark.parametrize("part", sorted({path.partition(".")[0] for path in calculations.PARTS}))
def test_a_part_of_the_calculations_that_is_missing_is_reported(found, change, part):
    change(SUMS, f"\n{part}:\n" if part != "names" else "names:\n", f"\n{part}_gone:\n")
    problems = [finding.problem for finding in found()]
    assert problems.count(f"the wording of calculations misses {part!r}") == 1
    assert problems.count(f"the wording of calculations has '{part}_gone', which no reply uses") == 1
    assert len(problems) == 2


def test_content_without_the_wording_of_calculations_is_one_finding(content, found, change):
    change(SUMS, (content / SUMS).read_text(encoding="utf-8"), "")
    (content / SUMS).unlink()
    assert [(finding.file, finding.problem) for finding in found()] == [(SUMS, "no wording of calculations")]


# ---------------------------------------------------------------------------------------------------- the guide

GUIDE = Path(__file__).parents[1] / "docs/content.md"


def test_the_guides_examples_can_be_added_to_the_content_as_they_stand(found, change):
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    for file, text in blocks:
        change(file, "", text)
    assert [str(finding) for finding in found()] == []


@pytest.mark.parametrize(
    "words", [FACT_TOPICS, Route, Population, Origin, UNITS], ids=["topic", "route", "population", "origin", "unit"]
)
def test_the_guide_names_every_word_of_the_vocabulary(words):
    text = GUIDE.read_text(encoding="utf-8")
    assert [word for word in map(str, words) if f"`{word}`" not in text] == []
