"""Damaged AML and ASL by the ten thousand: ``python -m tests.fuzz aml|asl|run [--seed N] [--count N] [FILE...]``.

``aml`` reads and writes tables, ``asl`` compiles sources, ``run`` loads tables and runs some methods.
Too long for every run of the tests, which have a small part of it (test_fuzz.py of tests/aml, tests/asl, tests/interp).
The same seed and count make the same inputs.  What fails is written to the folder of ``--keep``; the exit code is 1.
FILE are dumps or tables whose AML is damaged besides that of fixtures/, for ``asl`` sources.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from acpitools.aml.machine import AML_SIGNATURES, read_table, write_table
from acpitools.asl.compile import compile_source
from acpitools.asl.diagnostics import failed
from acpitools.asl.format.document import disassemble
from acpitools.core.errors import AmlError
from acpitools.dumps.load import load
from acpitools.interp.bring_up import load_as, start_as
from acpitools.interp.evaluate import evaluate
from acpitools.interp.limits import Limits
from acpitools.interp.linux import linux
from acpitools.interp.objects import Method
from acpitools.interp.semantics import NT, Semantics
from acpitools.report.value_json import as_data
from tests.support import FIXTURES

SECONDS = 20
"""CPU time that one input may take; the slowest takes a tenth of it."""
MEMORY = 2 << 30
LONGEST = 8000
"""Bytes of a seed: larger ones are slower, and say nothing new."""

METHODS = 12
"""Methods of a damaged table that are run."""
LIMITS = Limits(steps=20_000, loop_turns=2_000, object_size=1 << 18, work=1 << 24)

TOKENS = re.compile(r'"(?:\\.|[^"\\\n])*"|\w+|\s+|.', re.DOTALL)


class FuzzError(Exception):
    """What a damaged input must not do."""


def damaged_bytes(data: bytes, generator: random.Random) -> bytes:
    """Return a table with a few bytes of its AML changed, lost, repeated or put in."""
    changed = bytearray(data)
    for _ in range(generator.randint(1, 6)):
        if len(changed) < 40:
            break
        kind, place = generator.random(), generator.randrange(36, len(changed))
        if kind < 0.4:
            changed[place] = generator.randrange(256)
        elif kind < 0.6:
            changed[place] ^= 1 << generator.randrange(8)
        elif kind < 0.7:
            del changed[place : place + generator.randint(1, 40)]
        elif kind < 0.8:
            changed[place:place] = generator.randbytes(generator.randint(1, 8))
        elif kind < 0.95:
            source = generator.randrange(36, len(changed))
            changed[place:place] = changed[source : source + generator.randint(1, 200)]
        else:
            del changed[place:]
    return bytes(changed)


def damaged_text(text: str, words: list[str], generator: random.Random) -> str:
    """Return a source with a few of its words changed, lost, repeated, swapped or put in."""
    tokens = TOKENS.findall(text)
    named = [place for place, token in enumerate(tokens) if token[0].isalnum() or token[0] in '_"']
    for _ in range(generator.choice((1, 1, 1, 2, 4))):
        if len(tokens) < 4:
            break
        kind, place, other = generator.random(), generator.randrange(len(tokens)), generator.randrange(len(tokens))
        if kind < 0.4:
            place = generator.choice(named)
            if place < len(tokens):
                tokens[place] = generator.choice(words)
        elif kind < 0.45:
            tokens[place], tokens[other] = tokens[other], tokens[place]
        elif kind < 0.6:
            del tokens[place : place + generator.randint(1, 5)]
        elif kind < 0.75:
            tokens[place:place] = tokens[other : other + generator.randint(1, 30)]
        elif kind < 0.9:
            tokens[place] = generator.choice("(){}[],;\"'\\/*#+-<>=!&|^%.~\n\0\t") * generator.choice((1, 1, 2, 50))
        elif kind < 0.97:
            token = tokens[place]
            at = generator.randrange(len(token) + 1)
            tokens[place] = token[:at] + chr(generator.randrange(1, 0x180)) + token[at + 1 :]
        else:
            del tokens[place:]
    return "".join(tokens)


def check_aml(data: bytes) -> str:
    """Read, write back, disassemble and compile a table; return what became of it."""
    table = read_table(data)
    if write_table(table) != data:
        raise FuzzError("not written back as it was read")
    done = compile_source(disassemble(table), "fuzz.dsl")
    if not done.tables:
        raise FuzzError(f"the disassembly does not compile: {done.diagnostics[0]}")
    if done.tables[0].data != data:
        raise FuzzError("the disassembly compiles to other bytes")
    return "damaged" if table.findings else "sound"


def check_run(data: bytes, generator: random.Random) -> str:
    """Load a table, start the machine and run some of its methods; return what became of it."""
    try:
        like = generator.choice((Semantics(), linux(), NT))
        machine = load_as(like, [data], limits=LIMITS)
        start_as(like, machine)
    except AmlError as error:
        return f"not loaded: {type(error).__name__}"
    nodes = machine.namespace.nodes.values()
    methods = [node.text for node in nodes if isinstance(node.value, Method) and node.value.arity == 0]
    ended = 0
    for path in generator.sample(sorted(methods), min(METHODS, len(methods))):
        try:
            as_data(machine, evaluate(machine, path))
        except AmlError as error:
            if not str(error):
                raise FuzzError(f"{path}: an error that says nothing") from error
        else:
            ended += 1
    if machine.nested or machine.sync.level:
        raise FuzzError("what ran is not over")
    return "ran" if ended else "all methods failed" if methods else "no methods"


def check_asl(text: str) -> str:
    """Compile a source; return what became of it."""
    done = compile_source(text, "fuzz.asl")
    if bool(done.tables) == failed(done.diagnostics):
        raise FuzzError("a table and errors, or neither")
    lines = text.count("\n") + 1
    for told in done.diagnostics:
        if not (0 < told.line <= lines and told.column > 0 and str(told)):
            raise FuzzError(f"no place in the source: {told}")
    return "compiled" if done.tables else "refused"


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise FuzzError(f"still at it after {SECONDS} s")


def attempt(work: Callable[[], str]) -> tuple[str, float]:
    """Run one check in bounded time; return its outcome and the CPU seconds it took."""
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    begun = time.process_time()
    try:
        return work(), time.process_time() - begun
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def aml_seeds(files: list[str]) -> list[bytes]:
    """Return the tables to damage: of fixtures/, and of dumps."""
    data = [path.read_bytes() for folder in ("asl", "aml", "interp") for path in FIXTURES.glob(f"{folder}/**/*.aml")]
    data += [table.data for file in files for table in load([file]) if table.signature in AML_SIGNATURES]
    return sorted({each for each in data if 40 < len(each) <= LONGEST})


def asl_seeds(files: list[str]) -> list[str]:
    """Return the sources to damage."""
    paths = [*FIXTURES.glob("asl/*/*.asl"), *map(Path, files)]
    texts = {path.read_text(encoding="latin-1") for path in paths}
    return sorted(text for text in texts if len(text) <= LONGEST)


def words_of(texts: list[str]) -> list[str]:
    """Return the names, numbers and strings of sources."""
    return sorted({word for text in texts for word in TOKENS.findall(text) if word[0].isalnum() or word[0] in '_"'})


def main() -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("aml", "asl", "run"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    parser.add_argument("files", nargs="*")
    given = parser.parse_intermixed_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, _stop)
    generator = random.Random(given.seed)
    tables = [] if given.kind == "asl" else aml_seeds(given.files)
    texts = asl_seeds(given.files) if given.kind == "asl" else []
    words = words_of(texts)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for number in range(given.count):
        if given.kind == "aml":
            data = damaged_bytes(generator.choice(tables), generator)
            work = lambda data=data: check_aml(data)  # noqa: E731
        elif given.kind == "run":
            data = damaged_bytes(generator.choice(tables), generator)
            work = lambda data=data: check_run(data, generator)  # noqa: E731
        else:
            text = damaged_text(generator.choice(texts), words, generator)
            data = text.encode("utf-8", "surrogatepass")
            work = lambda text=text: check_asl(text)  # noqa: E731
        try:
            outcome, seconds = attempt(work)
            slowest = max(slowest, seconds)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what this looks for
            outcome = f"FAILED: {type(error).__name__}: {error}".splitlines()[0][:100]
            given.keep.mkdir(parents=True, exist_ok=True)
            (given.keep / f"{given.kind}-{given.seed}-{number}").write_bytes(data)
            if outcomes[outcome] < 3:
                traceback.print_exc()
        outcomes[outcome] += 1
    sys.stdout.write(f"{given.count} inputs, the slowest {slowest:.2f} s\n")
    sys.stdout.writelines(f"{count:8} {outcome}\n" for outcome, count in outcomes.most_common())
    return int(any(outcome.startswith("FAILED") for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
