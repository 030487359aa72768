"""`langnghe call`: ring the hotline from a terminal, or replay call scripts. No carrier is needed.

The store is a temporary folder that is gone afterwards, and time passes as words are heard, not as
the clock on the wall goes; everything else is as in the service.
"""

import argparse
import asyncio
import os
from pathlib import Path

from intake.assembly import Parts, read_parts
from intake.clock import utc_now
from intake.commands.call_leg import CallBroken
from intake.commands.call_play import Caller, play_script
from intake.commands.call_script import Calls, Step, read_call_step, read_script
from intake.commands.call_stage import open_carrier
from intake.commands.call_twiml import TwimlError
from intake.commands.terminal import ask, files_of, hush, tell, write
from intake.logs import configure_logs
from intake.settings import read_settings

_FOLDER = Path(__file__).resolve().parents[2] / "tests" / "journeys" / "calls"
"""In a checkout; an installed copy has no scripts, and takes the names of files."""
_CALLER = "+84900000123"
_HELP = """\
1 2 0 # …            presses keys; an empty line is silence
hangup               puts the receiver down; call, call anonymous: calls again
wait 30 s            lets time pass; done: who took the call hangs up
truc1 takes after 5 s   truc2 sleeps   truongca voicemail   (also: refuses, busy)
quit"""


def call(options: argparse.Namespace) -> int:
    """Call, or replay `--story` scripts and folders; 1 when a script does not come out."""
    configure_logs("ERROR")
    parts = read_parts(read_settings(os.environ))
    if options.story:
        return asyncio.run(_replay(files_of(options.story, _FOLDER), parts, quiet=options.quiet))
    try:
        return asyncio.run(talk(parts, operators=options.on_duty))
    except (KeyboardInterrupt, EOFError):
        return 0


async def _replay(files: list[Path], parts: Parts, *, quiet: bool) -> int:
    is_well = True
    for file in files:
        script = read_script(file)
        write(f"== {script.name}: {script.title}")
        failures = await play_script(script, parts, hush if quiet else tell)
        for failure in failures:
            write(f"   ✗ {failure}")
        write("-- does not come out" if failures else "-- comes out")
        is_well = is_well and not failures
    return 0 if is_well else 1


async def talk(parts: Parts, *, operators: int) -> int:
    """Call from the terminal until `quit` or the end of what is typed (raises `EOFError`)."""
    async with open_carrier(parts, utc_now, tell, operators=operators) as carrier:
        caller = Caller(carrier)
        write("Temporary store: nothing is kept. help, quit")
        await _do(caller, Calls(caller=_CALLER))
        while (words := (await asyncio.to_thread(ask)).strip()) != "quit":
            if words == "help":
                write(_HELP)
                continue
            try:
                await _do(caller, _step(words))
            except ValueError as error:
                write(f"    {error}")
    return 0


async def _do(caller: Caller, step: Step) -> None:
    """Do a step, and say on the side how the line is and what the desk has by now."""
    try:
        await caller.play(step)
    except (CallBroken, TwimlError) as error:
        write(f"    {error}")
    for failure in caller.failures:
        write(f"    ✗ {failure}")
    caller.failures.clear()
    if caller.leg is not None and caller.leg.is_over:
        write(f"    | the call is over: {caller.leg.end}")
    for ticket in (await caller.carrier.stage.tickets())[:1]:
        facts = (ticket.kind.value, ticket.urgency.value, ticket.channel, ticket.state.value)
        write(f"    | {ticket.number}  {'  '.join(facts)}")


def _step(words: str) -> Step:
    """Read what was typed; raises ValueError."""
    name, _, rest = words.partition(" ")
    match name:
        case "":
            return read_call_step("silence")
        case "hangup":
            return read_call_step("hangs up")
        case "done":
            return read_call_step("operator hangs up")
        case "call":
            return Calls(caller=rest or _CALLER)
        case "wait":
            return read_call_step({"waits": rest})
        case _ if rest:
            return read_call_step({"telephones": {name: rest}})
    return read_call_step({"press": name})
