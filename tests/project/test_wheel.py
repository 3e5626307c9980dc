"""The built wheel works on its own: installed into an empty environment, outside the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.site import Page, Site, rss

ROOT = Path(__file__).parents[2]


def run(*command: object, cwd: Path) -> str:
    """Run a command that must succeed; return its standard output."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environ | {"TMPDIR": str(cwd)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into a new environment, return that one's `monitor`.

    The environment sees the libraries of this one, but not its editable install of the project.
    """
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=folder)
    python = environment / "bin" / "python"
    purelib = sysconfig.get_path("purelib")
    packages = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    )
    (Path(packages.strip()) / "libraries.pth").write_text(purelib + "\n")
    run(
        sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index",
        "--no-deps", wheel, cwd=folder,
    )  # fmt: skip
    where = run(python, "-c", "import monitor; print(monitor.__file__)", cwd=folder)
    assert where.startswith(str(environment))
    return environment / "bin" / "monitor"


def test_init_and_fetch_work_outside_the_checkout(
    installed: Path, tmp_path: Path, site: Site
) -> None:
    run(installed, "init", "x", cwd=tmp_path)
    assert len((tmp_path / "x" / "config" / "feeds.toml").read_text().split("[[feed]]")) > 80
    settings = tmp_path / "x" / "config" / "monitor.toml"
    text = re.sub(
        r"(?m)^\[fetch\]$", '[fetch]\nallow_private = ["127.0.0.1"]', settings.read_text()
    )
    settings.write_text(text)
    (tmp_path / "x" / "config" / "feeds.toml").write_text("")
    site.pages["/feed.xml"] = Page(rss(("1", "Entity list widened", "chips")))
    url = site.url("/feed.xml")
    run(installed, "--home", "x", "feeds", "add", url, "--no-fetch", cwd=tmp_path)
    assert "1 new entry" in run(installed, "--home", "x", "fetch", cwd=tmp_path)
    assert "Entity list widened" in run(installed, "--home", "x", "search", "entity", cwd=tmp_path)


def test_the_demo_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert "Digest daily-" in run(installed, "demo", "--once", cwd=tmp_path)
