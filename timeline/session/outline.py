"""What a case can say of itself at once, however many events it holds: it reads what is kept per segment, never events."""

from collections.abc import Hashable

from timeline.session.annotatable import Annotatable


class Outlined(Annotatable):
    """The part of `Case` that is cheap enough to be asked again and again."""

    def generation(self) -> Hashable:
        """Another value whenever events were added, changed or removed, by whatever process; annotations do not count."""
        with self.reading() as reader:
            (segments,) = reader.rows("SELECT count(*), max(id), sum(rows), sum(revision) FROM segment")
            (sources,) = reader.rows("SELECT count(*), max(id) FROM source")
        return (*segments, *sources)
