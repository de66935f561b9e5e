"""The rules by which events of a case are noise: those that come with Leakline, the case's own, and networks of case.yaml."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from timeline.analysis.noise_of_event import rules_of
from timeline.model.case_file import CaseConfig
from timeline.model.event import Event
from timeline.query.tree import TextTest
from timeline.rules.noise_pack import FILE, NoiseRule, extended_noise_pack, own_noise_pack

if TYPE_CHECKING:
    from timeline.session.case import Case

RULES: Final = "rules"  # the folder of a case that holds an analyst's own rules
_UNNAMED: Final = re.compile(r"[^a-z0-9]+")


def noise_rules(case: "Case") -> tuple[NoiseRule, ...]:
    """All of them, the case's own first. CaseFileError when `rules/noise.yaml` is wrong."""
    path = _file(case)
    rules = own_noise_pack() if path is None else extended_noise_pack(path)
    return (*_scanners(case.config, {rule.name for rule in rules}), *rules)


def own_noise_rules(case: "Case") -> str | None:
    """The case's own rules as they are written; None without any."""
    path = _file(case)
    return None if path is None else path.read_text(encoding="utf-8", errors="replace")


def noise_of(case: "Case", event: Event, raw: bytes, fields: Mapping[str, Any]) -> list[str]:
    """What an event is labelled as, in words, one for each rule: `crawler: says it is a crawler of Google (googlebot)`."""
    found = rules_of(event, noise_rules(case), raw, fields)
    return [f"{rule.label}: {rule.basis} {rule.title} ({rule.name})" for rule in found]


def _file(case: "Case") -> Path | None:
    path = None if case.folder is None else case.folder / RULES / FILE
    return path if path is not None and path.is_file() else None


def _scanners(config: CaseConfig, taken: set[str]) -> list[NoiseRule]:
    """A rule for each network that case.yaml gives the role of a scanner."""
    found = []
    for network in config.networks:
        if network.role == "scanner":
            name = wanted = f"network-{_UNNAMED.sub('-', network.name.lower()).strip('-') or 'unnamed'}"[:60]
            number = 1
            while name in taken:
                number += 1
                name = f"{wanted}-{number}"
            taken.add(name)
            test = TextTest("src_ip", "cidr", network.cidr)
            found.append(NoiseRule(name, "defender-scanner", network.name, "declared as", (test,)))
    return found
