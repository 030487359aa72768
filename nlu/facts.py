"""Plain facts in a message (dữ kiện): who writes, about whom, who does harm, how old, when.

Every fact comes with the words that told it. What the text does not say stays unknown.
"""

from collections.abc import Iterable
from dataclasses import replace

from nlu.ages import birth_years
from nlu.assessment import Facts
from nlu.children import ages, how_many, sexes
from nlu.fact_kinds import Told, When
from nlu.fact_words import Heard, load_fact_words, overlaps
from nlu.harm import scene
from nlu.labels import Intent
from nlu.model import Opinion
from nlu.offenders import how_many as how_many_offenders
from nlu.offenders import is_carer, offenders, relations
from nlu.people import load_people
from nlu.phones import phones
from nlu.said import Said, Span
from nlu.telling import told
from nlu.writer import about, author

_MOST = 12
"""Of one sort of fact so many are told; a longer list helps nobody."""
_LIKELY = 0.15


def facts(said: Said, opinion: Opinion, intent: Intent) -> Facts:
    """Read what the text says about the people in it. Pure; never raises; work grows with it."""
    words = load_fact_words()
    seen = scene(said, load_people().find(said), words, _kinds(opinion, intent))
    role = author(seen, opinion)
    found = offenders(seen, role)
    whom = about(seen, role)
    told_ages = ages(seen, role, whom, found)
    known = Facts(
        author_role=role,
        child_age=told_ages.child_age,
        child_ages=told_ages.children[:_MOST],
        author_age=told_ages.author,
        adult_ages=told_ages.adults[:_MOST],
        birth_years=tuple(told(said, span, year) for year, span in birth_years(said))[:_MOST],
        phones=phones(said, seen.people, found)[:_MOST],
    )
    if not intent.is_report:
        return known  # `cha mẹ đánh con có bị phạt không?` tells of nobody
    heard = relations(found, seen)
    sayings = words.sayings.find(said)
    return replace(
        known,
        offender_is_carer=is_carer(heard, seen, words, found, role),
        child_sexes=sexes(seen, role, found),
        children=how_many(seen, found),
        offenders=how_many_offenders(found, seen),
        offender_relations=heard[:_MOST],
        when=_when(said, sayings),
        about=whom,
        is_injured=_answer("injured", said, sayings),
        has_weapon=_answer("weapon", said, sayings),
        child_is_alone=_answer("alone", said, sayings),
        offender_is_present=_answer("present", said, sayings) if found else None,
    )


def _kinds(opinion: Opinion, intent: Intent) -> tuple[Intent, ...]:
    """Return what kinds of report it may be: what is harm hangs on them."""
    likely = (one for one, chance in opinion.intents.items() if chance >= _LIKELY)
    return (intent, *(one for one in likely if one.is_report))


def _when(said: Said, heard: Heard) -> tuple[Told[When], ...]:
    """Return each time once; `mấy bữa nay` is no `bữa nay`: the longer words win."""
    hidden = heard.get("when not", ())
    times = {when: heard.get(f"when {when}", ()) for when in When}
    every = {span for spans in times.values() for span in spans}
    found: list[Told[When]] = []
    for when, spans in times.items():
        own = [x for x in spans if not overlaps(x, hidden) and not _is_within(x, every)]
        if own:
            found.append(told(said, own[0], when))
    return tuple(found)


def _is_within(span: Span, others: Iterable[Span]) -> bool:
    """Whether other words begin before and reach into it, or hold all of it and more."""
    return any(
        x.start < span.start < x.end or (x.start == span.start and x.end > span.end) for x in others
    )


def _answer(question: str, said: Said, heard: Heard) -> Told[bool] | None:
    """Return the answer and its words; what is denied counts before what is said."""
    hidden = heard.get(f"{question} not", ())
    for answer, name in ((False, "no"), (True, "yes")):
        spans = heard.get(f"{question} {name}", ())
        own = next((x for x in spans if not overlaps(x, hidden)), None)
        if own is not None:
            return told(said, own, answer)
    return None
