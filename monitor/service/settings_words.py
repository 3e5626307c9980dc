"""What the forms of digests and alerts call each key, and what is said below it where the file's words do not fit a form."""

from __future__ import annotations

LABELS = {
    "title": "Title",
    "at": "Sent at",
    "timezone": "Time zone",
    "days": "Sent on",
    "topics": "Topics",
    "sections": "Sections by queries",
    "to": "Recipients",
    "when_empty": "When nothing matched",
    "per_topic": "Stories a topic",
    "per_outlet": "Stories of one outlet a topic",
    "per_edition": "Stories in all",
    "near_misses": "Near misses",
    "quotes": "Quotations",
    "weights": "What orders the stories",
    "weights.points": "Weight of a topic’s points",
    "weights.title": "Weight of words in the headline",
    "weights.tier": "Weight of the outlets’ tier",
    "weights.outlets": "Weight of how many outlets tell it",
    "weights.document": "Weight of an official source",
    "weights.novelty": "Weight of being new",
    "query": "Query",
    "outlets": "Outlets a story needs",
    "unusual": "Tell unusual numbers instead",
    "quiet": "Quiet hours",
    "cool_down": "Pause after a message",
    "newer_than": "Published at most so long ago",
}
"""Of the tables [digests.NAME] and [alerts.NAME]."""

_TO = (
    "One a line: a mail address such as `ann@example.org` (needs a mail server), `folder: digests`, "
    "`webhook: https://…`, or a chat by the variable of the environment that holds its address: `slack: NAME`, "
    "`teams: NAME`, `notify: NAME`. A signed webhook as in the file: "
    '`{webhook = "https://…", secret_env = "NAME"}`.'
)

HINTS = {
    ("digests", "at"): "When it is sent, by the clock of `timezone`; for twice a day two lines, `07:00` and `13:00`.",
    ("digests", "days"): "The days it is sent: `mon-fri` or `mon,wed,fri`.",
    ("digests", "topics"): "Names of topics in the order shown, one a line; `*` stands for all others.",
    ("digests", "sections"): "Sections given by queries; they come before the topics. Written as in the file: "
    '`[{title = "Chips", query = "saved:chips"}, {title = "Courts", query = "court* OR @judges"}]`.',
    ("digests", "to"): f"Who gets it; without anyone it is kept here alone. {_TO}",
    ("alerts", "to"): f"Who is told. {_TO}",
    ("alerts", "quiet"): "Hours in which nothing is sent, such as `22:00-07:00`; it comes after them.",
    ("alerts", "unusual"): "Yes tells, instead of each story, when there are unusually many in 24 hours.",
}  # fmt: skip
"""Below a field, by table and key: the whole hint, how to write it included."""
