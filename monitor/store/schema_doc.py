"""docs/schema.md: what the tables hold, for whoever opens the file with other tools.

Written by `python -m monitor.store.schema_doc > docs/schema.md`; a test fails when it is stale or
when a table lacks its sentence.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

from monitor.store.migrations import migrate

_TABLES = {
    "feeds": "One row for each feed that config names or once named, with what was seen of it.",
    "entries": "One row for each entry ever seen and not pruned. Ids grow with `first_seen_at`, "
    "so that a span of time is a range of ids; an id is never used again.",
    "entries_fts": "The full-text index (FTS5) of the entries, by `rowid` = `entries.id`. It holds "
    "folded words, not the stored text, and is kept by the monitor: do not write or rebuild it "
    "with other tools.",
    "entries_words": "The words of the full-text index (fts5vocab), with how many entries have each; it keeps "
    "nothing of its own.",
    "revisions": "Earlier texts of entries that were edited after they were stored.",
    "tombstones": "What identifies entries that were pruned, so that they do not come back as new.",
    "topic_versions": "Each wording a topic has had, numbered from 1.",
    "rematched": "Up to which version each topic has been applied to all stored entries.",
    "rematching": "How far a version that is being applied has come, newest entries first.",
    "judgements": "What a person said: that an entry belongs to a topic, or does not.",
    "stars": "Entries a person has marked.",
    "matches": "That an entry satisfies a topic, with the reasons.",
    "stories": "Entries about one event.",
    "story_members": "Which story an entry belongs to.",
    "story_relations": "Stories that may have to do with each other: close, but not close enough to be one.",
    "story_rulings": "What people decided about stories: merged, split, pinned; each can be undone.",
    "story_keys": "By what recent entries in stories are found when another comes that may be about the "
    "same (hashes); dropped when they are older than grouping looks back.",
    "story_terms": "In how many entries in stories a term occurs; the row '' counts the entries.",
    "story_rebuild": "How far a rebuild of the stories has come, while one is under way.",
    "digests": "When each digest was first known: its first window begins there.",
    "editions": "Frozen editions as they were rendered.",
    "edition_entries": "The ledger: which entries stood on which card of an edition.",
    "edition_left_out": "Matched entries an edition covers and does not show: one of more than fit, or of a "
    "story that was told before.",
    "deliveries": "The outbox: one edition, or one message of an alert, to one recipient over one channel.",
    "alerts": "When each alert was first known, and how far it has looked.",
    "alert_messages": "Frozen messages of alerts as they were rendered.",
    "alert_stories": "What an alert has found, told once: a story (`s7`), an entry without one (`e12`) or a "
    "day that was out of the ordinary.",
    "fetch_log": "One line for each fetch.",
    "listings": "The entries of each feed's last whole document, by which one that is withdrawn is noticed.",
    "gaps": "Times in which a feed may have had entries nobody saw, as its document turned over "
    "completely between two visits.",
    "held_entries": "Entries of quarantined feeds, kept back until a person decides (JSON).",
    "moves": "Addresses of feeds the monitor replaced because their servers said so for three days.",
    "pages": "Linked pages whose full text is wanted, taken or could not be had.",
    "page_hosts": "Until when no page of a host is asked for.",
    "robots": "The robots.txt of hosts whose pages were wanted, until it expires.",
    "subscriptions": "WebSub: what was agreed with the hubs of feeds. `secret` is one.",
    "search_looks": "Up to which entry somebody has looked at each saved search.",
    "sessions": "Who is logged in to the page: SHA-256 of the cookie, and until when it is good.",
    "feed_days": "How many entries of each feed were first seen on each day (UTC), pruned ones as well.",
    "feed_counts": "How many entries and matches are stored of each feed; kept by triggers.",
    "jobs": "Long work the page was asked for: how far it has come, what came of it.",
    "config_edits": "What the page and the API changed in config/, the newest 200, so that it can be taken back.",
    "config_edit_files": "Each file of such a change as it was before and after.",
    "meta": "Facts about the file itself: `folding_version` is the version of the folding the "
    "full-text index was made with, `changes` counts the edits of entries, `index_merging` stands there "
    "while the pieces of the index are merged, `story_counting` while entries that an older version put "
    "into stories wait for their keys; from the entry `story_keys_from` on all have them. `instance` is the "
    "name of this database in Message-IDs, `secret` what links to unsubscribe are signed with.",
    "_sqlite_migrations": "The schema steps the file has had (kept by sqlite-utils).",
}

_COLUMNS = {
    "stories.merged_into": "the story its entries went to; then it has none",
    "stories.merged_at": "when that was, where the monitor itself found the two to be one",
    "stories.merged_why": "and what showed it",
    "stories.pinned_at": "when a person last decided about its entries",
    "story_keys.key": "64 bits of BLAKE2b of a kind and a value, such as a rare word or the headline",
    "story_members.score": "of the comparison with the likest entry of the story; empty where nothing was weighed",
    "story_members.features": "JSON list of [name, value, points]; the points add up to the score",
    "story_members.version": "of the features and weights the decision was made with",
    "story_members.pinned": "1 where a person decided, which the machine never changes",
    "story_relations.score": "of their likest entries",
    "story_rulings.kind": "merge, split or pin",
    "story_rulings.others": "JSON list: the stories that were merged, or the one that was split off",
    "story_rulings.entries": "JSON list of the entries that moved, all of a pinned story",
    "story_rulings.before": "JSON, how the stories and entries it touched stood, to undo it",
    "story_rebuild.since_id": "the first entry it is about",
    "story_rebuild.next_id": "entries below are done",
    "story_rebuild.newest_id": "the newest entry when it began",
    "story_rebuild.report": "JSON, what moved so far",
    "entries.withdrawn_at": "when its feed was found to lack it while showing older entries, two documents "
    "in a row",
    "listings.entries": "JSON list of [entry, published, first listed] in the document's order; times in "
    "seconds since 1970",
    "listings.missing": "those the document before had, which the next one decides about",
    "feeds.domain": "registrable domain of the address: the outlet when nothing better is known",
    "feeds.config": "JSON copy of what config says, or said last",
    "feeds.in_config": "1 while config names the feed",
    "feeds.state": "ok, new, failing, throttled, blocked, moved, gone, silent, quarantined or off",
    "feeds.title": "the document's own title",
    "feeds.etag": "exactly as received, as Latin-1 text",
    "feeds.last_modified": "exactly as received, as Latin-1 text",
    "feeds.body_hash": "SHA-256 (hex) of the last body that was parsed",
    "feeds.failures": "failed fetches in a row",
    "feeds.host": "host name of the address",
    "feeds.status": "HTTP status of the last visit, 0 without an answer",
    "feeds.words": "the beginning of what the server wrote with its last failure",
    "feeds.since_at": "since when it has been in its state",
    "feeds.failing_since_at": "when the present row of failures began",
    "feeds.silent_since_at": "when it was first seen to be silent for longer than is usual for it",
    "feeds.empty_visits": "visits in a row that found no entries where there had been some",
    "feeds.validators_url": "where redirects had led to when the validators were received",
    "feeds.ttl_seconds": "how long the document asks to be left alone",
    "feeds.skip_hours": "hours (UTC) it wants to be left alone, JSON",
    "feeds.skip_days": "days (0 is Monday) it wants to be left alone, JSON",
    "feeds.rhythm_seconds": "usual time between visits that bring something new",
    "feeds.turnover_seconds": "time in which all entries of its document are replaced",
    "feeds.pause_seconds": "the longest time without anything new in the last months",
    "feeds.moving_to": "where its permanent redirects lead",
    "feeds.moving_days": "on how many days they have agreed",
    "feeds.moving_last_on": "the last of these days",
    "feeds.self_url": "the address the document gives itself",
    "feeds.hub": "its WebSub hub",
    "feeds.prev_archive": "older entries (RFC 5005 section 4)",
    "feeds.next_page": "older entries (RFC 5005 section 3)",
    "feeds.why_then": "why it is due then",
    "subscriptions.hub": "where requests to the hub go",
    "subscriptions.topic": "the address the hub knows the feed by",
    "subscriptions.callback": "where the hub sends pushes; a secret",
    "subscriptions.token": "its end, by which a push is recognised; a secret",
    "subscriptions.secret": "key of the hub's signatures",
    "subscriptions.state": "asked, active, denied or ending (to be given back); one of a feed's at most "
    "is not ending",
    "subscriptions.verified_at": "when the hub last verified it",
    "subscriptions.active_since_at": "since when that holds without interruption",
    "subscriptions.lease_until_at": "until when it holds",
    "subscriptions.next_at": "when there is something to do about it",
    "subscriptions.attempts": "requests since it was last verified",
    "subscriptions.misses": "visits since the last push that found new entries",
    "subscriptions.error": "what is amiss, in words",
    "feeds.error": "the last failure in words, empty after a success",
    "feeds.last_ok_at": "last fetch with success (a 304 counts)",
    "feeds.last_new_at": "last time a new entry came",
    "feeds.next_fetch_at": "when it is due",
    "feeds.claimed_due_at": "when it was due before the last claim, which moved that on",
    "feeds.leased_until_at": "a process is fetching it until then at the latest",
    "entries.key": "our identity of the entry within its feed, fixed by how it was first seen",
    "entries.guid": "the publisher's identifier",
    "entries.link": "the address as given, made absolute",
    "entries.url": "its canonical form",
    "entries.domain": "registrable domain of `url`",
    "entries.language": "BCP 47, lower case",
    "entries.published_at": "the publisher's date where it is plausible",
    "entries.published_raw": "the publisher's date as written",
    "entries.first_seen_at": "when we first stored it; what windows and `after:` go by",
    "entries.revised_at": "when its text last changed after that",
    "entries.content_hash": "tells an edited entry from one that is the same",
    "entries.tags": "JSON list of the publisher's tags",
    "entries.enclosures": "JSON list of [url, type, length in bytes]",
    "entries.note": "what was out of the ordinary about its identity",
    "entries.excerpt": "plain text to show",
    "entries.text": "all there is to match besides the title, plain",
    "entries.html": "cleaned, safe to show",
    "entries.page_text_at": "when `text` and `html` were taken from the linked page",
    "pages.url": "where to ask, after redirects so far",
    "pages.attempts": "visits that came to nothing",
    "pages.hops": "redirects followed",
    "pages.next_at": "when it is due while it is wanted, else when it was decided",
    "pages.error": "why it could not be had, or the last time could not",
    "page_hosts.free_at": "a page is being fetched, or the pause after one lasts, until then",
    "robots.rules": "its text, empty when everything is allowed",
    "robots.error": "why it could not be had, so that nothing is allowed for now",
    "entries_fts.forms": "words whose stem differs from them, for prefixes",
    "revisions.seen_at": "until when it stood so",
    "tombstones.id": "the id the entry had",
    "topic_versions.definition": "query, boosts, floor and lists in canonical form",
    "matches.points": "the query's point and those of the boosts that held",
    "matches.backfilled": "1 when the topic was applied to an entry that was stored already",
    "rematching.newest_id": "the newest entry when it began",
    "rematching.next_id": "entries from here up to the newest one are done",
    "rematching.floor_id": "and so are those below here",
    "entries.change": "number of its last edit among all edits of entries, 0 for none",
    "judgements.belongs": "1 for yes, 0 for no",
    "matches.evidence": "JSON list of {clause, words, field, start, end}; offsets count characters",
    "stories.founder_id": "the entry whose title is the story's",
    "story_members.copy_of": "the entry whose text this one repeats",
    "story_members.why": "JSON list of reasons",
    "editions.slot": "the scheduled moment in local wall time, or `by hand` with the instant",
    "editions.local_on": "its date where the reader is",
    "editions.from_at": "first-seen times from here on",
    "editions.until_at": "and before here",
    "edition_entries.card": "place of the card in the topic's section, from 1",
    "edition_entries.story_id": "the story as it was then",
    "deliveries.state": "planned, sending, sent, failed or unknown",
    "deliveries.repeats": "attempts handed over although an earlier one may have arrived",
    "deliveries.doubtful": "1 once an attempt may have arrived without our knowing",
    "deliveries.next_at": "the next attempt by itself; NULL in failed and unknown waits for a person",
    "deliveries.claim": "the token of whoever sends it, or sent it last",
    "deliveries.leased_until": "when others may go on with it",
    "deliveries.handed_at": "when the present attempt began to hand the message over",
    "alerts.first_id": "it began with this entry",
    "alerts.first_change": "and after this edit among all edits of entries",
    "alerts.next_id": "the first entry it has not looked at",
    "alerts.next_change": "the last edit it has looked at",
    "alerts.weighed_at": "when the number of its stories was last held against the usual one",
    "alert_stories.message_id": "the message that told it; none while it waits",
    "search_looks.next_id": "the first entry nobody has looked at",
    "sessions.hash": "of the cookie",
    "sessions.password": "SHA-256 of the password's hash: another password ends all sessions",
    "sessions.seen_at": "when it was last used, to the hour; good for 7 days after that",
    "sessions.expires_at": "30 days after it began",
    "jobs.about": "what it is about, for people: a topic, a file",
    "jobs.arguments": "JSON",
    "jobs.result": "JSON",
    "jobs.claim": "the token of whoever works on it",
    "jobs.leased_until": "when others may go on with it",
    "jobs.lost": "how often a worker that was never heard of again had it",
    "jobs.document": "a list of feeds to take over, until it has been",
    "config_edit_files.file": "relative to the home",
    "config_edits.what": "what was done, in words",
    "config_edit_files.before": "NULL where there was no such file",
    "config_edit_files.after": "NULL where the file was removed",
    "fetch_log.result": "ok, 304, same (a known body), pushed (by a hub) or a kind of failure",
    "fetch_log.wire_bytes": "what came over the network",
    "fetch_log.entries": "entries in the document",
}

_INTRODUCTION = """\
# The database

