"""Digests: which window is due, what goes into the edition, and how it reads.

Three steps, each a pure function over values of `monitor.model.edition`::

    windows.due(digest, began_at, last_cutoff, now)      -> Due: the window and its slot
    composing.compose(digest, due, topics, entries, …)   -> Edition: sections of cards
    rendering.render(edition)                            -> Rendered: text, Markdown, HTML, JSON

`ranking` holds what orders the cards of a section, `caps` what keeps an edition short,
`excerpts` cuts text, `wording` has every sentence that more than one form shows. The forms are
`plain`, `markdown`, `structured` and templates/edition.html.
"""
