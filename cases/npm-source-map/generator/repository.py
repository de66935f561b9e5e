"""The repository corp-cli, as a bundle: two months of work, the build change, one merge, the fix."""

from dataclasses import dataclass, field
from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, at
from _shared.dice import Dice
from _shared.git_objects import Objects, bundle

from generator import source_tree
from generator.source_tree import Tree
from generator.story import (
    AUTHORED,
    BOT,
    COMMITTED,
    DANA,
    FIX_COMMITTED,
    FIX_RELEASE_COMMIT,
    FIX_TAGGED,
    LENA,
    MERGED,
    PEOPLE,
    PRIYA,
    RELEASE_COMMIT,
    TAGGED,
    TOM,
    Person,
)

_VERBS: Final = ("fix", "tidy", "speed up", "simplify", "document", "test", "harden")
_RELEASES: Final = ((14, "2.1.85"), (29, "2.1.86"), (50, "2.1.87"))
_ORDINARY: Final = 54
_WORKING_DAYS: Final = 40  # from Monday 2 February to Friday 27 March
_TRAVEL: Final = 38  # number of the commit that Tom made far from home


@dataclass(slots=True)
class History:
    """What the other makers need to know of the repository: tags, commits as (id, time), and its objects."""

    objects: Objects = field(default_factory=Objects)
    tags: dict[str, str] = field(default_factory=dict)
    tagged_commits: dict[str, str] = field(default_factory=dict)
    commits: list[tuple[str, int, Person]] = field(default_factory=list)
    rebased: int = 0

    def commit(
        self,
        tree: Tree,
        parents: list[str],
        who: Person,
        when: int,
        subject: str,
        *,
        authored: int | None = None,
        zone: str | None = None,
    ) -> str:
        """Write a commit; `authored` is the author's time where it is not the committer's."""
        authored = when if authored is None else authored
        self.rebased += authored != when
        lines = [f"tree {self.objects.write_tree(tree)}", *(f"parent {parent}" for parent in parents)]
        lines += [
            f"author {signature(who, authored, zone)}",
            f"committer {signature(who, when, zone)}",
            "",
            subject,
            "",
        ]
        oid = self.objects.write("commit", "\n".join(lines).encode())
        self.commits.append((oid, when, who))
        return oid

    def tag(self, version: str, commit: str, who: Person, when: int) -> None:
        """Write an annotated tag."""
        name = f"v{version}"
        lines = [f"object {commit}", "type commit", f"tag {name}", f"tagger {signature(who, when)}", "", name, ""]
        self.tags[name] = self.objects.write("tag", "\n".join(lines).encode())
        self.tagged_commits[name] = commit


def signature(who: Person, when: int, zone: str | None = None) -> str:
    """Write name, address, seconds and zone as in a commit."""
    hours = who.zone_hours(when)
    stated = zone or f"{'-' if hours < 0 else '+'}{abs(hours):02d}00"
    return f"{who.name} <{who.email}> {when // SECOND} {stated}"


def make_history() -> History:
    """Give the whole history."""
    history = History()
    tree = source_tree.first_tree()
    tip = _ordinary_work(history, tree)
    tip = _bad_release(history, tree, tip)
    _fixed_release(history, tree, tip)
    return history


def make_bundle(history: History) -> bytes:
    """Give the bundle with the branch and the tags, as `git bundle create --all` names them."""
    tip = history.commits[-1][0]
    refs = [("refs/heads/main", tip)]
    refs += [(f"refs/tags/{name}", oid) for name, oid in sorted(history.tags.items())]
    return bundle(history.objects, [*refs, ("HEAD", tip)])


def _ordinary_work(history: History, tree: Tree) -> str:
    dice = Dice(2101)
    when = at("2026-02-02T08:12:40Z")
    tip = history.commit(tree, [], PRIYA, when, "Start the command line in a repository of its own")
    releases = dict(_RELEASES)
    for number in range(2, _ORDINARY + 1):
        who = LENA if number in releases else BOT if number % 11 == 0 else dice.pick(PEOPLE)
        who = TOM if number == _TRAVEL else who
        when = max(_working_time(number, who, dice), when + 7 * MINUTE + dice.below(900) * SECOND)
        if number in releases:
            tip = _release(history, tree, tip, releases[number], when)
            continue
        tip = _edit(history, tree, tip, number, who, when, dice)
    return tip


def _working_time(number: int, who: Person, dice: Dice) -> int:
    day = (number - 1) * (_WORKING_DAYS - 1) // (_ORDINARY - 1)
    midnight = at("2026-02-02T00:00:00Z") + (day // 5 * 7 + day % 5) * DAY
    local = midnight + 9 * HOUR + dice.below(8 * 3600) * SECOND
    return local - who.zone_hours(local) * HOUR


def _edit(history: History, tree: Tree, tip: str, number: int, who: Person, when: int, dice: Dice) -> str:
    authored = None
    module = dice.pick(source_tree.MODULES)
    source_tree.edit_module(tree, module, number, dice)
    subject = f"{module}: {dice.pick(_VERBS)} step {number}"
    if who is BOT:
        subject = f"deps: update {dice.pick(('typescript', 'esbuild', 'undici'))}"
    elif dice.chance(0.16):
        authored = when - dice.between(3, 1400) * MINUTE
    zone = "+0900" if number == _TRAVEL else None
    return history.commit(tree, [tip], who, when, subject, authored=authored, zone=zone)


def _release(history: History, tree: Tree, tip: str, version: str, when: int) -> str:
    source_tree.set_package(tree, version)
    commit = history.commit(tree, [tip], LENA, when, f"release: {version}")
    history.tag(version, commit, LENA, when + 3 * SECOND)
    return commit


def _bad_release(history: History, tree: Tree, base: str) -> str:
    side = tree.copy()
    source_tree.set_build(side, source_map=True, splitting=True)
    source_tree.drop_npmignore(side)
    source_tree.set_package(side, "2.1.87", files=False)
    built = history.commit(
        side, [base], DANA, COMMITTED, "build: faster bundles\n\nSplit chunks, keep maps beside them for the profiler.",
        authored=AUTHORED,
    )  # fmt: skip
    source_tree.edit_module(tree, "stream", 901, Dice(2102))
    main = history.commit(tree, [base], PRIYA, at("2026-03-30T15:20:09Z"), "stream: stop reading after the last frame")
    tree |= side | {"src/stream.ts": tree["src/stream.ts"]}
    source_tree.drop_npmignore(tree)
    subject = "Merge pull request #412 from corp/faster-bundles"
    merge = history.commit(tree, [main, built], DANA, MERGED, subject)
    source_tree.set_package(tree, "2.1.88")
    release = history.commit(tree, [merge], DANA, RELEASE_COMMIT, "release: 2.1.88")
    history.tag("2.1.88", release, DANA, TAGGED)
    return release


def _fixed_release(history: History, tree: Tree, tip: str) -> None:
    source_tree.set_build(tree, source_map=False, splitting=True)
    source_tree.restore_npmignore(tree)
    source_tree.set_package(tree, "2.1.88", files=True)
    subject = "build: no source maps in the package\n\nBack to the list of files; the map stays in the build bucket."
    fix = history.commit(tree, [tip], PRIYA, FIX_COMMITTED, subject)
    source_tree.set_package(tree, "2.1.89")
    release = history.commit(tree, [fix], LENA, FIX_RELEASE_COMMIT, "release: 2.1.89")
    history.tag("2.1.89", release, LENA, FIX_TAGGED)
