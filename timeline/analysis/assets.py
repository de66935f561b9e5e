"""What was downloaded, by class of asset, with the windows in which it lay open and the sets that are complete."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from timeline.model.assets import Asset
from timeline.model.exposure import Exposures, Window
from timeline.model.radius import CompleteSet, Download, Radius
from timeline.rules.asset_pack import OTHER, AssetClass, class_of

MOST_NAMED: Final = 10
_SPACES: Final[Mapping[str, str]] = {
    "s3.bucket": "s3://{}/", "s3.object": "s3://{}", "gcs.bucket": "gs://{}/", "github.repository": "git:{}",
    "gitlab.project": "git:{}", "m365.item": "doc:{}", "drive.document": "doc:{}",
}  # fmt: skip


def find_assets(radius: Radius, exposures: Exposures, classes: Sequence[AssetClass]) -> list[Asset]:
    """Every class of which something was downloaded, in the order of the pack; what belongs to none comes last."""
    by_class: defaultdict[str, list[Download]] = defaultdict(list)
    for download in radius.downloads:
        one = class_of(download.name, classes)
        by_class[OTHER if one is None else one.name].append(download)
    sets: defaultdict[str, list[CompleteSet]] = defaultdict(list)
    for part in radius.sets:
        one = class_of(part.name.replace("*-of-", "1-of-"), classes)
        sets[OTHER if one is None else one.name].append(part)
    titles = {one.name: one.title for one in classes} | {OTHER: "anything else"}
    return [
        _asset(name, title, by_class[name], sets[name], exposures) for name, title in titles.items() if by_class[name]
    ]


def _asset(
    name: str, title: str, downloads: Sequence[Download], sets: Sequence[CompleteSet], exposures: Exposures
) -> Asset:
    parts = [part for download in downloads for part in download.seen]
    first = min(parts, key=lambda part: (part.first_us is None, part.first_us, part.first_key))
    last = max(parts, key=lambda part: (part.last_us is not None, part.last_us, part.last_key))
    windows = {w.name: None for w in exposures.windows if any(lies_in(download.name, w) for download in downloads)}
    largest = sorted(downloads, key=lambda download: (-(download.obtained or 0), download.name))
    return Asset(
        name,
        title,
        len(downloads),
        sum(download.taken == "whole" for download in downloads),
        sum(download.taken == "unknown" for download in downloads),
        sum(download.reads for download in downloads),
        sum(download.obtained or 0 for download in downloads),
        tuple(sorted({reader for part in parts for reader in part.readers})),
        first.first_us,
        last.last_us,
        tuple(dict.fromkeys((first.first_key, last.last_key))),
        tuple(windows),
        tuple(sets[:MOST_NAMED]),
        tuple(download.name for download in largest[:MOST_NAMED]),
    )


def lies_in(name: str, window: Window) -> bool:
    """Whether an object is the thing of a window, or lies in it."""
    form = _SPACES.get(window.thing.kind)
    if form is not None:
        start = form.format(window.thing.name)
        return name.startswith(start) if start.endswith("/") else name == start
    if window.thing.kind == "npm.version":
        package, _, version = window.thing.name.rpartition("@")
        return name == f"http:/{package}/-/{package.rpartition('/')[2]}-{version}.tgz"
    return False
