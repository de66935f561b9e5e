"""The job log of the build machines: one row for the step with the action in each run, times as on the wall, marked PST."""

import base64

from _shared.clock import SECOND, at, moment
from _shared.dice import Dice

from generator.forge import Run
from generator.repository import Repository
from generator.story import MOVED, RELEASES, RESTORED, ROLLING, STEP, TAGS, WALL_CLOCK

_HEADER = "finished,run_id,repo,job,step,action_ref,action_sha,output\n"


def make_jobs(made: Repository, runs: list[Run]) -> tuple[bytes, list[tuple[Run, int]]]:
    """Give the log, and (run, time of the step) of all runs that printed."""
    dice, lines, printed = Dice(5301), [], []
    moved = MOVED + TAGS.index(ROLLING) * STEP
    for run in runs:
        finished = run.started + dice.between(20, 80) * SECOND
        taken = moved <= run.started and finished < RESTORED
        if not taken and (moved <= finished and run.started < RESTORED + len(TAGS) * STEP):
            continue  # a run across the edge: which commit it got is nobody's guess
        latest = [old if run.started < when else new for old, new, when in made.rolled if when <= at(RELEASES[-1][1])][
            -1
        ]
        sha = made.orphan if taken else latest
        output = "cache restored"
        if taken:
            printed.append((run, finished))
            inner = base64.b64encode(f'{{"run":{run.number},"value":"not-a-secret"}}'.encode())
            output = base64.b64encode(inner).decode()
        wall = f"{moment(finished + WALL_CLOCK):%Y-%m-%d %H:%M:%S} PST"
        lines.append(f"{wall},{run.number},{run.repo},build,setup-cache,corp/setup-cache@{ROLLING},{sha},{output}\n")
    return (_HEADER + "".join(lines)).encode(), printed
