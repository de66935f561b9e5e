"""Keys of one's own: read strictly, used everywhere, never a way to be locked out."""

from pathlib import Path

import pytest

from tests.tui.conftest import open_terminal
from tests.tui.fake_case import FakeCase
from timeline.model.errors import CaseFileError
from timeline.tui.actions import ACTIONS, key_line
from timeline.tui.app import LeaklineApp, run_app
from timeline.tui.keymap import Keymap, keymap_file, read_keymap
from timeline.tui.screens.help import help_text


def read(tmp_path: Path, text: str) -> Keymap:
    path = tmp_path / "keys.yaml"
    path.write_text(text, encoding="utf-8")
    return read_keymap(path)


def test_keys_are_read(tmp_path: Path) -> None:
    keymap = read(tmp_path, 'star: y\nstack_by: [f5, "ctrl+s"]\nundo: "1"\n')
    assert keymap.own == {"star": ("y",), "stack_by": ("f5", "ctrl+s"), "undo": ("1",)}
    assert ("y", "star") in key_line(keymap=keymap)
    assert "^S" in help_text(keymap).plain


@pytest.mark.parametrize(("text", "message"), [
    ("stars: s\n", "keys.yaml:1: unknown key `stars`"),
    ("star: s\nundo: s\n", "`s` is the key of"),
    ("star: j\n", "`j` is the key of"),
    ("star: hyper+s\n", "names no key"),
    ("star: []\n", "has no key"),
    ("star: {a: b}\n", "must be a list"),
    ("star: \\u0007\n", "names no key"),
    ("- star\n", "must be a group of keys"),
])  # fmt: skip
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CaseFileError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def test_keys_can_change_places(tmp_path: Path) -> None:
    keymap = read(tmp_path, "star: t\ntag: space\n")
    assert [keymap.of(action) for action in ACTIONS if action.name in {"star", "tag"}] == [("t",), ("space",)]


async def test_the_screen_obeys(tmp_path: Path) -> None:
    async with open_terminal(keymap=read(tmp_path, "star: z\nzone: space\n")) as terminal:
        await terminal.press("z")
        assert terminal.event().starred
        await terminal.press("space")
        assert terminal.screen.display_zone.name == "Europe/Berlin"
        assert "z star" in terminal.text
        assert "  z            Star the event" in help_text(terminal.app.keymap).plain


def test_where_the_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEAKLINE_KEYS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert keymap_file() is None
    own = tmp_path / "leakline" / "keys.yaml"
    own.parent.mkdir()
    own.write_text("star: s\n")
    assert keymap_file() == own
    monkeypatch.setenv("LEAKLINE_KEYS", "/nowhere/keys.yaml")
    assert keymap_file() == Path("/nowhere/keys.yaml")


def test_one_s_own_file_locks_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[LeaklineApp] = []

    def run(app: LeaklineApp) -> None:
        started.append(app)

    monkeypatch.setattr("timeline.tui.app.LeaklineApp.run", run)
    monkeypatch.setenv("LEAKLINE_KEYS", str(tmp_path / "nothing.yaml"))
    run_app(FakeCase())
    assert "nothing.yaml: cannot be read" in started[0].timeline.first_notice
    with pytest.raises(CaseFileError):
        run_app(FakeCase(), keys=tmp_path / "nothing.yaml")


@pytest.mark.parametrize("theme", ["high-contrast", "high-contrast-light", "textual-light", "ansi-dark"])
async def test_every_theme_shows_the_timeline(theme: str) -> None:
    async with open_terminal(FakeCase(remembered={"theme": theme})) as terminal:
        assert terminal.app.theme == theme
        assert "3,000 of 3,000" in terminal.text
