"""A zone that is not known any more: the digest goes on by its last one, and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.service.doctor import examine
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.conftest import Command

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def configure(home: Path, zone: str, name: str = "daily") -> Home:
    (home / "config" / "monitor.toml").write_text(
        f'[digests.{name}]\ntimezone = "{zone}"\nto = [{{folder = "digests"}}]\n'
    )
    return Home(home)


def zone_of(home: Home) -> tuple[str, str]:
    """Return the zone the digest goes by, and what is said about it."""
    with open_services(home, NOW) as services:
        (digest,) = services.settings.digests
        return digest.timezone, " ".join(services.settings.warnings)


def test_a_digest_keeps_its_last_zone_when_config_names_one_nobody_knows(home: Path) -> None:
    assert zone_of(configure(home, "Europe/Berlin")) == ("Europe/Berlin", "")
    zone, warning = zone_of(configure(home, "Europe/Atlantis"))
    assert zone == "Europe/Berlin"
    assert (
        'config/monitor.toml:2: digests.daily.timezone: there is no time zone "Europe/Atlantis"'
        in warning
    )
    assert "Europe/Berlin" in warning
    # And the next time, when Atlantis is all that config has ever said to this process.
    assert zone_of(Home(home))[0] == "Europe/Berlin"
    (found,) = (each for each in examine(Home(home), {}, NOW) if each.check == "configuration")
    assert found.ok
    assert "Europe/Atlantis" in found.message


def test_a_zone_that_has_vanished_itself_leaves_its_offset(home: Path) -> None:
    with open_services(configure(home, "Europe/Berlin"), NOW) as services:
        services.store.editions.keep_zone("daily", "Europe/Atlantis", timedelta(hours=2))
    assert zone_of(configure(home, "Europe/Atlantis"))[0] == "Etc/GMT-2"


def test_feeds_are_added_although_a_zone_has_vanished(home: Path, in_home: Command) -> None:
    zone_of(configure(home, "Europe/Berlin"))
    configure(home, "Europe/Atlantis")
    assert in_home("feeds", "add", "https://one.example/feed", "--no-fetch").status == 0
    opml = home / "feeds.opml"
    exported = in_home("feeds", "export")
    assert exported.status == 0
    opml.write_text(exported.out.replace("one.example", "two.example"))
    assert in_home("feeds", "import", str(opml)).status == 0


def test_an_alert_keeps_its_last_zone_as_well(home: Path) -> None:
    def write(zone: str) -> Home:
        (home / "config" / "monitor.toml").write_text(
            f'[alerts.chips]\nquery = "chip"\ntimezone = "{zone}"\n'
        )
        return Home(home)

    for named in ("Europe/Berlin", "Europe/Atlantis"):
        with open_services(write(named), NOW) as services:
            assert services.settings.alerts[0].timezone == "Europe/Berlin"


def test_a_new_digest_with_a_misspelt_zone_is_refused(home: Path) -> None:
    zone_of(configure(home, "Europe/Berlin"))
    with pytest.raises(SettingsError, match="must be a time zone"):
        zone_of(configure(home, "Europe/Berln", name="weekly"))
