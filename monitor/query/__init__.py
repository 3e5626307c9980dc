"""The query language: one parser, one evaluator, for topics, search, preview and digests.

::

    text ── parse ──▶ Query ──┬── evaluate(query, document, now) ──▶ evidence, or None
                              └── candidates(query, now) ──▶ what to ask the full-text index
    entry ── document_of ──▶ Document            index_text ──▶ what the index holds of it

Between text and tree: `scan` reads the pieces, `foreign` what other languages write, `terms` words and
phrases, `lists` the named lists, `saved` saved searches, `lint` what is asked in vain.

Pure: no clock, no database. docs/topics.md is the reference of the language.
"""

from monitor.query.document import LEAD_WORDS, Document, document_of
from monitor.query.evaluate import evaluate
from monitor.query.highlight import snippet
from monitor.query.lists import spelled_lists
from monitor.query.literal import literal
from monitor.query.metadata import FIELDS
from monitor.query.scan import OPERATORS
from monitor.query.superset import candidates, index_text
from monitor.query.syntax import parse
from monitor.query.tree import Query

__all__ = [
    "FIELDS",
    "LEAD_WORDS",
    "OPERATORS",
    "Document",
    "Query",
    "candidates",
    "document_of",
    "evaluate",
    "index_text",
    "literal",
    "parse",
    "snippet",
    "spelled_lists",
]
