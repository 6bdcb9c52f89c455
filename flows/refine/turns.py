"""Share the time of cleaning: sources take turns, and one whose pages are slow waits and has a limit."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Generic, Protocol, TypeVar

# Seconds. A page that takes longer to clean is slow. Pages of real outlets take a tenth of a second.
SLOW_PAGE = 2.0
NOT_CLEANED = "not cleaned: slow pages of this source took {seconds:g} seconds in this run; it is fetched again"


class Sourced(Protocol):
    """Something that belongs to a source."""

    @property
    def source(self) -> str: ...


Task = TypeVar("Task", bound=Sourced)


class Patience:
    """How much time the slow pages of each source have taken.

    Args:
        seconds: what the slow pages of one source may take together; None for no limit.
        words: why a page of a source that has used up its time was not cleaned; `{seconds:g}` stands for the time.
    """

    def __init__(self, seconds: float | None, words: str = NOT_CLEANED) -> None:
        self.seconds = seconds
        self.words = words
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._quick: set[str] = set()

    @property
    def spent(self) -> Counter[str]:
        """The milliseconds that the slow pages of each source have taken, a source without slow pages left out."""
        return Counter({source: round(seconds * 1000) for source, seconds in self._spent.items()})

    def resume(self, spent: Mapping[str, int]) -> None:
        """Count what an earlier process spent, in milliseconds."""
        for source, milliseconds in spent.items():
            self._spent[source] += milliseconds / 1000

    def spend(self, source: str, seconds: float) -> None:
        """Count the time that a page took."""
        if seconds > SLOW_PAGE:
            self._spent[source] += seconds
        else:
            self._quick.add(source)

    def is_over(self, source: str) -> bool:
        """Whether a source has used up its time."""
        return self.seconds is not None and self._spent.get(source, 0.0) >= self.seconds

    def is_slow(self, source: str) -> bool:
        return source in self._spent

    def is_quick(self, source: str) -> bool:
        """Whether a page of the source was quick, and none was slow."""
        return source in self._quick and source not in self._spent


class Turns(Generic[Task]):
    """The tasks that wait, by source.

    A source gives one task at a time until one of them was quick. A slow source waits until no other has a task left, and then
    gives one at a time; slow sources together never use the last worker.
    """

    def __init__(self, tasks: Sequence[Task], patience: Patience, workers: int) -> None:
        self._patience = patience
        self._workers = workers
        self._waiting: dict[str, deque[Task]] = defaultdict(deque)
        for task in tasks:
            self._waiting[task.source].append(task)
        self._order = deque(self._waiting)  # whose turn is next
        self._under_way: Counter[str] = Counter()

    def take(self) -> Task | None:
        """Take the next task; None if none may be started now."""
        for source in self._order:
            if self._may_start(source):
                self._order.remove(source)
                task = self._waiting[source].popleft()
                self._under_way[source] += 1
                if self._waiting[source]:
                    self._order.append(source)
                return task
        return None

    def _may_start(self, source: str) -> bool:
        if self._patience.is_quick(source):
            return True
        if self._under_way[source]:
            return False
        if not self._patience.is_slow(source):
            return True
        slow = sum(self._patience.is_slow(other) for other, count in self._under_way.items() if count)
        return slow < max(1, self._workers - 1) and all(map(self._patience.is_slow, self._order))

    def ended(self, task: Task) -> None:
        """Note that a task has ended."""
        self._under_way[task.source] -= 1

    def given_up(self) -> list[Task]:
        """Return the tasks of sources that have used up their time, and forget them."""
        over = [source for source in self._order if self._patience.is_over(source)]
        self._order = deque(source for source in self._order if source not in over)
        return [task for source in over for task in self._waiting.pop(source)]


def in_turn(
    tasks: Sequence[Task], patience: Patience, workers: int, start: Callable[[Task], Future[Any]]
) -> Iterator[tuple[Task, Future[Any] | None]]:
    """Start the tasks in turn, and yield each with its finished future; with None if its source has used up its time.

    The caller reports to `patience` what each task took before it asks for the next.
    """
    turns = Turns(tasks, patience, workers)
    under_way: dict[Future[Any], Task] = {}
    while True:
        yield from ((task, None) for task in turns.given_up())
        while len(under_way) < 2 * max(1, workers) and (task := turns.take()):
            under_way[start(task)] = task
        if not under_way:
            return
        finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in finished:
            ended = under_way.pop(future)
            turns.ended(ended)
            yield ended, future
