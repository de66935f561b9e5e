"""Themes of our own, beside Textual's light and dark ones: high contrast, for tired eyes and bad projectors."""

from typing import Final

from textual.theme import Theme

THEMES: Final = (
    Theme(
        "high-contrast",
        primary="#ffffff",
        secondary="#ffff00",
        warning="#ffd700",
        error="#ff6060",
        success="#60ff60",
        accent="#00ffff",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#303030",
        boost="#202020",
        dark=True,
        text_alpha=1.0,
    ),
    Theme(
        "high-contrast-light",
        primary="#000000",
        secondary="#00008b",
        warning="#7a4a00",
        error="#a00000",
        success="#005000",
        accent="#0000c0",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#d8d8d8",
        boost="#e8e8e8",
        dark=False,
        text_alpha=1.0,
    ),
)
