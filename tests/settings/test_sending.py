"""Who gets what: recipients, queries of sections and alerts, and the mail server they need."""

from __future__ import annotations

import pytest

from tests.settings.conftest import MakeHome, faults_of


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('[mail]\nhost = "mail.example"', "mail", "needs from ="),
        (
            '[mail]\nhost = "mail.example"\nfrom = "a@b.example"\nsecurity = "none"',
            "mail",
            "for a server on this machine",
        ),
        ('[mail]\nfrom = "a b@c.example"', "mail.from", "must be a mail address like"),
        ('[mail]\nfrm = "a@b.example"', "mail.frm", "is unknown; did you mean from?"),
        ('[digests.d]\nto = [{mail = "me@example.org"}]', "digests.d.to[1]", "needs a mail server"),
        ('[digests.d]\nto = [{mail = "me"}]', "digests.d.to[1].mail", "must be a mail address like"),
        ('[digests.d]\nto = [{mail = "a\\r\\nBcc: b@c.example"}]', "digests.d.to[1].mail", "must be a mail"),
        ('[digests.d]\nto = [{folder = "a", slack_env = "B"}]', "digests.d.to[1]", "must name one way"),
        ('[digests.d]\nto = [{folder = "a"}, {folder = "a"}]', "digests.d.to[2]", "is there twice"),
        ('[digests.d]\nto = [{webhook = "https://u:p@a.example/"}]', "digests.d.to[1].webhook", "secret_env"),
        ('[digests.d]\nsections = [{title = "A", query = "a AND"}]', "digests.d.sections[1].query", ""),
        ('[alerts.a]\nquery = "(a"', "alerts.a.query", ""),
        ('[alerts.a]\nquery = "a"\nquiet = "22:00"', "alerts.a.quiet", 'must be hours like "22:00-07:00"'),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_where_it_stands(
    make_home: MakeHome, text: str, key: str, said: str
) -> None:
    (fault,) = faults_of(make_home(monitor=text))
    assert fault[2] == key
    assert said in fault[3]


def test_all_that_is_wrong_is_told_at_once(make_home: MakeHome) -> None:
    home = make_home(
        monitor='[digests.d]\ntopics = ["chisp"]\ntimezone = "Berlin"\nto = ["me@a.example"]\n'
        'sections = [{title = "A", query = "(a"}]\n[mail]\npassword = "x"',
        topics='[topics.chips]\nquery = "chip"',
    )
    said = {key: message for _, _, key, message in faults_of(home)}
    assert said["digests.d.topics[1]"] == 'there is no topic "chisp"; did you mean chips?'
    assert "Europe/Berlin" in said["digests.d.timezone"]
    assert '{mail = "me@example.org"}' in said["digests.d.to[1]"]
    assert "digests.d.sections[1].query" in said
    assert "no secret stands in a file" in said["mail.password"]
