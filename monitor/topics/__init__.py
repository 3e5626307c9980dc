"""Topics: what is watched, and whether, and why, an entry matches it.

::

    Topic + lists ── compile_topics ──▶ CompiledTopic ── match_all(document) ──▶ StoredMatch…
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
from monitor.topics.matching import match, match_all, possible
from monitor.topics.nearmiss import NearMiss, Stratum, near_miss, near_query, stratum
from monitor.topics.preview import Preview, Sample, preview

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
    "compile_topics",
    "definition",
    "evaluate_topics",
    "explain",
    "match",
    "match_all",
    "near_miss",
    "near_query",
    "possible",
    "preview",
    "read_labelled",
    "stratum",
]
