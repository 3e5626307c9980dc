"""Documents about topics."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from monitor.web.api.documents.changes import Edited
from monitor.web.api.documents.parts import At, Document, EntryRef, Reason


class Boost(Document):
    """Points that are added when `query` holds."""

    query: str
    points: int


class OneTopic(Document):
    """A topic; `left` is how many ids of entries are still to be looked at for its version."""

    name: str
    title: str
    query: str
    guide: str
    floor: int
    boosts: list[Boost]
    version: int
    rematched: bool
    left: int


class TopicList(Document):
    """The topics."""

    topics: list[OneTopic]


class TopicEdited(Edited):
    """A topic after a change."""

    topic: OneTopic


class Sample(Document):
    """An entry that matches, or nearly does: then `note` says what kept it out."""

    id: EntryRef
    title: str
    outlet: str
    url: str
    first_seen_at: At
    points: int
    why: list[Reason]
    note: str = ""


class ClauseTally(Document):
    """What one part of an OR brings."""

    clause: str
    hits: int
    alone: int


class BoostTally(Document):
    """What one boost does."""

    query: str
    points: int
    hits: int
    decides: int
    samples: list[Sample]


class RemovedTally(Document):
    """What is kept out by a NOT alone."""

    clause: str
    entries: int
    samples: list[Sample]


class OutletTally(Document):
    """Matches of an outlet."""

    outlet: str
    matches: int


class TopicTally(Document):
    """Matches that are another topic's as well."""

    topic: str
    matches: int


class TopicTried(Document):
    """What a topic finds; with `share` below 1 the counts are estimates."""

    topic: str
    entries: int
    matches: int
    per_day: dict[str, float]
    gained: int
    lost: int
    samples: list[Sample]
    gained_samples: list[Sample]
    lost_samples: list[Sample]
    clauses: list[ClauseTally]
    boosts: list[BoostTally]
    removed: list[RemovedTally]
    near_misses: list[Sample]
    outlets: list[OutletTally]
    overlap: list[TopicTally]
    lint: list[str]
    share: float
    days_back: float


class StepWhy(Document):
    """Words that hold."""

    clause: str
    words: str
    field: str


class Step(Document):
    """One clause: whether it holds, why, and those inside it."""

    clause: str
    holds: bool
    note: str = ""
    why: list[StepWhy] = Field(default=[])
    joined: str = ""
    parts: list[Step] = Field(default=[])


class BoostStep(Step):
    """A boost with its points."""

    points: int


class Explained(Document):
    """Why an entry matches a topic, or why not."""

    entry: EntryRef
    topic: str
    matches: bool
    points: int
    floor: int
    query: Step
    boosts: list[BoostStep]


class JudgementMade(Document):
    """What a person said; the last two null where it was taken back."""

    entry: EntryRef
    topic: str
    belongs: bool | None
    judged_at: At | None


class JudgementShown(JudgementMade):
    """A judgement with the entry's title."""

    title: str


class JudgementList(Document):
    """All judgements."""

    judgements: list[JudgementShown]


class TitledEntry(Document):
    """An entry by its title."""

    id: EntryRef
    title: str


class EntryToJudge(TitledEntry):
    """An entry to judge next."""

    stratum: Literal["matched", "near", "rest"]


class SuggestedEdit(Document):
    """An edit and what it would do."""

    edit: str
    word: str
    kind: Literal["add", "remove"]
    evidence: Literal["judged", "unlabelled"]
    wanted_gained: int
    unwanted_gained: int
    unwanted_removed: int
    wanted_lost: int
    matches_gained: int
    matches_lost: int
    matches_already: int
    gained_per_day: float
    lost_per_day: float
    exact: bool
    samples: list[TitledEntry]


class Suggested(Document):
    """All there is to say about a topic."""

    topic: str
    entries: int
    judgements: int
    suggestions: list[SuggestedEdit]
    to_judge: list[EntryToJudge]
    estimate: dict[str, Any] | None = Field(description="Precision and recall, see docs/json.md")
    judge_more: dict[str, Any] | None
    judged_elsewhere: int
    unwanted_needed: int
