"""What analyses found, in Markdown: what may have happened, who acted, secrets, downloads, clocks. Each names its events."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from timeline.model.clocks import Skew
from timeline.model.hypotheses import Hypothesis
from timeline.model.identity import Actor
from timeline.model.measures import Measure
from timeline.model.radius import Download
from timeline.model.secrets import Secret
from timeline.model.time import show_span, show_us
from timeline.report.markdown_pieces import code, plural, table
from timeline.report.model import ReportModel
from timeline.text import code_span, markdown

_KEYS: Final = 5
_WORDS: Final = 5
_ACTORS: Final = 25
_SECRETS: Final = 100
_DOWNLOADS: Final = 25
_CLOCKS: Final = 25
_MEASURES: Final = 100


def hypotheses(model: ReportModel) -> list[str]:
    """The section "What may have happened"; nothing without hypotheses."""
    found = model.findings.hypotheses
    if not found:
        return []
    lines = [
        "## What may have happened",
        "",
        (
            "What speaks for and against each, and what would decide and is missing. There are no scores; no sentence here goes"
            " beyond what the logs cover."
        ),
        "",
    ]
    return lines + [line for hypothesis in found for line in _hypothesis(hypothesis)]


def _hypothesis(hypothesis: Hypothesis) -> Iterator[str]:
    yield f"**{markdown(hypothesis.title)}**: {hypothesis.words}."
    yield ""
    if hypothesis.decision is not None:
        because = f": {markdown(hypothesis.decision.comment)}" if hypothesis.decision.comment else ""
        yield f"- {hypothesis.decision.state} by {markdown(hypothesis.decision.analyst)}{because}."
    for signal in hypothesis.found:
        decides = ", which decides" if signal.decides else ""
        yield f"- {signal.speaks}{decides}: {markdown(signal.title)}: {signal.count:,} ({_keys(signal.keys)})."
        for words in signal.words[:_WORDS]:
            yield f"  - {markdown(words)}"
    for missing in hypothesis.missing:
        if missing.decides:
            where = f" ({', '.join(code(name, 60) for name in missing.where[:_KEYS])})" if missing.where else ""
            yield f"- missing, would decide: {markdown(missing.title)}: **{missing.absence}**{where}."
    yield ""


def _keys(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _KEYS:,} more" if len(keys) > _KEYS else ""
    return ", ".join(code(key, 40) for key in keys[:_KEYS]) + more


def actors(model: ReportModel) -> list[str]:
    """The section "Who acted"; nothing where nobody did."""
    found = [actor for actor in model.findings.actors.actors if actor.events]
    if not found:
        return []
    lines = [
        "## Who acted",
        "",
        (
            "Identities that records, providers or case.yaml link are one actor; events are attributed by their credential where"
            " that has one owner. A stolen key is thereby attributed to whom it was taken from. `leakline actors CASE --links`"
            " gives every link with its events."
        ),
        "",
    ]
    rows = [_actor(actor) for actor in found[:_ACTORS]]
    lines += table(("Actor", "Sort", "Events", "Bytes", "First", "Last", "Also"), rows, numbers=(2, 3))
    return lines + _left(len(found), _ACTORS, "actor")


def _actor(actor: Actor) -> list[str]:
    names = [identity.name for identity in actor.identities if identity.name != actor.name]
    more = f" and {len(names) - _KEYS:,} more" if len(names) > _KEYS else ""
    also = ", ".join(code_span(name, 80) for name in names[:_KEYS]) + more
    shared = f"shared by {', '.join(code_span(name, 60) for name in actor.owners)}" if actor.owners else ""
    return [
        code_span(actor.name, 80), actor.sort, f"{actor.events:,}", f"{actor.bytes_out:,}" if actor.with_bytes else "-",
        _edge(actor.first_us, actor.first_key), _edge(actor.last_us, actor.last_key), shared or also or "-",
    ]  # fmt: skip


def _edge(us: int | None, key: str | None) -> str:
    return f"{_when(us)} ({code_span(key, 40)})" if key else _when(us)


def _when(us: int | None) -> str:
    return "undated" if us is None else show_us(us, precision_us=1_000_000).removesuffix("+00:00")


def secrets(model: ReportModel) -> list[str]:
    """The section "Secrets"; nothing where none was found."""
    found = model.findings.secrets
    if not found:
        return []
    lines = [
        "## Secrets",
        "",
        (
            "Named by fingerprints that are keyed by this case. Uses are events whose credential is the secret, or what a log"
            " writes in its place; where no log does, the number of uses is not answerable."
        ),
        "",
    ]
    rows = [_secret(secret) for secret in found[:_SECRETS]]
    header = ("Secret", "Where", "Open since", "Revoked", "Time to revoke", "Uses between", "Uses after")
    return lines + table(header, rows, numbers=(5, 6)) + _left(len(found), _SECRETS, "secret")


def _secret(secret: Secret) -> list[str]:
    ending = f", ends in {code_span(secret.last_four, 8)}" if secret.last_four else ""
    took = secret.time_to_revoke_us
    least = "at least " if secret.exposed_is_bound else ""
    counted = bool(secret.ids)
    return [
        f"{code_span(secret.fingerprint, 40)} {markdown(', '.join(secret.types) or 'secret')}{ending}",
        ", ".join(code_span(place, 60) for place in secret.places[:3]) or "-",
        _edge(secret.exposed_us, secret.exposed_key) if secret.exposed_us is not None else "not known",
        _edge(secret.revoked_us, secret.revoked_key) if secret.revoked_us is not None else "**no event**",
        "-" if took is None else f"{least}{show_span(took)}",
        f"{secret.used('between', 'unknown'):,}" if counted else "not answerable",
        f"{secret.used('after'):,}" if counted else "not answerable",
    ]


def downloads(model: ReportModel) -> list[str]:
    """The section "What was downloaded"; nothing where no log shows a download."""
    found = model.findings.radius
    if not found.downloads:
        return []
    views = [
        f"{markdown(view.title)}: {view.reads:,} reads, {view.sent:,} bytes logged as sent" for view in found.vantages
    ]
    not_added = " They are several views, not to be added." if len(views) > 1 else ""
    by = "to these addresses, by the interfaces that they watch"
    flows = "" if found.flows is None else f" Flow logs count {found.flows:,} bytes {by}."
    lines = [
        "## What was downloaded",
        "",
        f"{'; '.join(views)}.{not_added}{flows} Distinct bytes leave out retries: what one reader got of an object at most.",
        "",
    ]
    sets = [one for one in found.sets if one.got > 1]
    for one in sets[:_KEYS]:
        state = "complete" if one.is_complete else "not complete"
        lines.append(
            f"- {code(one.name, 100)}: {one.got:,} of {one.of:,} by {code(one.reader, 80)}, {state} ({code(one.key, 40)})."
        )
    if sets:
        lines.append("")
    rows = [_download(download) for download in found.downloads[:_DOWNLOADS]]
    lines += table(("Object", "Taken", "Size", "Distinct bytes", "Reads", "Seen by"), rows, numbers=(2, 3, 4))
    left = len(found.downloads) + sum(rest.objects for rest in found.rest)
    return lines + _left(left, _DOWNLOADS, "object")


def _download(download: Download) -> list[str]:
    least = "" if download.exact else "at least "
    seen = ", ".join(f"{part.vantage} ({code_span(part.first_key, 40)})" for part in download.seen)
    return [
        code_span(download.name, 100), download.taken, "-" if download.size is None else f"{least}{download.size:,}",
        "-" if download.obtained is None else f"{download.obtained:,}", f"{download.reads:,}", seen,
    ]  # fmt: skip


def measures(model: ReportModel) -> list[str]:
    """The section "What to do"; nothing where nothing is called for."""
    found = model.findings.measures
    if not found:
        return []
    lines = ["## What to do", "", "Each is called for by a finding, and open until somebody ticks it off.", ""]
    rows = [_measure(measure) for measure in found[:_MEASURES]]
    header = ("Measure", "Sort", "For", "Because", "State")
    return lines + table(header, rows) + _left(len(found), _MEASURES, "measure")


def _measure(measure: Measure) -> list[str]:
    said = measure.decision
    because = f": {markdown(said.comment)}" if said is not None and said.comment else ""
    state = "open" if said is None else f"{said.state} by {markdown(said.analyst)}{because}"
    keys = f" ({', '.join(code_span(key, 40) for key in measure.keys)})" if measure.keys else ""
    return [
        markdown(measure.title),
        measure.sort,
        code_span(measure.target, 100),
        f"{markdown(measure.why)}{keys}",
        state,
    ]


def clocks(model: ReportModel) -> list[str]:
    """The section "Clocks"; nothing where nothing is odd."""
    found = model.findings.clocks
    said = [*(_skew(skew) for skew in found.skews if skew.words != "agree")]
    said += [
        f"- {_when(odd.us)}: {markdown(odd.words)} ({markdown(odd.sort)}; {_keys(odd.keys)})."
        for odd in found.anomalies
    ]
    said += [
        f"- Order not established: {code(pair.first_key, 40)} and {code(pair.second_key, 40)}, {_when(pair.first_us)}."
        for pair in found.unordered
    ]
    if not said:
        return []
    return ["## Clocks", "", *said[:_CLOCKS], "", *_left(len(said), _CLOCKS, "remark")]


def _skew(skew: Skew) -> str:
    apart = show_span(abs(skew.median_us))
    return (
        f"- {code(skew.other, 100)} is {skew.words} by {apart} against {code(skew.one, 100)}, by {plural(skew.matches, 'request')}"
        f" in both ({_keys(skew.keys)})."
    )


def _left(count: int, shown: int, noun: str) -> list[str]:
    return [f"{plural(count - shown, f'more {noun}')} left out of this report.", ""] if count > shown else []


def analysed(model: ReportModel) -> Iterable[str]:
    """All these sections, in the order in which a reader asks."""
    return [*hypotheses(model), *secrets(model), *downloads(model), *actors(model), *measures(model)]
