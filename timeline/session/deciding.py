"""What analysts decide of findings: links between identities, hypotheses, measures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from timeline.model.errors import UsageError
from timeline.model.identity import Verdict
from timeline.model.measures import DONE
from timeline.store.decisions import OPEN, decide, decisions
from timeline.store.reader import Reader

if TYPE_CHECKING:
    from timeline.session.case import Case

LINK: Final = "link/"
HYPOTHESIS: Final = "hypothesis/"
MEASURE: Final = "measure/"
Stance = Literal["confirmed", "refused", ""]


def link_verdicts(reader: Reader) -> dict[str, Verdict]:
    """Id of a link -> what was decided of it."""
    known = get_args(Verdict)
    return {
        subject.removeprefix(LINK): cast("Verdict", decision.state)
        for subject, decision in decisions(reader, LINK).items()
        if decision.state in known
    }


def decide_links(case: "Case", ids: Sequence[str], verdict: Verdict, comment: str | None = None) -> None:
    """Accept or refuse links, or ("") leave them to their rules again. UsageError for an id that no link has."""
    known = {link.id for link in case.findings.links()}
    wanted = [number.removeprefix(LINK) for number in ids]
    for number in wanted:
        if number not in known:
            raise UsageError("no such link in this case", where=number, hint="`leakline actors --links` lists them")
    subjects = [f"{LINK}{number}" for number in dict.fromkeys(wanted)]
    case.check_file()
    decide(case.path, subjects, verdict, comment=comment, analyst=case.analyst, at_us=case.now_us())


def decide_hypothesis(case: "Case", name: str, stance: Stance, comment: str | None = None) -> None:
    """Confirm or refuse a hypothesis, or ("") take that back. UsageError for one that there is not."""
    known = [hypothesis.name for hypothesis in case.findings.hypotheses()]
    if name not in known:
        raise UsageError("there is no such hypothesis", where=name, hint=f"one of {', '.join(known)}")
    case.check_file()
    decide(case.path, [f"{HYPOTHESIS}{name}"], stance, comment=comment, analyst=case.analyst, at_us=case.now_us())


def decide_measures(case: "Case", ids: Sequence[str], *, done: bool, comment: str | None = None) -> None:
    """Tick measures off, or open them again. UsageError for an id that no measure has."""
    known = {measure.id for measure in case.findings.measures()}
    wanted = [number.removeprefix(MEASURE) for number in ids]
    for number in wanted:
        if number not in known:
            raise UsageError("no such measure in this case", where=number, hint="`leakline measures` lists them")
    subjects = [f"{MEASURE}{number}" for number in dict.fromkeys(wanted)]
    case.check_file()
    decide(case.path, subjects, DONE if done else OPEN, comment=comment, analyst=case.analyst, at_us=case.now_us())


def decide_finding(case: "Case", subject: str, state: str, comment: str | None = None) -> None:
    """Decide the subject of a finding's row as one of its choices, or ("") take that back. UsageError for any other."""
    sort, slash, name = subject.partition("/")
    if f"{sort}{slash}" == LINK and state in get_args(Verdict):
        decide_links(case, [name], cast("Verdict", state), comment)
    elif f"{sort}{slash}" == HYPOTHESIS and state in get_args(Stance):
        decide_hypothesis(case, name, cast("Stance", state), comment)
    elif f"{sort}{slash}" == MEASURE and state in {DONE, OPEN}:
        decide_measures(case, [name], done=state == DONE, comment=comment)
    else:
        raise UsageError(f"{subject} cannot be decided as {state or 'open'}")
