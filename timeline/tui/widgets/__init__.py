"""The widgets of the timeline screen. They know events and widths; they do not know the case."""
