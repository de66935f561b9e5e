"""The commands of `leakline help custody`, as they stand there."""

import re
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from tests.system.terminal import LEAKLINE

pytestmark = pytest.mark.system


def blocks() -> list[str]:
    text = files("timeline.help").joinpath("custody.md").read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def test_the_head_is_signed_and_checked(case: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    key = home / ".ssh" / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=60)
    (tmp_path / "allowed_signers").write_text(f"kim@corp.example {key.with_suffix('.pub').read_text()}")
    sign, check, *_ = (block.replace("CASE", str(case)) for block in blocks())
    path = f"{Path(LEAKLINE).parent}:/usr/bin:/bin"

    def run(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace("~", str(home))], cwd=tmp_path, env={"PATH": path, "HOME": str(home)},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert run(sign).returncode == 0
    done = run(check)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Good" in done.stdout
    (tmp_path / "head.txt").write_text("0" * 64 + "\n")
    assert run(check).returncode != 0


def test_the_bundle_is_checked_without_us(case: Path, tmp_path: Path) -> None:
    subprocess.run([LEAKLINE, "bundle", str(case), str(tmp_path / "out")], check=True, capture_output=True, timeout=120)
    script = blocks()[2]
    assert "sha256sum" in script
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path / "out", capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
