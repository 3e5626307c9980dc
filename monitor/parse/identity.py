"""Which entries of a document are new, which were edited, which are known.

An entry's key within its feed is its guid, else its link, else a hash of its text (RSS 2.0 leaves
all three optional; Atom ids are permanent, RFC 4287 4.2.6). Publishers break each of these, so:

- a guid that several entries of one document share, with other links, titles or texts, is no
  identity there: they fall back to their links, then to their texts;
- an entry is looked for among the known ones by every trait it has, the surest combination first
  (`pairing`), and a known entry can be claimed once;
- a known entry that comes under a new guid is *rekeyed*, not new; dates never count;
- a guid that returns with another link and another title is taken as an edit, and noted;
- when in doubt an entry is new: a repeat is a nuisance, a loss is worse.

Deciding again about what has just been decided gives nothing: no entry is new or revised twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.model.entry import KnownEntry, ParsedEntry
from monitor.model.refresh import NewEntry, Rekeyed, RevisedEntry
from monitor.parse.pairing import folded, pair, traits
from monitor.parse.trivial import steady, steady_title

Keyed = tuple[str, str, ParsedEntry]
"""Key, hash of the content, entry."""

_LONGEST_KEY = 512
_REUSED = "guid reused: title and link both differ from the stored entry"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry of the document and the stored one it is: its id, or 0 and the key of a new one."""

    entry: ParsedEntry
    id: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What to write. `seen` are ids of stored entries that came back unchanged.

    The matches of `new` and `revised` are still to be filled in. `placed` are all that are stored or
    to be stored, in the order of the document. `notes` say in words what was out of the ordinary.
    """

    new: tuple[NewEntry, ...] = ()
    revised: tuple[RevisedEntry, ...] = ()
    rekeyed: tuple[Rekeyed, ...] = ()
    seen: tuple[int, ...] = ()
    placed: tuple[Placed, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lookups:
    """What to ask the store for: everything a known form of these entries may be stored under."""

    keys: tuple[str, ...]
    guids: tuple[str, ...]
    urls: tuple[str, ...]


def content_hash(entry: ParsedEntry) -> str:
    """Hash title and text; white space, counters, ages and tracking parameters do not count.

    Two that are equal say the same; whether two that differ are an edit is decided on their texts
    (`trivial.edited`), so that a database keeps its hashes when this is refined.
    An entry without text is told from others of its title by its enclosures, whose addresses count
    up to their query, since that often changes with each answer.
    """
    return _hash(entry, steady_title(entry.title), steady)


def _hash(entry: ParsedEntry, title: str, words: Callable[[str], str]) -> str:
    content = f"{title}\x1f{words(entry.text)}"
    if not entry.text:
        content = "\x1f".join([content, *(file.url.partition("?")[0] for file in entry.enclosures)])
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]


def keyed(entries: Sequence[ParsedEntry]) -> list[Keyed]:
    """Give each entry its key and hash; an entry that is there twice is listed once.

    Of two versions of one entry (same guid, link and title, each with its own `updated_at`;
    RFC 4287 4.1.1) the later one is kept.
    """
    hashed = [(content_hash(entry), entry) for entry in entries]
    shared = _shared(hashed, lambda entry: entry.guid)
    without_guid = [each for each in hashed if not each[1].guid or each[1].guid in shared]
    shared_links = _shared(without_guid, lambda entry: entry.url)
    found: dict[str, Keyed] = {}
    for digest, entry in hashed:
        if entry.guid and entry.guid not in shared:
            key = _guid_key(entry.guid)
        elif entry.url and entry.url not in shared_links:
            key = _link_key(entry.url)
        else:
            key = _hash_key(entry)
        earlier = found.get(key)
        if earlier is None or _later(entry, earlier[2]):
            found[key] = (key, digest, entry)
    return list(found.values())


def lookups(found: Sequence[Keyed]) -> Lookups:
    """Say under which keys, guids and addresses these entries may be known.

    Both schemes are named, so that a site that moves to https brings nothing twice.
    """
    keys: dict[str, None] = {}
    guids: dict[str, None] = {}
    urls: dict[str, None] = {}
    for key, _, entry in found:
        keys.update(dict.fromkeys(_possible_keys(key, entry)))
        guids.update(dict.fromkeys(_both_schemes(entry.guid)))
        urls.update(dict.fromkeys(_both_schemes(entry.url)))
    return Lookups(tuple(keys), tuple(guids), tuple(urls))


def decide_entries(found: Sequence[Keyed], known: Sequence[KnownEntry]) -> Decided:
    """Tell new, revised, rekeyed and seen entries apart.

    `known` are the feed's stored entries that share a key, guid or address with these; those with
    id 0 were deleted from the store and count as seen.
    """
    claims = _claim(found, known)
    taken = {entry.key for entry in known}
    new: list[NewEntry] = []
    revised: list[RevisedEntry] = []
    rekeyed: list[Rekeyed] = []
    seen: list[int] = []
    placed: list[Placed] = []
    notes: Counter[str] = Counter()
    for index, (key, digest, entry) in enumerate(found):
        claim = claims.get(index)
        if claim is None:
            possible = _possible_keys(key, entry)
            free = next((each for each in possible if each not in taken), "")
            # All taken: the very same entry is there, under each of them.
            if free:
                taken.add(free)
                new.append(NewEntry(key=free, content_hash=digest, entry=entry))
                placed.append(Placed(entry, 0, free))
            continue
        stored, note = claim
        if not stored.id:
            continue
        placed.append(Placed(entry, stored.id))
        if note:
            notes[note] += 1
        # A key moves to a guid only: what lacks one now may bring it again.
        moved = key if key.startswith("guid:") and key not in taken else stored.key
        if digest != stored.content_hash:
            taken.add(moved)
            revised.append(
                RevisedEntry(id=stored.id, key=moved, content_hash=digest, entry=entry, note=note)
            )
        elif entry.guid and entry.guid != stored.guid:
            taken.add(moved)
            rekeyed.append(Rekeyed(stored.id, moved, entry.guid))
        else:
            seen.append(stored.id)
    if rekeyed:
        notes["guids changed, links did not: nothing new"] = len(rekeyed)
    said = tuple(f"{count} x {note}" for note, count in notes.items())
    return Decided(tuple(new), tuple(revised), tuple(rekeyed), tuple(seen), tuple(placed), said)


def _claim(
    found: Sequence[Keyed], known: Sequence[KnownEntry]
) -> dict[int, tuple[KnownEntry, str]]:
    """Pair entries with known ones; the note says what was odd about the pair."""
    pairs, reused = pair(
        [traits(key, entry.guid, entry.url, hash_, entry.title) for key, hash_, entry in found],
        [traits(each.key, each.guid, each.url, each.content_hash, each.title) for each in known],
        deleted={at for at, each in enumerate(known) if not each.id},
    )
    return {index: (known[at], _REUSED if index in reused else "") for index, at in pairs.items()}


def _shared(
    hashed: Sequence[tuple[str, ParsedEntry]], trait: Callable[[ParsedEntry], str]
) -> set[str]:
    """Return the guids (or addresses) that different entries of the document share."""
    having: dict[str, list[tuple[str, ParsedEntry]]] = defaultdict(list)
    for digest, entry in hashed:
        if trait(entry):
            having[trait(entry)].append((digest, entry))
    return {value for value, entries in having.items() if not _one_entry(entries)}


def _one_entry(hashed: Sequence[tuple[str, ParsedEntry]]) -> bool:
    """Tell whether these are one entry: repeats of it, or versions that say when each was made."""
    texts = {(entry.url, folded(entry.title), digest) for digest, entry in hashed}
    if len(texts) == 1:
        return True
    made = {entry.updated_at for _, entry in hashed}
    headlines = {(url, title) for url, title, _ in texts}
    return len(headlines) == 1 and None not in made and len(made) == len(texts)


def _possible_keys(key: str, entry: ParsedEntry) -> list[str]:
    """Return the keys the entry may be stored under, the best first: it takes the first free one."""
    by_link = [_link_key(entry.url)] if entry.url else []
    digest = _hash(entry, folded(entry.title), folded)
    by_text = [_hash_key(entry, digest), _hash_key(entry, f"{digest}\x1f{entry.guid}")]
    return [key, *by_link, *by_text]


def _guid_key(guid: str) -> str:
    return _bounded(f"guid:{guid}")


def _link_key(url: str) -> str:
    return _bounded(f"link:{url}")


def _hash_key(entry: ParsedEntry, digest: str = "") -> str:
    """Make a key of the text. It is kept for ever, so that its folding never changes (`folded`)."""
    digest = digest or _hash(entry, folded(entry.title), folded)
    parts = [digest, entry.url] if entry.url else [digest]
    if not (entry.title or entry.text):
        # A picture or a sound without words is known by what it shows.
        parts += [entry.html, entry.published_raw, *(file.url for file in entry.enclosures)]
    hashed = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace"))
    return f"hash:{hashed.hexdigest()[:32]}"


def _bounded(key: str) -> str:
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:5]}sha256:{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}"


def _later(entry: ParsedEntry, than: ParsedEntry) -> bool:
    return bool(entry.updated_at and than.updated_at and entry.updated_at > than.updated_at)


def _both_schemes(address: str) -> tuple[str, ...]:
    if address.startswith("https://"):
        return address, f"http://{address[8:]}"
    if address.startswith("http://"):
        return address, f"https://{address[7:]}"
    return (address,) if address else ()
