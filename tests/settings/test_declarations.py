"""Keys are declared once; docs and schemas are made from the declarations and are current."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from monitor.model.digest import Digest
from monitor.model.feed import Feed
from monitor.model.search import SavedSearch
from monitor.model.topic import Topic
from monitor.settings.digests import DigestTable
from monitor.settings.keys import documented_keys
from monitor.settings.schemas import schema_text, schemas, write_schemas
from monitor.settings.tables import (
    FeedsFile,
    FeedTable,
    MonitorFile,
    SearchesFile,
    SearchTable,
    TopicsFile,
    TopicTable,
)

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("key", documented_keys(), ids=lambda key: key[0])
def test_every_key_has_a_row_in_the_docs_with_type_default_and_meaning(
    key: tuple[str, str, str, str],
) -> None:
    path, type_, default, description = key
    shown = f"`{default}`" if default and default != "required" else default or "–"
    row = f"| `{path}` | {type_} | {shown} | {description} |"
    assert row in (DOCS / "configuration.md").read_text().splitlines(), f"write this row: {row}"


def test_every_key_says_what_it_is_for() -> None:
    keys = documented_keys()
    assert len({path for path, *_ in keys}) == len(keys)
    for path, type_, _, description in keys:
        assert type_, path
        assert description.endswith((".", "`.")), path


@pytest.mark.parametrize("name", ["monitor", "feeds", "topics", "searches"])
def test_the_schemas_in_docs_are_current(name: str) -> None:
    path = DOCS / "schemas" / f"{name}.schema.json"
    assert path.read_text() == schema_text(schemas()[name]), (
        "run: .venv/bin/python -m monitor.settings.schemas docs/schemas"
    )


def test_schemas_are_written_under_their_names(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path / "new")
    assert [path.name for path in paths] == [
        "monitor.schema.json",
        "feeds.schema.json",
        "topics.schema.json",
        "searches.schema.json",
    ]
    assert json.loads(paths[1].read_text())["properties"]["feed"]["type"] == "array"


def test_schemas_refuse_unknown_keys_and_show_bounds_as_people_write_them() -> None:
    monitor: dict[str, Any] = schemas()["monitor"]
    fetch = monitor["$defs"]["FetchSettings"]
    assert fetch["additionalProperties"] is False
    assert fetch["properties"]["interval"]["default"] == "1h"
    assert fetch["properties"]["max_size"]["type"] == "string"
    assert fetch["properties"]["per_host"]["maximum"] == 16
    assert "null" not in json.dumps(schemas())


def test_an_empty_table_gives_the_same_values_as_the_dataclass_it_becomes() -> None:
    url = "https://a.example/"
    assert FeedTable(url=url).feed() == Feed(url=url)
    assert TopicTable(query="x").topic("a") == Topic(name="a", title="A", query="x")
    assert SearchTable(query="x").search("a-b") == SavedSearch(name="a-b", title="A b", query="x")
    table = DigestTable()
    plain = Digest(name="a", title="A", times=table.at, timezone="UTC")
    assert table.digest("a") == plain


def test_the_files_may_all_be_empty() -> None:
    for model in (MonitorFile, FeedsFile, TopicsFile, SearchesFile):
        model.model_validate({})


BLOCKS = re.findall(r"```toml\n(.*?)```", (DOCS / "configuration.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_example_in_the_docs_may_be_written_like_this(block: str) -> None:
    data = tomllib.loads(block)
    model = next(
        (
            each
            for each in (FeedsFile, TopicsFile, SearchesFile)
            if data.keys() & each.model_fields.keys()
        ),
        MonitorFile,
    )
    model.model_validate(data)
