"""Imports run inwards, and each room keeps to its means (docs/architecture.md, "Rooms")."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.project.tree import MODULES, ROOT, imports, module_name, parsed, room

PURE = {"model", "parse", "query", "topics", "stories", "digests"}
INPUT_OUTPUT = {"settings", "fetch", "deliver", "store"}

MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "parse": {"model"},
    "query": {"model"},
    "stories": {"model"},
    "topics": {"model", "query"},
    "digests": {"model", "query", "topics", "stories"},
    **dict.fromkeys(INPUT_OUTPUT, PURE),
    "service": PURE | INPUT_OUTPUT,
    "web": PURE | INPUT_OUTPUT | {"service"},
    "cli": PURE | INPUT_OUTPUT | {"service", "web"},
    "__main__": {"cli"},
    "": set(),
}
"""What a room may import of ours besides itself and `monitor.errors`."""

KEPT_IN = {"httpx": "fetch", "httpcore": "fetch", "sqlite3": "store", "sqlite_utils": "store"}
"""Libraries that one room alone may import."""

OUTSIDE = {
    "asyncio", "httpx", "httpcore", "logging", "multiprocessing", "os", "pathlib", "pebble",
    "requests", "secrets", "shutil", "socket", "sqlite3", "sqlite_utils", "subprocess", "tempfile",
    "urllib.request",
}  # fmt: skip
"""What no pure room imports: there is no file, network, process or log in there."""

CLOCK = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "monotonic"), ("time", "perf_counter"), ("time", "localtime"),
}  # fmt: skip

EXECUTES = {"execute", "executemany", "executescript"}


def shown(path: Path) -> str:
    """Name a test's module."""
    return str(path.relative_to(ROOT))


def rooms_of(path: Path) -> set[str]:
    """Return the rooms of ours that a module imports, its own left out."""
    ours = {name for name in imports(path) if name == "monitor" or name.startswith("monitor.")}
    return {room(name) for name in ours} - {room(module_name(path)), "errors", "", "__version__"}


def test_imports_run_inwards() -> None:
    wrong = []
    for path in MODULES:
        own = room(module_name(path))
        if own != "errors":
            assert own in MAY_IMPORT, (
                f"{own} is no room; add it to the table with what it may import"
            )
        beyond = rooms_of(path) - MAY_IMPORT.get(own, set())
        wrong += [f"{shown(path)}: {own} may not import {each}" for each in sorted(beyond)]
    assert not wrong, "\n".join(wrong)


def test_a_library_for_the_outside_is_kept_in_its_room() -> None:
    wrong = []
    for path in MODULES:
        own = room(module_name(path))
        used = {name.split(".")[0] for name in imports(path)}
        beyond = sorted(name for name in used if KEPT_IN.get(name, own) != own)
        wrong += [f"{shown(path)}: only {KEPT_IN[name]} may import {name}" for name in beyond]
    assert not wrong, "\n".join(wrong)


def test_pure_rooms_know_no_outside_world_and_no_clock() -> None:
    wrong = []
    for path in MODULES:
        if room(module_name(path)) not in PURE:
            continue
        used = imports(path)
        wrong += [
            f"{shown(path)}: {name} leads outside"
            for name in OUTSIDE
            if any(each == name or each.startswith(f"{name}.") for each in used)
        ]
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            called = _called(node.func)
            # `datetime.now(zone)` reads the clock as much as `datetime.now()` does.
            if called[-2:] in CLOCK:
                wrong.append(f"{shown(path)}:{node.lineno} reads the clock; take `now`")
            if called[-1:] in {("open",), ("print",), ("input",)}:
                wrong.append(f"{shown(path)}:{node.lineno} calls {called[-1]}")
    assert not wrong, "\n".join(wrong)


def test_all_sql_is_in_the_store() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno} runs SQL; the store does"
        for path in MODULES
        if room(module_name(path)) != "store"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in EXECUTES
    ]
    assert not wrong, "\n".join(wrong)


def test_the_walk_sees_imports_wherever_they_stand() -> None:
    seen = imports(ROOT / "monitor" / "cli" / "opening.py")
    assert "monitor.service.wiring" in seen
    assert "monitor.settings.home" in seen
    assert len(MODULES) > 50


def _called(node: ast.expr) -> tuple[str, ...]:
    """Return ("datetime", "now") for `datetime.now`."""
    if isinstance(node, ast.Attribute):
        return (*_called(node.value), node.attr)
    return (node.id,) if isinstance(node, ast.Name) else ("?",)
