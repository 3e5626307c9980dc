"""The JSON of trends (docs/json.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from monitor.service.list_shapes import entry_line_shape
from monitor.service.shapes import Shape
from monitor.service.trends import Makeup, Span, Trend


def trends_shape(found: Sequence[Trend], span: Span) -> Shape:
    """Shape of topics over a span; days are local ones, first and last included."""
    return {
        **_span_shape(span),
        "by": span.by,
        "topics": [
            {
                "topic": trend.topic,
                "title": trend.title,
                "stories": trend.stories,
                "periods": [
                    {
                        "from": bar.first_on.isoformat(),
                        "to": bar.last_on.isoformat(),
                        "stories": bar.stories,
                        "low": bar.low,
                        "high": bar.high,
                        "open": bar.open,
                    }
                    for bar in trend.bars
                ],
            }
            for trend in found
        ],
    }


def makeup_shape(topic: str, made: Makeup, span: Span) -> Shape:
    """Shape of what a topic is made of in a span."""
    return {
        "topic": topic,
        **_span_shape(span),
        "entries": made.entries,
        "whole": made.whole,
        "stories": made.stories,
        "outlets": [
            {"outlet": each.outlet, "stories": each.stories, "share": round(each.share, 4)}
            for each in made.outlets
        ],
        "words": [
            {"text": each.text, "lately": each.lately, "before": each.before} for each in made.words
        ],
        "documents": [entry_line_shape(each) for each in made.documents],
    }


def _span_shape(span: Span) -> Shape:
    return {
        "from": span.first_on.isoformat(),
        "to": (span.until_on - timedelta(days=1)).isoformat(),
        "timezone": span.timezone,
    }
