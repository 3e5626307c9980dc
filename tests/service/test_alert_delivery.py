"""The whole way: a feed brings an entry, the alert looks, the outbox hands its message over."""

from __future__ import annotations

import json
from pathlib import Path

from monitor.service.outbox import deliver_open
from monitor.service.ways import ways_of
from tests.service.alert_world import HOUR, LISTED, World, an_alert, world


def deliver(desk: World) -> list[str]:
    ways = ways_of(desk.services, {})
    return [each.state for each in deliver_open(desk.services, ways, lambda: desk.now)]


def test_a_message_comes_into_the_folder_in_all_forms_and_once(home: Path) -> None:
    with world(home, an_alert(more='title = "Entity list"')) as desk:
        desk.bring("1", LISTED, excerpt="The bureau names eleven firms.")
        (looked,) = desk.look()
        assert deliver(desk) == ["sent"]
        assert desk.look(HOUR) == []
        assert deliver(desk) == []
    message = looked.message
    assert message is not None
    files = {file.suffix: file for file in (home / "alerts").iterdir() if file.is_file()}
    assert set(files) == {".html", ".txt", ".md", ".json"}
    assert {file.stem for file in files.values()} == {"alert-list-1"}
    document = json.loads(files[".json"].read_text())
    assert (document["alert"], document["title"], document["message"]) == (
        "list", "Entity list", "alert-list-1",
    )  # fmt: skip
    assert document["stories"][0]["title"] == LISTED
    for suffix in (".html", ".txt", ".md"):
        assert "The bureau names eleven firms." in files[suffix].read_text()


def test_what_failed_is_tried_again_and_the_alert_goes_on(home: Path) -> None:
    (home / "alerts").write_text("in the way")
    with world(home) as desk:
        desk.bring("1", LISTED)
        desk.look()
        assert deliver(desk) == ["failed"]
        (home / "alerts").unlink()
        desk.now += 2 * HOUR
        assert deliver(desk) == ["sent"]
        assert desk.look() == []
