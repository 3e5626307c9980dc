"""The JSON of what surrounds a search result: groups, facets, histogram (docs/json.md)."""

from __future__ import annotations

from monitor.model.facet import Facets, Histogram
from monitor.service.found_groups import FoundGroups, Group
from monitor.service.shapes import Shape, entry_id, hit_shape, instant, search_shape


def grouped_shape(page: FoundGroups) -> Shape:
    """Shape of `monitor search --group story --json`: as without, with `more` ids in each result."""
    return {
        **search_shape(page.found),
        "results": [group_shape(group) for group in page.groups],
        "goes_on": page.goes_on,
    }


def group_shape(group: Group) -> Shape:
    """Shape of the best hit of a story, with the ids of the others."""
    return {**hit_shape(group.hit), "more": [entry_id(number) for number in group.more]}


def facets_shape(facets: Facets) -> Shape:
    """Shape of the facets of a search.

    `counts` is "exact", or "about" where the index was asked alone; `complete` says whether all
    entries were considered, otherwise the newest. Each `query` is a text to search next, "" where a
    choice cannot be written as a query.
    """
    return {
        "considered": facets.considered,
        "complete": facets.complete,
        "counts": "exact" if facets.exact else "about",
        "in_use": [
            {"clause": each.clause, "label": each.label, "query": each.query}
            for each in facets.in_use
        ],
        "facets": [
            {
                "name": facet.name,
                "title": facet.title,
                "others": facet.others,
                "choices": [
                    {
                        "value": choice.value,
                        "label": choice.label,
                        "count": choice.count,
                        "query": choice.query,
                    }
                    for choice in facet.choices
                ],
            }
            for facet in facets.facets
        ],
    }


def histogram_shape(histogram: Histogram) -> Shape:
    """Shape of how a search lies in time; keys as in `facets_shape`. Bars are half-open, in order."""
    return {
        "by": histogram.by,
        "timezone": histogram.timezone,
        "considered": histogram.considered,
        "complete": histogram.complete,
        "counts": "exact" if histogram.exact else "about",
        "bars": [
            {
                "from": instant(bar.from_at),
                "until": instant(bar.until_at),
                "label": bar.label,
                "count": bar.count,
                "query": bar.query,
            }
            for bar in histogram.bars
        ],
    }
