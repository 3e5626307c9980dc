"""`monitor access`: the page's password, and tokens for programs."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.opening import as_json, home_of
from monitor.cli.printing import print_json, print_table, say

if TYPE_CHECKING:
    from datetime import date

    from monitor.model.access import Scope, Token

_MOST = 10_000


@click.group(epilog="Example: monitor access password")
def access() -> None:
    """Say who may open the page: a password for people, tokens for programs.

    config/access.toml keeps hashes alone. A page that is being served follows at once.
    """


@access.command(epilog="Example: monitor access status --json")
@as_json
@click.pass_context
def status(ctx: click.Context, json_wanted: bool) -> None:
    """Say whether there is a password, which tokens there are, and where the page is served."""
    from monitor.service.wiring import utc_now
    from monitor.service.zones import last_zones
    from monitor.settings.access import read_access
    from monitor.settings.read import load

    home, today = home_of(ctx), utc_now().date()
    web = load(home, last_zones(home)).web
    found = read_access(home)
    if json_wanted:
        print_json(
            {
                "password": bool(found.password),
                "host": web.host,
                "page_url": web.page_url,
                "proxy_header": web.proxy_header,
                "tokens": [_shape(each, today) for each in found.tokens],
            }
        )
        return
    click.echo(f"password: {'set' if found.password else 'not set'}")
    if web.proxy_header:
        click.echo(f"proxy: {web.proxy_header} from {', '.join(web.proxy_from)} is believed")
    click.echo(f"served at: {web.host}")
    click.echo(f"tokens: {len(found.tokens)}")
    _print(found.tokens, today)


@access.command(epilog="Example: monitor access password")
@click.option("--remove", is_flag=True, help="Take the password away instead.")
@click.pass_context
def password(ctx: click.Context, remove: bool) -> None:
    """Set the page's password: asked for twice, or one line from standard input.

    It has 12 characters or more. Whoever is logged in has to log in again.
    """
    from monitor.service.access import change_password, remove_password

    home = home_of(ctx)
    if remove:
        gone = remove_password(home)
        say("The password is gone; all sessions ended." if gone else "There was no password.")
        return
    if sys.stdin.isatty():
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        given = sys.stdin.readline(_MOST).removesuffix("\n").removesuffix("\r")
    change_password(home, given)
    say("The password is set; all sessions ended.")


@access.group(epilog="Example: monitor access token list")
def token() -> None:
    """Make and end tokens, with which programs ask for feeds, the API or figures."""


@token.command(epilog="Example: monitor access token add phone --scope feeds --expires 90d")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    required=True,
    metavar="SCOPE[,SCOPE]",
    help="What it is good for: read (see everything), write (change as well), feeds (the feeds for other "
    "programs alone), metrics (/metrics alone).",
)
@click.option(
    "--expires", metavar="DURATION", help="How long it is good, like 90d; else it has no end."
)
@as_json
@click.pass_context
def add(ctx: click.Context, name: str, scopes: str, expires: str | None, json_wanted: bool) -> None:
    """Make a token and print it, once: only its hash is kept.

    Programs send it as "Authorization: Bearer TOKEN"; feed readers as the password of any user, or
    as ?key=TOKEN behind the address of a feed.
    """
    from monitor.service.access import add_token
    from monitor.service.wiring import utc_now

    now = utc_now()
    expires_on = (now + _lasting(expires)).date() if expires else None
    secret, made = add_token(home_of(ctx), name, _scopes(scopes), now, expires_on)
    if json_wanted:
        print_json({"token": secret, **_shape(made, now.date())})
        return
    click.echo(secret)
    until = f" until {made.expires_on}" if made.expires_on else ""
    say(
        f"{name} is good for {', '.join(made.scopes)}{until}. Keep the token: it is not shown again."
    )


@token.command("list", epilog="Example: monitor access token list --json")
@as_json
@click.pass_context
def list_(ctx: click.Context, json_wanted: bool) -> None:
    """List the tokens: name, what they are good for, since when, until when."""
    from monitor.service.wiring import utc_now
    from monitor.settings.access import read_access

    today = utc_now().date()
    tokens = read_access(home_of(ctx)).tokens
    if json_wanted:
        print_json({"tokens": [_shape(each, today) for each in tokens]})
        return
    _print(tokens, today)


@token.command(epilog="Example: monitor access token remove phone")
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """End a token: it is good no more, at once."""
    from monitor.settings.access import remove_token

    remove_token(home_of(ctx), name)
    say(f"The token {name} is good no more.")


def _scopes(text: str) -> tuple[Scope, ...]:
    from monitor.errors import UsageError
    from monitor.model.access import SCOPES

    given = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in given if each not in SCOPES]
    if unknown or not given:
        raise UsageError(
            f"--scope takes {', '.join(SCOPES)}, or several with commas between, not {text!r}."
        )
    return tuple(each for each in SCOPES if each in given)


def _lasting(text: str) -> timedelta:
    from monitor.errors import UsageError
    from monitor.settings.quantities import read_duration

    try:
        lasting = read_duration(text)
    except ValueError as error:
        raise UsageError(f"--expires {error}") from None
    if not timedelta(days=1) <= lasting <= timedelta(days=3_650):
        raise UsageError("--expires takes between 1d and 3650d.")
    return lasting


def _shape(each: Token, today: date) -> dict[str, Any]:
    return {
        "name": each.name,
        "scopes": list(each.scopes),
        "created_on": each.created_on.isoformat(),
        "expires_on": each.expires_on.isoformat() if each.expires_on else None,
        "good": each.is_good(today),
    }


def _print(tokens: tuple[Token, ...], today: date) -> None:
    if not tokens:
        return
    print_table(
        ("name", "good for", "since", "until"),
        [
            (
                each.name,
                ", ".join(each.scopes),
                each.created_on,
                f"{each.expires_on or 'no end'}{'' if each.is_good(today) else ' (expired)'}",
            )
            for each in tokens
        ],
    )
