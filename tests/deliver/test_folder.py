"""Delivery into a folder: whole files, once, never over another; every failure in one sentence."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from monitor.deliver import send
from monitor.deliver.folder import deliver
from monitor.errors import DeliveryError
from monitor.model.delivery import OutMessage
from monitor.model.digest import ChannelName, Recipient
from monitor.model.edition import Rendered
from tests.deliver.letters import NOW, not_called, ways

RENDERED = Rendered(
    subject="AI policy", text="text 芯片\n", markdown="# md\n", html="<p>html</p>\n", json="{}\n"
)
NAME = "daily-2026-11-23-0700"
FILES = {
    f"{NAME}.html": "<p>html</p>\n",
    f"{NAME}.json": "{}\n",
    f"{NAME}.md": "# md\n",
    f"{NAME}.txt": "text 芯片\n",
}


def hand_over(home: Path, to: str, channel: ChannelName = "folder") -> None:
    message = OutMessage(
        id=NAME, list_name="daily", title="Daily", rendered=RENDERED, created_at=NOW, message_id=""
    )
    send(Recipient(channel, to), message, ways(home), not_called)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_the_four_forms_are_written_and_the_folder_is_made(tmp_path: Path) -> None:
    deliver(NAME, RENDERED, tmp_path / "a" / "digests")
    assert contents(tmp_path / "a" / "digests") == FILES


def test_delivering_again_changes_nothing(tmp_path: Path) -> None:
    deliver(NAME, RENDERED, tmp_path)
    before = {path: path.stat() for path in tmp_path.iterdir()}
    deliver(NAME, RENDERED, tmp_path)
    assert {path: path.stat() for path in tmp_path.iterdir()} == before


def test_a_delivery_that_broke_off_is_completed(tmp_path: Path) -> None:
    deliver(NAME, RENDERED, tmp_path)
    (tmp_path / f"{NAME}.html").unlink()
    (tmp_path / f"{NAME}.md").unlink()
    deliver(NAME, RENDERED, tmp_path)
    assert contents(tmp_path) == FILES


def test_a_file_with_other_bytes_is_never_overwritten_and_nothing_is_written_beside_it(
    tmp_path: Path,
) -> None:
    mine = tmp_path / f"{NAME}.txt"
    mine.write_text("my notes")
    with pytest.raises(DeliveryError, match="other contents and was left as it is"):
        deliver(NAME, RENDERED, tmp_path)
    assert contents(tmp_path) == {mine.name: "my notes"}


def test_other_editions_are_left_alone(tmp_path: Path) -> None:
    deliver("daily-2026-11-22-0700", replace(RENDERED, text="yesterday"), tmp_path)
    deliver(NAME, RENDERED, tmp_path)
    assert len(contents(tmp_path)) == 8


def test_two_deliveries_at_once_leave_whole_files(tmp_path: Path) -> None:
    threads = [Thread(target=deliver, args=(NAME, RENDERED, tmp_path)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents(tmp_path) == FILES


@pytest.mark.parametrize("name", ["", "../daily", "a/b", ".hidden", "a\0b", "x" * 300])
def test_an_edition_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DeliveryError, match="no file name"):
        deliver(name, RENDERED, tmp_path / "digests")
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("inside", ["", "below"])
def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path, inside: str) -> None:
    (tmp_path / "digests").write_text("")
    with pytest.raises(DeliveryError, match="that is no folder") as caught:
        deliver(NAME, RENDERED, tmp_path / "digests" / inside)
    assert NAME in str(caught.value)
    assert str(tmp_path / "digests") in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_one_may_not_write_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(DeliveryError, match="may not write there"):
            deliver(NAME, RENDERED, tmp_path)
    finally:
        tmp_path.chmod(0o755)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_fails_in_the_middle_leaves_no_half_file(tmp_path: Path) -> None:
    """The limit on file size stands in for a full disk: the write breaks off with an error."""
    big = replace(RENDERED, html="x" * 50_000)
    with no_file_longer_than(10_000), pytest.raises(DeliveryError, match="could not be written"):
        deliver(NAME, big, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".html", ".part"}]
    deliver(NAME, big, tmp_path)
    assert len(contents(tmp_path)) == 4


def test_a_relative_folder_lies_in_the_home(tmp_path: Path) -> None:
    hand_over(tmp_path, "digests")
    assert contents(tmp_path / "digests") == FILES


def test_an_absolute_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    hand_over(tmp_path / "home", str(tmp_path / "elsewhere"))
    assert contents(tmp_path / "elsewhere") == FILES


def test_a_tilde_is_the_users_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    hand_over(tmp_path / "home", "~/digests")
    assert contents(tmp_path / "digests") == FILES
    with pytest.raises(DeliveryError, match="a user nobody knows"):
        hand_over(tmp_path, "~nobody-knows-them/digests")


def test_a_channel_this_version_does_not_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"cannot deliver over 'pigeon' .*config/monitor\.toml"):
        hand_over(tmp_path, "the roof", "pigeon")  # type: ignore[arg-type]
