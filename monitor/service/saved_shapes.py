"""The JSON of saved searches: the keys are a promise (docs/json.md)."""

from __future__ import annotations

from monitor.model.search import SavedSearch
from monitor.service.saved import Shown, Standing
from monitor.service.shapes import Shape, hit_shape, instant, search_shape


def standing_shape(standing: Standing) -> Shape:
    """Shape of one saved search, an item of `monitor searches list --json`."""
    return {
        **written_shape(standing.search),
        "new": standing.new.count,
        "new_more": standing.new.more,
        "looked_at": instant(standing.look.looked_at) if standing.look else None,
        "named_by": list(standing.named_by),
    }


def shown_shape(shown: Shown) -> Shape:
    """Shape of `monitor searches show --json`: the saved search, and what it finds as `monitor search` tells it."""
    found = search_shape(shown.found)
    results = [hit_shape(hit) | {"new": hit.entry.id >= shown.next_id} for hit in shown.found.hits]
    return {**standing_shape(shown.standing), **found, "results": results}


def written_shape(saved: SavedSearch) -> Shape:
    """Shape of a saved search as config/searches.toml has it, for the API."""
    return {"name": saved.name, "title": saved.title, "query": saved.query, "sort": saved.sort}
