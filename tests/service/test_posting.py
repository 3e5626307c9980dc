"""How long a POST may take: a lease must outlive all that one delivery may need."""

from __future__ import annotations

from datetime import timedelta

from monitor.deliver.chat import BETWEEN_SECONDS, LONGEST_WAIT
from monitor.digests import slack, teams
from monitor.digests.attempts import HANDING_LEASE
from monitor.service.posting import limits_of
from monitor.settings.values import FetchSettings


def test_no_message_to_a_chat_outlives_its_lease() -> None:
    """Else another sender would take it for lost, and the chat would see it twice."""
    slow = FetchSettings(timeout=timedelta(minutes=10))
    most = limits_of(slow).timeout
    later = max(slack.MOST_MESSAGES, teams.MOST_MESSAGES) - 1
    waits = timedelta(seconds=later * (BETWEEN_SECONDS + LONGEST_WAIT))
    assert most * (1 + 2 * later) + waits < HANDING_LEASE
    usual = FetchSettings()
    assert limits_of(usual).timeout == usual.timeout
