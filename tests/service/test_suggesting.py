"""Suggestions over more entries than are looked at: figures are scaled up and say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.model.judgement import Judgement
from monitor.service.suggesting import LOOKED_AT, TRIED_ON, suggest
from monitor.service.wiring import Services, open_services
from monitor.settings.home import Home, find_home
from tests.store.builders import HOUR, NOW, add, new

MATCHING, WITH_WORD, WORD_ALONE, OTHER = LOOKED_AT + 1_000, 2_400, 300, 2_500
TOPIC = '[topics.chips]\ntitle = "Chips"\nquery = "chip"\n'


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    (home / "config" / "topics.toml").write_text(TOPIC)
    found: Home = find_home(home, {}, home)
    with open_services(found, NOW) as opened:
        texts = [
            *(f"A chip {'wafer' if n < WITH_WORD else 'plain'} {n}" for n in range(MATCHING)),
            *(f"A wafer biscuit {n}" for n in range(WORD_ALONE)),
            *(f"Rain on day {n}" for n in range(OTHER)),
        ]
        for feed in range(2):  # a word of one outlet alone is not proposed
            mine = texts[feed::2]
            entries = [
                new(f"{n}", title=title, text="", url=f"https://{feed}.example/{n}")
                for n, title in enumerate(mine)
            ]
            add(opened.store, *entries, at=NOW + HOUR, feed=f"https://{feed}.example/feed")
    with open_services(found, NOW) as opened:
        yield opened


def test_strata_and_effects_are_scaled_up_from_what_was_looked_at(services: Services) -> None:
    found = suggest(services, "chips", NOW + 2 * HOUR)
    assert found.entries == MATCHING + WORD_ALONE + OTHER == sum(found.sizes.values())
    # All that was looked at matches, so the scaled figure is right here.
    assert found.sizes["matched"] == MATCHING
    (wafer,) = [each for each in found.suggestions if "wafer" in each.edit.candidate.text]
    assert not wafer.exact
    assert wafer.evidence == "unlabelled"
    with_word = WITH_WORD + WORD_ALONE
    assert with_word > TRIED_ON
    assert wafer.gained == pytest.approx(WORD_ALONE, rel=0.4)
    assert wafer.already == pytest.approx(WITH_WORD, rel=0.25)
    assert wafer.gained + wafer.already == pytest.approx(with_word, abs=2)


def test_only_judgements_of_the_sample_stand_for_their_stratum(services: Services) -> None:
    before = suggest(services, "chips", NOW + 2 * HOUR)
    drawn = {entry.id for entry, _ in before.to_judge}
    assert len(drawn) == 10 + 20
    picked = next(
        entry_id
        for entry_id in range(1, 100)
        if entry_id not in drawn and services.store.entries.entry(entry_id) is not None
    )
    services.store.judgements.judge([Judgement(picked, "chips", belongs=False, judged_at=NOW)])
    by_hand = suggest(services, "chips", NOW + 2 * HOUR)
    assert by_hand.judgements == 1
    assert by_hand.judged == before.judged
    assert by_hand.to_judge == before.to_judge
    first, stratum = before.to_judge[0]
    services.store.judgements.judge([Judgement(first.id, "chips", belongs=True, judged_at=NOW)])
    after = suggest(services, "chips", NOW + 2 * HOUR)
    assert after.judged[stratum].count == 1
    assert after.to_judge == before.to_judge[1:]
