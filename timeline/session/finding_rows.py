"""Findings as rows, for screens."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from timeline.model.assets import Asset
from timeline.model.bursts import Burst, FirstSeen
from timeline.model.clocks import Clocks
from timeline.model.coverage import Interval
from timeline.model.exposure import Exposures, Window
from timeline.model.finding_rows import FindingRow, Findings
from timeline.model.hypotheses import Hypothesis
from timeline.model.identity import Actor, Link
from timeline.model.measures import DONE, Measure
from timeline.model.noise import Noise, NoiseLabel
from timeline.model.radius import Download
from timeline.model.secrets import NEVER, Secret
from timeline.model.signals import Signal, SignalEvent
from timeline.model.time import show_span, show_us
from timeline.query.write import quote_value, value_text
from timeline.session.deciding import HYPOTHESIS, LINK, MEASURE

if TYPE_CHECKING:
    from timeline.session.analysing import CaseFindings
    from timeline.session.case import Case

_MOST_DOWNLOADS = 1_000
_STANCES: Final = ("confirmed", "refused")
_VERDICTS: Final = ("accepted", "refused")


def finding_rows(case: "Case", which: Findings, *, cancel: threading.Event | None = None) -> list[FindingRow]:
    """All findings of one sort, in their own order."""
    return list(_ROWS[which](case.findings, cancel))


def _window(window: Window, found: Exposures) -> FindingRow:
    touches = found.touches.get(window.number, ())
    bounds = [] if window.opened_key else ["or before"]
    bounds += [] if window.closed_key else ["or later"]
    bounds += ["closed then or before"] if window.closed_is_bound else []
    noise = sum(touch.events for touch in touches if touch.noise is not None)
    labelled = f" ({noise:,} noise)" if noise else ""
    reads = f"{sum(touch.events for touch in touches):,} reads{labelled}, {sum(touch.bytes_out for touch in touches):,} bytes"
    who = "" if window.holder.who == "*" else f" {window.holder.who}"
    detail = "; ".join([f"{window.holder.audience}{who}", reads, *bounds, *window.notes])
    return FindingRow(
        window.opened_us,
        window.closed_us,
        "open",
        f"{window.thing.kind} {window.thing.name}",
        detail,
        f"in:{window.name}",
    )


def _actor(actor: Actor) -> FindingRow:
    names = [identity.name for identity in actor.identities if identity.name != actor.name]
    size = f"{actor.bytes_out:,} bytes" if actor.with_bytes else "bytes not logged"
    also = [f"shared by {', '.join(actor.owners)}"] if actor.owners else [f"also {', '.join(names)}"] if names else []
    detail = "; ".join([f"{actor.events:,} events, {size}", *also])
    return FindingRow(actor.first_us, actor.last_us, actor.sort, actor.name, detail, f"person:{value_text(actor.name)}")


def _download(download: Download) -> FindingRow:
    firsts = [part.first_us for part in download.seen if part.first_us is not None]
    lasts = [part.last_us for part in download.seen if part.last_us is not None]
    obtained = "bytes not logged" if download.obtained is None else f"{download.obtained:,} bytes obtained"
    size = "size not known" if download.size is None else f"of {'' if download.exact else 'at least '}{download.size:,}"
    readers = sorted({reader for part in download.seen for reader in part.readers})
    who = f"by {', '.join(readers[:3])}" + (f" and {len(readers) - 3:,} more" if len(readers) > 3 else "")
    detail = f"{obtained} {size}; {download.reads:,} reads; {who}; seen by {', '.join(part.vantage for part in download.seen)}"
    query = " OR ".join(
        f"key:{key}" for part in download.seen for key in dict.fromkeys((part.first_key, part.last_key))
    )
    return FindingRow(min(firsts, default=None), max(lasts, default=None), download.taken, download.name, detail, query)


def _clocks(found: Clocks) -> Iterator[FindingRow]:
    for skew in found.skews:
        detail = f"{show_span(abs(skew.median_us))} from {skew.one}; {skew.matches:,} requests in both; {skew.title}"
        yield FindingRow(None, None, skew.words, skew.other, detail, " OR ".join(f"key:{key}" for key in skew.keys))
    for odd in found.anomalies:
        query = " OR ".join(f"key:{key}" for key in odd.keys)
        yield FindingRow(
            odd.us, odd.us, "commit", odd.sort, f"{odd.words}; {odd.actor or '-'}; {odd.resource or '-'}", query
        )
    for pair in found.unordered:
        what = "order not established"
        query = f"key:{pair.first_key} OR key:{pair.second_key}"
        yield FindingRow(pair.first_us, pair.second_us, "order", what, f"{pair.first_key}, {pair.second_key}", query)
    for one in found.assumed:
        detail = f"{one.events:,} events"
        yield FindingRow(
            None, None, one.basis, one.source, detail, f"source:{value_text(one.source)} timestamp_basis:{one.basis}"
        )


def _secret(secret: Secret) -> FindingRow:
    ending = f", ends in {secret.last_four}" if secret.last_four else ""
    what = f"{', '.join(secret.types) or 'secret'}{ending}"
    took = secret.time_to_revoke_us
    ended = NEVER if secret.lives else "revoked" if took is None else f"revoked after {show_span(took)}"
    uses = f"{secret.used('between', 'unknown'):,} uses before that, {secret.used('after'):,} after"
    places = f"in {', '.join(secret.places[:3])}" if secret.places else "no place known"
    query = " OR ".join(
        [f"key:{step.key}" for step in secret.steps] + [f"credential:{value_text(one)}" for one in secret.ids]
    )
    detail = "; ".join([ended, uses, places])
    return FindingRow(secret.exposed_us, secret.revoked_us, "lives" if secret.lives else "revoked", what, detail, query)


def _asset(asset: Asset) -> FindingRow:
    counts = (
        f"{asset.objects:,} objects, {asset.whole:,} whole, {asset.reads:,} reads, {asset.obtained:,} distinct bytes"
    )
    windows = f"open in {', '.join(asset.windows[:5])}" if asset.windows else "in no window"
    sets = [f"{one.got:,} of {one.of:,} of {one.name} by {one.reader}" for one in asset.sets[:3]]
    query = " OR ".join(f"key:{key}" for key in asset.keys)
    detail = "; ".join([counts, f"{len(asset.readers):,} readers", windows, *sets])
    return FindingRow(asset.first_us, asset.last_us, "taken", asset.title, detail, query)


def _measure(measure: Measure) -> FindingRow:
    done = measure.decision
    said = [] if done is None else [f"{done.state} by {done.analyst}" + (f": {done.comment}" if done.comment else "")]
    query = " OR ".join(f"key:{key}" for key in measure.keys)
    detail = "; ".join([*said, measure.target, measure.why, measure.how])
    state = DONE if measure.is_done else measure.sort
    return FindingRow(None, None, state, measure.title, detail, query, f"{MEASURE}{measure.id}", (DONE,))


def _interval(interval: Interval) -> FindingRow:
    what = f"{interval.vantage.name} {interval.vantage.scope}"
    query = " OR ".join(f"key:{key}" for key in interval.keys)
    return FindingRow(interval.start_us, interval.end_us, interval.state, what, interval.why, query)


def _burst(burst: Burst) -> FindingRow:
    counts = f"{burst.events:,} events, {burst.things:,} things, usual {burst.usual:,}"
    detail = f"{burst.title}; {counts}; from {', '.join(burst.addresses)}"
    who = [quote_value("actor", burst.actor), quote_value("credential", burst.credential)]
    start, end = (show_us(us, precision_us=1).replace(" ", "T") for us in (burst.start_us, burst.end_us))
    query = " ".join([*who, f"timestamp:[{start} TO {end}]"])
    return FindingRow(burst.start_us, burst.end_us, "burst", burst.credential or burst.actor or "-", detail, query)


def _signal(signal: Signal, event: SignalEvent) -> FindingRow:
    tips = "" if event.after is None else f"; {event.before or '-'} -> {event.after}"
    detail = f"{signal.title}; by {event.actor or '-'}; {event.outcome or '-'}{tips}"
    us = event.us or 0
    return FindingRow(us, us, signal.about, event.resource or signal.name, detail, f"key:{event.key}")


def _hypothesis(hypothesis: Hypothesis) -> Iterator[FindingRow]:
    stance = "" if hypothesis.decision is None else hypothesis.decision.state
    said = hypothesis.decision and hypothesis.decision.comment
    words = "; ".join([hypothesis.words, *([said] if said else [])])
    yield FindingRow(None, None, stance, hypothesis.title, words, "", f"{HYPOTHESIS}{hypothesis.name}", _STANCES)
    for signal in hypothesis.found:
        query = " OR ".join(f"key:{key}" for key in signal.keys)
        decides = "decides; " if signal.decides else ""
        words = "; ".join(signal.words[:3])
        yield FindingRow(None, None, signal.speaks, signal.title, f"{decides}{signal.count:,} found; {words}", query)
    for missing in hypothesis.missing:
        decides = "would decide; " if missing.decides else ""
        detail = f"{decides}{missing.absence}: {', '.join(missing.where) or 'no log is known to show it'}"
        yield FindingRow(None, None, "missing", missing.title, detail, "")


def _first_seen(seen: FirstSeen) -> FindingRow:
    detail = f"{seen.field} {seen.value}; {seen.events:,} events"
    who = quote_value("credential", seen.credential) if seen.credential else quote_value("actor", seen.actor)
    agent = f" {quote_value('user_agent', seen.value)}" if seen.field == "user_agent" else ""
    query = f"{who}{agent}" if agent else f"key:{seen.first_key}"
    return FindingRow(seen.first_us, seen.first_us, "new", seen.credential or seen.actor or "-", detail, query)


def _noise(label: NoiseLabel, of: int) -> FindingRow:
    counts = f"{label.events:,} of {of:,} events by {label.actor_count:,} actors from {label.address_count:,} addresses"
    names = ", ".join([*label.actors[:2], *label.addresses[:3]])
    detail = "; ".join([f"{label.basis} {label.title}", counts, *([names] if names else [])])
    return FindingRow(label.first_us, label.last_us, label.label, label.rule, detail, f"noise:{label.rule}")


def _link(link: Link) -> FindingRow:
    arrow = "is" if link.sort == "same" else "had"
    query = " OR ".join(f"key:{key}" for key in link.keys)
    what = f"{link.one.name} {arrow} {link.other.name}"
    detail = f"{link.title}; {link.confidence}; {link.events:,} events say so"
    return FindingRow(None, None, link.verdict or "open", what, detail, query, f"{LINK}{link.id}", _VERDICTS)


def _undecided(links: Iterable[Link]) -> list[Link]:
    """Those that count only when somebody says so, then those of which somebody has said something."""
    asked = [link for link in links if link.verdict or link.confidence == "possible"]
    return sorted(asked, key=lambda link: bool(link.verdict))


def _labels(found: Noise) -> Iterator[FindingRow]:
    return (_noise(label, found.of) for label in found.labels)


def _windows(found: Exposures) -> Iterator[FindingRow]:
    return (_window(window, found) for window in found.windows)


_ROWS: Final[Mapping[Findings, Callable[["CaseFindings", threading.Event | None], Iterable[FindingRow]]]] = {
    "exposures": lambda found, cancel: _windows(found.exposures(cancel=cancel)),
    "coverage": lambda found, cancel: map(_interval, found.coverage(cancel=cancel).intervals),
    "bursts": lambda found, cancel: map(_burst, found.bursts(cancel=cancel)),
    "first seen": lambda found, cancel: map(_first_seen, found.first_seen(cancel=cancel)),
    "tampering": lambda found, cancel: (_signal(s, e) for s in found.tampering(cancel=cancel) for e in s.events),
    "hypotheses": lambda found, cancel: (row for one in found.hypotheses(cancel=cancel) for row in _hypothesis(one)),
    "actors": lambda found, cancel: (_actor(one) for one in found.actors(cancel=cancel).actors if one.events),
    "downloads": lambda found, cancel: map(_download, found.radius(cancel=cancel).downloads[:_MOST_DOWNLOADS]),
    "clocks": lambda found, cancel: _clocks(found.clocks(cancel=cancel)),
    "secrets": lambda found, cancel: map(_secret, found.secrets(cancel=cancel)),
    "assets": lambda found, cancel: map(_asset, found.assets(cancel=cancel)),
    "measures": lambda found, cancel: map(_measure, found.measures(cancel=cancel)),
    "links": lambda found, cancel: map(_link, _undecided(found.links(cancel=cancel))),
    "noise": lambda found, cancel: _labels(found.noise(cancel=cancel)),
}
