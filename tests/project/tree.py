"""The project's own files and modules, as the tests about the project see them."""

from __future__ import annotations

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "monitor").rglob("*.py"))
PYTHON = [
    path for folder in ("monitor", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
]

_NOT_OURS = {".git", ".venv", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache",
             "__pycache__", "build", "dist", "digests", "config", "db"}  # fmt: skip


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path: Path) -> str:
    """Return "monitor.store.rows" for monitor/store/rows.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    """Return the room a module stands in: "store" for monitor.store.rows, "" for monitor."""
    return module.split(".")[1] if "." in module else ""


@cache
def imports(path: Path) -> set[str]:
    """Return the modules a module imports anywhere in it, inside functions and TYPE_CHECKING too.

    `from monitor import model` counts as monitor.model; a relative import is resolved.
    """
    found: set[str] = set()
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, node.module] if node.module else above)
            found.update(
                f"{base}.{alias.name}" if base in {"", "monitor"} else base for alias in node.names
            )
    return found


@cache
def project_files() -> list[Path]:
    """Return the files that are in version control or could be added to it."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip
        paths = [ROOT / name for name in listed.split("\0") if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if not _NOT_OURS & set(path.relative_to(ROOT).parts[:-1])
        ]
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())
