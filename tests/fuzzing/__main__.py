"""Fuzz the parsers: python -m tests.fuzzing [--seconds N] [--kind K ...] [--seed N] [--keep DIR]. See README.md beside."""

import argparse
import random
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.fuzzing.mutation import mutated
from tests.parsers.registry import load, registry, run
from tests.parsers.test_conformance import check
from timeline.model.parser import DecodeContext, Parser, Sample

_SLOW_S: Final = 2.0  # for at most a mebibyte


def try_one(parser: Parser, data: bytes, dice: random.Random) -> str | None:
    """What is wrong with how a parser takes these bytes; None when nothing is."""
    started = time.process_time()
    try:
        confidence = parser.sniff(Sample(data, "x.log", whole=dice.random() < 0.5)).confidence
        if not 0 <= confidence <= 100:
            return f"sniff gives {confidence}"
        done = run(parser, data)
        check(parser, data, done)
        if parser.FRAMING != "whole":
            parts = run(parser, data, (dice.randint(1, 900),), dice.randint(1, max(1, len(data))))
            if (parts.events, parts.refused) != (done.events, done.refused):
                return "other chunks give other events"
        parser.fields(data[:4096], b"", DecodeContext())
    except Exception:  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc()
    took = time.process_time() - started
    return f"took {took:.1f} s" if took > _SLOW_S else None


def main(words: Sequence[str] | None = None) -> int:
    """Fuzz until the time is over; 1 when something was found."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument(
        "--kind", action="append", choices=sorted(registry()), help="only this parser; may be repeated"
    )
    arguments.add_argument("--seed", type=int, default=None, help="default: from the clock; it is printed")
    arguments.add_argument("--keep", type=Path, help="write each input that was found to this folder")
    chosen = arguments.parse_args(words)
    seed = time.time_ns() if chosen.seed is None else chosen.seed
    dice = random.Random(seed)
    parsers = {kind: load(kind) for kind in chosen.kind or sorted(registry())}
    others = [sample for kind in registry() for sample in load(kind).SAMPLES]
    sys.stderr.write(f"seed {seed}, {len(parsers)} parsers\n")
    found: set[str] = set()
    runs, end = 0, time.monotonic() + chosen.seconds
    while time.monotonic() < end:
        for kind, parser in parsers.items():
            data = mutated(dice, dice.choice(parser.SAMPLES), others)
            problem = try_one(parser, data, dice)
            runs += 1
            if problem is not None and kind not in found:
                found.add(kind)
                sys.stdout.write(f"--- {kind}, {len(data)} bytes, run {runs}\n{problem}\n")
                if chosen.keep is not None:
                    chosen.keep.mkdir(parents=True, exist_ok=True)
                    (chosen.keep / f"{kind}-{runs}.bin").write_bytes(data)
    sys.stderr.write(f"{runs} runs, problems in {len(found)} parsers\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
