"""The sections of a digest that are given by queries."""

from __future__ import annotations

from monitor.model.digest import SectionQuery
from monitor.settings.digests import DigestTable
from monitor.settings.fields import NAME


def test_sections_have_names_of_their_own_that_no_topic_can_have() -> None:
    asked = [{"title": "In the courts", "query": " court "}, {"title": "Votes", "query": "vote"}]
    sections = DigestTable.model_validate({"sections": asked}).digest("daily").sections
    assert sections == (
        SectionQuery("query:1", "In the courts", "court"),
        SectionQuery("query:2", "Votes", "vote"),
    )
    assert not any(NAME.fullmatch(section.name) for section in sections)
