"""`monitor topics add`, `edit` and `remove`: change config/topics.toml."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.opening import as_json, opened
from monitor.cli.printing import print_json, say

if TYPE_CHECKING:
    from monitor.service.wiring import Services

_BOOST = "Add a boost: a query and its points, as in --boost 'title:chip' 3. May be repeated."


@click.command(epilog="Example: monitor topics add fabs --query 'fab OR foundry' --title Fabs")
@click.argument("name")
@click.option("--query", required=True, help="What an entry must hold.")
@click.option("--title", default="", help="How digests call it; without one, its name.")
@click.option("--guide", default="", help="In words: what belongs and what does not.")
@click.option("--boost", "boosts", type=(str, int), multiple=True, help=_BOOST)
@click.option("--floor", type=int, default=1, help="The points an entry needs; 1 without it.")
@as_json
@click.pass_context
def add(
    ctx: click.Context,
    name: str,
    query: str,
    title: str,
    guide: str,
    boosts: tuple[tuple[str, int], ...],
    floor: int,
    json_wanted: bool,
) -> None:
    """Add a topic to config/topics.toml; the rest of the file stays as it is."""
    from monitor.model.topic import Boost, Topic
    from monitor.service.topic_editing import save_topic
    from monitor.service.wiring import utc_now
    from monitor.settings.digests import title_of

    topic = Topic(
        name=name,
        title=title or title_of(name),
        query=query,
        guide=guide,
        boosts=tuple(Boost(*each) for each in boosts),
        floor=floor,
    )
    with opened(ctx) as services:
        save_topic(services, topic, utc_now(), new=True)
        _tell(services, name, json_wanted, "Added")


@click.command(
    epilog="Example: monitor topics edit fabs --query 'fab OR foundry OR \"clean room\"'"
)
@click.argument("name")
@click.option("--query", help="What an entry must hold.")
@click.option("--title", help="How digests call it.")
@click.option("--guide", help="In words: what belongs and what does not.")
@click.option("--boost", "boosts", type=(str, int), multiple=True, help=_BOOST)
@click.option("--no-boosts", is_flag=True, help="Take all boosts out, before any --boost is added.")
@click.option("--floor", type=int, help="The points an entry needs.")
@as_json
@click.pass_context
def edit(
    ctx: click.Context,
    name: str,
    query: str | None,
    title: str | None,
    guide: str | None,
    boosts: tuple[tuple[str, int], ...],
    no_boosts: bool,
    floor: int | None,
    json_wanted: bool,
) -> None:
    """Change a topic of config/topics.toml; comments and all else stay as they are.

    Nothing is applied to stored entries: see topics rematch.
    """
    from monitor.model.topic import Boost
    from monitor.service.rematching import topic_named
    from monitor.service.topic_editing import save_topic
    from monitor.service.wiring import utc_now

    given = {"query": query, "title": title, "guide": guide, "floor": floor}
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if not changes and not boosts and not no_boosts:
        raise click.UsageError("Say what to change: --query, --title, --guide, --boost or --floor.")
    with opened(ctx) as services:
        topic_named(services, name)
        topic = next(one for one in services.settings.topics if one.name == name)
        kept = () if no_boosts else topic.boosts
        new = tuple(Boost(*each) for each in boosts)
        changed = replace(topic, **changes, boosts=(*kept, *new))
        save_topic(services, changed, utc_now(), new=False)
        _tell(services, name, json_wanted, "Changed")


@click.command(epilog="Example: monitor topics remove fabs")
@click.argument("name")
@as_json
@click.pass_context
def remove(ctx: click.Context, name: str, json_wanted: bool) -> None:
    """Take a topic out of config/topics.toml, with the comment right above it.

    Refused while a digest, an alert or a saved search names it. Judgements stay.
    """
    from monitor.service.topic_editing import drop_topic
    from monitor.service.wiring import utc_now

    with opened(ctx) as services:
        done = drop_topic(services, name, utc_now())
    if json_wanted:
        print_json({"name": done.value.name, "removed": True})
        return
    click.echo(f"Removed {name} from config/topics.toml")


def _tell(services: Services, name: str, json_wanted: bool, what: str) -> None:
    """Tell how the topic stands now that config says something else."""
    from monitor.service.shapes import topic_shapes
    from monitor.service.wiring import rewired, utc_now

    (shape,) = [each for each in topic_shapes(rewired(services, utc_now())) if each["name"] == name]
    if json_wanted:
        print_json(shape)
        return
    click.echo(f"{what} {name} (version {shape['version']}) in config/topics.toml")
    if not shape["rematched"]:
        say(f"Apply it to what is stored with: monitor topics rematch {name}")
