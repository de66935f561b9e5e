"""What an analyst decided of something that an analysis found: a link between identities, a measure, a hypothesis."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """The last word on a subject such as `measure/rotate-key`.

    `state` is a word of the subject's own (done, refused, accepted); `comment` None where nothing was added; `at_us` the
    time of the decision, microseconds UTC.
    """

    subject: str
    state: str
    comment: str | None
    analyst: str
    at_us: int
