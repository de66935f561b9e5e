"""The life line of every secret that a scanner found: one record per keyed fingerprint.

A key id that logs write in the clear (an AWS access key's) is joined to a secret by the same keyed fingerprint, so that
nothing here ever compares secrets. A GitHub token is joined by the hash that GitHub's audit log writes of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from timeline.analysis.facts import Facts
from timeline.analysis.secrets.uses import find_uses
from timeline.model.event import Event
from timeline.model.exposure import Exposures
from timeline.model.fingerprint import is_fingerprint
from timeline.model.secrets import Moment, Secret, Step
from timeline.query.tree import Node, TextTest, all_of
from timeline.rules.secret_pack import MomentRule, own_secret_pack

FOUND: Final[Node] = TextTest("action", "exact", "secret_found")
_ALERTS: Final[Node] = TextTest("kind", "exact", "github.secret_scanning")
_OWN: Final = "leakline"  # where a finding's raw fields say what is known of its secret
_REPOSITORIES: Final = frozenset({"github.repository", "gitlab.project"})
Print = Callable[[str], str]


@dataclass(slots=True)
class _Gathered:
    """What findings say of one secret."""

    types: dict[str, None] = field(default_factory=dict)
    last_four: str | None = None
    verified: bool | None = None
    places: dict[str, None] = field(default_factory=dict)
    repositories: dict[str, None] = field(default_factory=dict)
    findings: int = 0
    hashes: set[str] = field(default_factory=set)
    at_tip: bool | None = None
    steps: list[Step] = field(default_factory=list)


def find_secrets(
    facts: Facts, exposures: Exposures, print_of: Print, rules: Sequence[MomentRule] | None = None
) -> list[Secret]:
    """All secrets, the longest exposed first, those that still live before others. `print_of` is the case's fingerprint."""
    rules = rules or own_secret_pack()
    gathered, same = _findings(facts)
    if not gathered:
        return []
    ids = _ids(facts, gathered, print_of)
    by_id = {name: print_ for print_, names in ids.items() for name in names}
    for rule in rules:
        for event in facts.matching(rule.query):
            _take(facts, rule, event, gathered, same, by_id, print_of)
    found = [_secret(facts, print_, one, sorted(ids.get(print_, ())), exposures) for print_, one in gathered.items()]
    return sorted(found, key=_rank)


def _rank(secret: Secret) -> tuple[bool, int, str]:
    return not secret.lives, 2**63 if secret.exposed_us is None else secret.exposed_us, secret.fingerprint


def _findings(facts: Facts) -> tuple[dict[str, _Gathered], dict[str, str]]:
    """(what is known by fingerprint, other fingerprints -> the one that stands for the secret)."""
    same: dict[str, str] = {}
    events: list[tuple[Event, Mapping[str, Any]]] = []
    for node in (FOUND, _ALERTS):
        for event in facts.matching(all_of([node, TextTest("credential", "present")])):
            known = facts.raw_fields(event).get(_OWN)
            own = _of(known, event.credential or "")
            events.append((event, own))
            sha1, whole = own.get("sha1_fingerprint"), own.get("fingerprint")
            if isinstance(sha1, str) and isinstance(whole, str):
                same[sha1] = whole
    gathered: dict[str, _Gathered] = {}
    for event, own in events:
        print_ = same.get(event.credential or "", event.credential or "")
        if is_fingerprint(print_):
            _gather(gathered.setdefault(print_, _Gathered()), event, own)
    return gathered, same


def _of(known: object, credential: str) -> Mapping[str, Any]:
    """Of several findings in one record, the one with this credential."""
    found = [one for one in (known if isinstance(known, list) else [known]) if isinstance(one, Mapping)]
    return next((one for one in found if credential in {one.get("fingerprint"), one.get("sha1_fingerprint")}), {})


def _gather(one: _Gathered, event: Event, own: Mapping[str, Any]) -> None:
    one.findings += event.action == "secret_found"
    if isinstance(own.get("type"), str):
        one.types[own["type"]] = None
    if isinstance(own.get("last_four"), str):
        one.last_four = own["last_four"]
    if isinstance(own.get("verified"), bool):
        one.verified = own["verified"] or bool(one.verified)
    if isinstance(own.get("at_tip"), bool):
        one.at_tip = own["at_tip"] or bool(one.at_tip)
    if isinstance(own.get("sha256"), str):
        one.hashes.add(own["sha256"])
    if event.resource and event.action == "secret_found":
        one.places[event.resource] = None
    if event.account:
        one.repositories[event.account] = None


