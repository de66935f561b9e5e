"""Worker processes, a thread for each: what one was at when it was killed is tried again alone, then given up."""

import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Final

import pyarrow as pa

from timeline.ingest.misfortune import Gate, Misfortune
from timeline.ingest.work import Result, Task, as_ipc, given_up, work
from timeline.ingest.worker_process import Work, Worker, WorkerEnded

KILLED: Final = "decoding it killed the worker process, twice"
UNTRIED: Final = "not decoded: the chunks before it killed their worker processes"
_TRIES: Final = 2
_AT_HAND: Final = 2  # tasks that a process has: one in work, the next at hand


@dataclass(slots=True)
class _Job:
    """A task and where its result goes. `deaths`: of processes that were at it; `sent`: one has it."""

    task: Task
    future: Future[Result] = field(default_factory=Future)
    deaths: int = 0
    sent: bool = False


class Crew:
    """At most `jobs` processes, started when there is work for them. `notes` tell of tasks that were given up.

    A task whose process is killed is tried once more while no other process works, as memory may be short; a task of many
    chunks, one chunk at a time. When that process is killed as well, the records are rejects, and the evidence is kept.
    Where no process lives long enough to take a task, this one does the work.
    """

    def __init__(self, jobs: int, do: Work = work) -> None:
        self.do = do
        self.misfortune = Misfortune()
        self.gate = Gate()
        self.closed = False
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._waiting = 0
        self._lock = threading.Lock()
        self._workers: set[Worker] = set()
        self._threads = [
            threading.Thread(target=_Driver(self).run, name=f"leakline-worker-{n}", daemon=True) for n in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def notes(self) -> list[str]:
        """A list that grows, and changes, while there is work."""
        return self.misfortune.notes

    def submit(self, task: Task) -> Future[Result]:
        """Put a task in the queue."""
        job = _Job(task)
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """End all processes at once; what is under way is dropped."""
        with self._lock:
            self.closed = True
            for worker in self._workers:
                worker.kill()
        self.gate.close()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def next_job(self, *, wait: bool) -> _Job | None:
        """A job from the queue; None at the end, and, unless told to wait, when another thread is there to take one."""
        if not wait:
            try:
                return None if self._waiting else self._jobs.get_nowait()
            except Empty:
                return None
        with self._lock:
            self._waiting += 1
        job = self._jobs.get()
        with self._lock:
            self._waiting -= 1
        return job

    def new_worker(self) -> Worker:
        """Start a process. WorkerEnded when it cannot be started."""
        worker = Worker(self.do)
        with self._lock:
            self._workers.add(worker)
            if self.closed:
                worker.kill()
        return worker

    def end_worker(self, worker: Worker) -> None:
        """Take leave of a process."""
        with self._lock:
            self._workers.discard(worker)
        worker.close()


class _Driver:
    """Keeps one process at work on the jobs it holds, oldest first."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._held: deque[_Job] = deque()
        self._worker: Worker | None = None

    def run(self) -> None:
        """Body of the thread."""
        while not self._crew.closed:
            self._take_jobs()
            if not self._held:
                break
            try:
                self._go_on(self._held[0])
            except WorkerEnded:
                self._bury()
            except Exception as error:  # noqa: BLE001  # told to whoever waits for the result
                self._end(error)
        if self._worker is not None:
            self._crew.end_worker(self._worker)

    def _take_jobs(self) -> None:
        while len(self._held) < _AT_HAND and not (self._held and self._held[0].deaths):
            job = self._crew.next_job(wait=not self._held)
            if job is None:
                return
            self._held.append(job)

    def _go_on(self, job: _Job) -> None:
        """Bring the oldest job to its end."""
        misfortune = self._crew.misfortune
        if not job.sent and misfortune.homeless:
            self._end(given_up(job.task, KILLED) if job.deaths else self._crew.do(job.task))
        elif not (job.sent or job.deaths or misfortune.worth_a_try()):
            self._end(given_up(job.task, UNTRIED))
        elif (worker := self._send()) is not None:
            result = worker.receive()
            misfortune.lived()
            self._end(result)

    def _send(self) -> Worker | None:
        """Let the process have what it may; None at the end of all work."""
        for place, job in enumerate(islice(self._held, _AT_HAND)):
            alone = bool(job.deaths)
            if job.sent:
                continue
            if place and (self._held[0].deaths or alone):
                break
            if not self._crew.gate.enter(alone=alone, wait=not place):
                return self._worker if place else None
            job.sent = True
            self._worker = self._worker or self._crew.new_worker()
            self._worker.send(job.task)
        return self._worker

    def _end(self, outcome: Result | Exception) -> None:
        """The oldest job is done."""
        job = self._held.popleft()
        self._leave(job)
        if isinstance(outcome, Exception):
            job.future.set_exception(outcome)
        else:
            job.future.set_result(outcome)

    def _leave(self, job: _Job) -> None:
        if job.sent:
            job.sent = False
            self._crew.gate.leave(alone=bool(job.deaths))

    def _bury(self) -> None:
        """The process was killed: what it was at is the oldest job."""
        worker, self._worker = self._worker, None
        for job in self._held:
            self._leave(job)
        if worker is not None:
            self._crew.end_worker(worker)
        job = self._held[0]
        if self._crew.closed:
            return
        if worker is None or not worker.ready:
            self._crew.misfortune.stillborn()
        elif len(job.task.parts) > 1:
            self._split(self._held.popleft())
        else:
            job.deaths += 1
            if job.deaths >= _TRIES:
                self._crew.misfortune.died()
                self._end(given_up(job.task, KILLED))

    def _split(self, job: _Job) -> None:
        """Go on with each chunk of a task by itself, so that only those are given up that kill."""
        singles = [_Job(Task((part,))) for part in job.task.parts]
        self._held.extendleft(reversed(singles))
        futures = [single.future for single in singles]
        futures[-1].add_done_callback(lambda _: _join(futures, job.future))  # they are done in their order


def _join(parts: list[Future[Result]], whole: Future[Result]) -> None:
    try:
        whole.set_result(_joined([part.result() for part in parts]))
    except Exception as error:  # noqa: BLE001  # told to whoever waits for the whole
        whole.set_exception(error)


def _joined(results: list[Result]) -> Result:
    """The results of one chunk each, as that of one task."""
    tables = [pa.ipc.open_stream(result.events).read_all() for result in results if result.events]
    events = b""
    if tables:  # each has left out what is null everywhere in it
        table = pa.concat_tables(tables, promote_options="default").unify_dictionaries().combine_chunks()
        events = as_ipc(table.to_batches()[0])
    accounts = tuple(account for result in results for account in result.accounts)
    return Result(events, accounts, tuple(frames for result in results for frames in result.frames))
