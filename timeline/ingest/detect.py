"""Which parser a source belongs to, and why."""

from dataclasses import dataclass

from timeline.ingest.registry import parsers
from timeline.model.parser import NO, Parser, Sample, Sniff

MINIMUM = 40
MARGIN = 5
_SURE = 100
_DECISIVE = 95
_SMALL = 16_384
_MOST_SHAPES = 1_000


@dataclass(frozen=True, slots=True)
class Detection:
    """The verdict on a source: `kind` is None when nothing fits or several fit equally well.

    `reasons` say why, one line each, for `leakline ingest --explain`.
    """

    kind: str | None
    confidence: int
    reasons: tuple[str, ...]


def detect(sample: Sample) -> Detection:
    """Ask every parser; the surest wins if it is sure enough and clearly ahead."""
    votes = sorted(
        (
            (sniff.confidence, kind, _vote(kind, sniff))
            for kind, parser in parsers().items()
            if (sniff := sniffed(parser, sample)).confidence
        ),
        key=lambda vote: (-vote[0], vote[1]),
    )
    lines = tuple(vote for _, _, vote in votes)
    if not votes or votes[0][0] < MINIMUM:
        return Detection(None, votes[0][0] if votes else 0, (f"no format recognised ({_looks_like(sample)})", *lines))
    best = votes[0]
    rivals = [kind for confidence, kind, _ in votes[1:] if best[0] - confidence < MARGIN]
    if rivals:
        return Detection(None, best[0], (f"cannot decide between {best[1]} and {', '.join(rivals)}", *lines))
    return Detection(best[1], best[0], lines)


class Detector:
    """Detects the sources of one run.

    Of small JSON sources whose first record has the names of one that was recognised surely, only that format's parser is
    asked, and must be as sure: with thousands of files it saves asking all others.
    """

    def __init__(self) -> None:
        self._sure: dict[frozenset[str], Detection] = {}

    def detect(self, sample: Sample) -> Detection:
        """As `detect`; where only one parser was asked, only it is among the reasons."""
        shape = _shape(sample)
        before = None if shape is None else self._sure.get(shape)
        if before is not None and before.kind is not None:
            sniff = sniffed(parsers()[before.kind], sample)
            if sniff.confidence >= before.confidence:
                return Detection(before.kind, sniff.confidence, (_vote(before.kind, sniff),))
        found = detect(sample)
        if shape is not None and found.confidence >= _DECISIVE and len(self._sure) < _MOST_SHAPES:
            self._sure[shape] = found
        return found


def _shape(sample: Sample) -> frozenset[str] | None:
    """The names of the first record of a small JSON source; None for any other."""
    if not sample.whole or len(sample.data) > _SMALL or sample.data[:1] not in {b"{", b"["}:
        return None
    objects = sample.objects
    return frozenset(objects[0]) if objects else None


def _vote(kind: str, sniff: Sniff) -> str:
    return f"{kind} {sniff.confidence}: {'; '.join(sniff.reasons) or 'no reason given'}"


def sniffed(parser: Parser, sample: Sample) -> Sniff:
    """What the parser says of a sample; nothing where it fails."""
    try:
        return parser.sniff(sample)
    except Exception:  # noqa: BLE001  # the wall: no parser, ours or anyone's, may end a run
        return NO


def chosen(kind: str, origin: str) -> Detection:
    """The verdict where a person named the kind; `origin` is the option or file that says so."""
    return Detection(kind, _SURE, (f"{kind}: named by {origin}",))


def _looks_like(sample: Sample) -> str:
    head = sample.data[:4096]
    if not head:
        return "empty"
    if b"\0" in head:
        return "binary"
    if head.lstrip()[:1] in {b"{", b"["}:
        return "JSON"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return "binary or not UTF-8"
    return "text"


def is_binary(sample: Sample) -> bool:
    """Whether the source is no text at all."""
    return _looks_like(sample).startswith("binary")