def _ids(facts: Facts, gathered: Mapping[str, _Gathered], print_of: Print) -> dict[str, set[str]]:
    """Fingerprint -> credentials that logs write in the clear, or hashed, and that are this secret."""
    hashed = {digest: print_ for print_, one in gathered.items() for digest in one.hashes}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group in facts.groups(("credential",), TextTest("credential", "present")):
        name = str(group.values[0])
        if is_fingerprint(name):
            continue
        print_ = hashed.get(name) or print_of(name)
        if print_ in gathered:
            found[print_].add(name)
    return found


def _take(
    facts: Facts, rule: MomentRule, event: Event, gathered: Mapping[str, _Gathered], same: Mapping[str, str],
    by_id: Mapping[str, str], print_of: Print,
) -> None:  # fmt: skip
    if rule.id is None:
        print_ = same.get(event.credential or "", event.credential or "")
    else:
        name = rule.id.text(event, {} if rule.id.path is None else facts.raw_fields(event)) or ""
        name = name.rpartition("/")[2]
        print_ = by_id.get(name) or (print_of(name) if name else "")
    if print_ in gathered:
        gathered[print_].steps.append(Step(rule.moment, event.timestamp, event.key, rule.title))


def _secret(facts: Facts, print_: str, one: _Gathered, ids: Sequence[str], exposures: Exposures) -> Secret:
    committed = _first(one.steps, "committed")
    opened = _opened(one, committed, exposures)
    steps = sorted([*one.steps, *([] if opened is None else [opened]), *_closed(one, exposures)], key=_by_time)
    exposed = opened or _first(steps, "reported")
    revoked = _ended(steps)
    since = None if exposed is None or not exposed.is_bound or committed is None else committed.us
    uses = find_uses(
        facts, ids, None if exposed is None else exposed.us, None if revoked is None else revoked.us, since
    )
    return Secret(
        print_,
        tuple(one.types),
        one.last_four,
        one.verified,
        tuple(one.places),
        tuple(one.repositories),
        one.findings,
        tuple(steps),
        tuple(ids),
        None if exposed is None else exposed.us,
        None if exposed is None else exposed.key,
        exposed is not None and exposed.is_bound,
        None if revoked is None else revoked.us,
        None if revoked is None else revoked.key,
        one.at_tip,
        uses,
    )


def _by_time(step: Step) -> tuple[bool, int, str]:
    return step.us is None, step.us or 0, step.key


def _first(steps: Iterable[Step], what: Moment) -> Step | None:
    return next((step for step in sorted(steps, key=_by_time) if step.what == what and step.us is not None), None)


def _opened(one: _Gathered, committed: Step | None, exposures: Exposures) -> Step | None:
    """When a repository that has the secret was first open to everyone: at the commit, if it was open already."""
    names = {_bare(name) for name in one.repositories}
    found = []
    for window in exposures.windows:
        if (
            window.thing.kind not in _REPOSITORIES
            or window.holder.audience == "others"
            or _bare(window.thing.name) not in names
        ):
            continue
        if committed is not None and committed.us is not None and window.closed_us < committed.us:
            continue
        if committed is not None and committed.us is not None and committed.us >= window.opened_us:
            words = f"committed while {window.thing.name} was open to {window.holder.audience}"
            found.append(Step("open", committed.us, committed.key, words))
        else:
            words = f"{window.thing.name} open to {window.holder.audience}"
            key = window.opened_key or window.closed_key or ""
            found.append(Step("open", window.opened_us, key, words, is_bound=window.opened_key is None))
    return min(found, key=_by_time, default=None)


def _closed(one: _Gathered, exposures: Exposures) -> Iterator[Step]:
    """When a window was closed that the secret itself opens, as a signature in a URL does."""
    own = {step.key for step in one.steps}
    for window in exposures.windows:
        if window.closed_key is not None and not own.isdisjoint((*window.also, window.opened_key)):
            words = "it expires, as it says itself" if window.closed_key in own else "what it opens was closed"
            yield Step("revoked", window.closed_us, window.closed_key, words)


def _bare(name: str) -> str:
    """The last part of a repository's name, address or path."""
    return name.rstrip("/").removesuffix(".git").removesuffix(".bundle").rpartition("/")[2].casefold()


def _ended(steps: Sequence[Step]) -> Step | None:
    """The moment from which on it no longer worked: the first revocation after the last time that it was switched on."""
    ended = None
    for step in steps:
        if step.what == "revoked" and step.us is not None:
            ended = ended or step
        elif step.what == "reactivated":
            ended = None
    return ended
