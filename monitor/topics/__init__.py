"""Topics: what is watched, and whether, and why, an entry matches it.

::

    Topic + lists ── compile_topics ──▶ CompiledTopic ── match(document) ──▶ StoredMatch, or None
                                            ├── index_topics ── match_all(document)   all at once
                                            ├── explain(document)   why, or why not
            ├── near_miss(document)  what kept it out, when that was little
                                            ├── preview(entries)    what a change would bring
                                            └── evaluate_topics(labelled items)   how good it is

Pure: versions of topics are given by the store, times by the caller. docs/topics.md tells how to
write a topic.
"""

from monitor.topics.compiled import CompiledBoost, CompiledTopic, compile_topics, definition
from monitor.topics.evaluation import Evaluation, Labelled, evaluate_topics, read_labelled
from monitor.topics.explain import Explanation, Step, explain
from monitor.topics.matching import TopicIndex, index_topics, match, match_all, possible
from monitor.topics.nearmiss import NearMiss, Stratum, near_miss, near_query, stratum
from monitor.topics.preview import Preview, Sample
from monitor.topics.tally import preview

__all__ = [
    "CompiledBoost",
    "CompiledTopic",
    "Evaluation",
    "Explanation",
    "Labelled",
    "NearMiss",
    "Preview",
    "Sample",
    "Step",
    "Stratum",
    "TopicIndex",
    "compile_topics",
    "definition",
    "evaluate_topics",
    "explain",
    "index_topics",
    "match",
    "match_all",
    "near_miss",
    "near_query",
    "possible",
    "preview",
    "read_labelled",
    "stratum",
]
