"""Why the machine sized a ticket so (vì sao): how sure it was, and what would have changed it.

Short on purpose: the words and rules that fired stand above it, in the reporter's own spelling.
"""

from dataclasses import dataclass

from nlu.labels import Intent, Urgency
from storage.rows import TicketRow

_SURE_FROM, _LIKELY_FROM = 0.85, 0.6
_HARM = (Intent.SEXUAL_ABUSE, Intent.PHYSICAL_VIOLENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What the block says, as keys of words under `why`."""

    confidence: int | None
    """Per cent; None where the machine did not say."""
    how_sure: str
    graver: tuple[str, ...]
    less: tuple[str, ...]


def why_of(ticket: TicketRow) -> Why:
    """Return what would have made the ticket graver or less grave, as the rules stand."""
    confidence = _confidence(ticket)
    return Why(
        confidence=None if confidence is None else round(confidence * 100),
        how_sure=_how_sure(confidence),
        graver=_graver(ticket),
        less=_less(ticket),
    )


def _confidence(ticket: TicketRow) -> float | None:
    said = ticket.facts.get("confidence")
    return float(said) if isinstance(said, int | float) else None


def _how_sure(confidence: float | None) -> str:
    if confidence is None:
        return "unknown"
    if confidence >= _SURE_FROM:
        return "sure"
    return "likely" if confidence >= _LIKELY_FROM else "guess"


def _graver(ticket: TicketRow) -> tuple[str, ...]:
    if ticket.urgency is Urgency.CRITICAL:
        return () if ticket.danger else ("life",)
    is_carer_open = ticket.kind in _HARM and ticket.facts.get("offender_is_carer") is not True
    is_below_high = ticket.urgency.rank > Urgency.HIGH.rank
    return ("now", "carer") if is_carer_open and is_below_high else ("now",)


def _less(ticket: TicketRow) -> tuple[str, ...]:
    if ticket.urgency is Urgency.LOW:
        return ()
    layers = {str(reason.get("layer")) for reason in ticket.facts.get("reasons", ())}
    if ticket.urgency is Urgency.CRITICAL:
        return ("floor",) if "floor" in layers else ("model",)
    return ("past",) if "floor" in layers or ticket.kind.is_report else ("no_report",)
