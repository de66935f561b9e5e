"""What a measured command cost and printed."""

import os
import sys

import pytest

from tests.benchmarks.machine import PEERS, machine_facts
from tests.benchmarks.processes import RunFailedError, run, share_bytes


def test_a_run_has_its_seconds_its_memory_and_its_output() -> None:
    code = "import time; held = bytearray(60_000_000); held[::4096] = b'x' * len(held[::4096]); time.sleep(0.4); print('done')"
    done = run([sys.executable, "-c", code])
    assert done.output == "done\n"
    assert done.seconds > 0.4
    assert done.sum_bytes >= done.largest_bytes > 60_000_000


def test_a_command_that_fails_says_which_and_why() -> None:
    with pytest.raises(RunFailedError, match=r"exit code 3: broken$"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('broken'); sys.exit(3)"])


def test_memory_of_a_process_that_has_ended_is_none() -> None:
    assert share_bytes(os.getpid()) > 0
    assert share_bytes(2**22 + 1) == 0


def test_an_absent_peer_is_said_to_be_absent() -> None:
    facts = machine_facts({"git": "2.39.5"})
    assert "git 2.39.5" in facts
    assert facts.count("absent") == len(PEERS) - 1