Generated by `python -m monitor.store.schema_doc > docs/schema.md`; do not edit.

One SQLite file, `db/monitor.db`, in WAL mode. It can be opened as it is with Datasette or
sqlite-utils; open it read-only while the monitor runs. Instants (`…_at`) are text in UTC with six
decimals, `2026-11-23T07:00:00.000000Z`: they sort as text, and SQLite's date functions read them.
Lists and structures are JSON.
"""


def schema_markdown() -> str:
    """Return docs/schema.md for the present schema."""
    import sqlite_utils

    with closing(sqlite3.connect(":memory:")) as connection:
        migrate(connection)
        db = sqlite_utils.Database(connection, execute_plugins=False)
        tables = {name: db.table(name) for name in _TABLES}
        parts = [_INTRODUCTION]
        for name, table in tables.items():
            foreign = {
                key.column: f"{key.other_table}.{key.other_column}" for key in table.foreign_keys
            }
            parts.append(
                f"## {name}\n\n{_TABLES[name]}\n\n| column | type | |\n| --- | --- | --- |"
            )
            parts += [
                f"| {column.name} | {column.type}{' not null' if column.notnull else ''} | "
                + _meaning(f"{name}.{column.name}", column.is_pk, foreign.get(column.name))
                + " |"
                for column in table.columns
            ]
            indexes = [
                f"{'unique ' if index.unique else ''}({', '.join(index.columns)})"
                for index in table.indexes
            ]
            parts.append(f"\nIndexes: {', '.join(sorted(indexes))}.\n" if indexes else "")
    return "\n".join(parts).rstrip() + "\n"


def _meaning(column: str, is_pk: int, foreign: str | None) -> str:
    parts = ["primary key"] if is_pk else []
    if foreign:
        parts.append(f"→ {foreign}")
    if column in _COLUMNS:
        parts.append(_COLUMNS[column])
    return "; ".join(parts)


def undescribed() -> list[str]:
    """Return tables without a sentence, and sentences about what is not there."""
    with closing(sqlite3.connect(":memory:")) as connection:
        migrate(connection)
        tables = {
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not row[0].startswith(("entries_fts_", "sqlite_"))
        }
        columns = {
            f"{table}.{row[1]}"
            for table in tables
            for row in connection.execute(f"PRAGMA table_info({table})")
        }
    return sorted((tables ^ _TABLES.keys()) | (_COLUMNS.keys() - columns))


if __name__ == "__main__":
    sys.stdout.write(schema_markdown())
