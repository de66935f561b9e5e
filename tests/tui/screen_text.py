"""What the terminal would show, as plain text."""

from timeline.tui.app import LeaklineApp


def screen_text(app: LeaklineApp) -> str:
    """The lines of the screen, without trailing spaces."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
