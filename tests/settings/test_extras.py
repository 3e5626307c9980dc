"""A recipient that needs a package which is not installed is told when config is read."""

from __future__ import annotations

import sys

import pytest

from monitor.settings.read import load
from tests.settings.conftest import MakeHome


@pytest.mark.parametrize(
    "table", ['[digests.daily]\nto = [{notify_env = "N"}]', '[alerts.a]\nquery = "x"\nto = [{notify_env = "N"}]']
)  # fmt: skip
def test_a_recipient_by_apprise_wants_its_extra(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    home = make_home(table)
    assert load(home).warnings == ()
    monkeypatch.setitem(sys.modules, "apprise", None)
    [warning] = load(home).warnings
    assert "'.[notify]'" in warning
    assert load(make_home('[digests.daily]\nto = [{folder = "d"}]')).warnings == ()
