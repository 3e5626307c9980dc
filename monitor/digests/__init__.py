"""Digests: which window is due, what goes into the edition, and how it reads.

Three steps, each a pure function over values of `monitor.model.edition`::

    windows.due(digest, began_at, last_cutoff, now)      -> Due: the window and its slot
    composing.compose(digest, due, topics, gathered)     -> Edition: all that is told, and the ledger
    rendering.render(edition)                            -> Rendered: text, Markdown, HTML, JSON

Composing goes from entries to `candidates` (stories with their lead, heading and rank), sorts these into
parts and cuts them to size (`arranging`, `caps`), makes `cards` of what is shown, and adds what stands
beside (`leads`, `developing`, `asides`). `ranking` holds what orders stories,
`excerpts` cuts text, `wording` has every sentence that more than one form shows. The forms are
`plain`, `markdown`, `structured` and templates/edition.html.
"""
