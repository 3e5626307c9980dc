"""Under what the stories of a digest stand: its sections given by queries, then its topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digests.excerpts import clean_line
from monitor.errors import UsageError
from monitor.model.digest import Digest
from monitor.model.topic import Topic

TITLE_COLUMNS = 80


@dataclass(frozen=True, slots=True)
class Heading:
    """What heads a section. `name` is the `topic` of the matches that lead to it.

    `topic` is the topic's name, "" for a section given by `query`.
    """

    name: str
    title: str
    topic: str = ""
    query: str = ""


def headings(digest: Digest, topics: Sequence[Topic]) -> tuple[Heading, ...]:
    """Return what a digest shows in its order. `topics` are all of config's, in its order."""
    return (
        *(
            Heading(each.name, clean_line(each.title, TITLE_COLUMNS), query=each.query)
            for each in digest.sections
        ),
        *(
            Heading(topic.name, clean_line(topic.title, TITLE_COLUMNS), topic=topic.name)
            for topic in topic_order(digest, topics)
        ),
    )


def topic_order(digest: Digest, topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return the digest's topics in the order shown; "*" stands for all it does not name.

    Raises `UsageError` for a digest that names a topic nobody has.
    """
    known = {topic.name: topic for topic in topics}
    unknown = [name for name in digest.topics if name != "*" and name not in known]
    if unknown:
        raise UsageError(
            f"The digest {digest.name} asks for the topic {unknown[0]!r}, which config/topics.toml does "
            "not have; correct the name under [digests] in config/monitor.toml or add the topic."
        )
    rest = [topic.name for topic in topics if topic.name not in digest.topics]
    names = [name for asked in digest.topics for name in (rest if asked == "*" else [asked])]
    return tuple(known[name] for name in dict.fromkeys(names))
