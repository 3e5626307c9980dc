"""The JSON of changes of config/ (docs/json.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.model.config_edit import ConfigEdit
from monitor.service.editing import Edited, FileDiff, diffs_of
from monitor.service.masking import masked, masked_diffs
from monitor.service.shapes import Shape, instant


def diff_shapes(diffs: Sequence[FileDiff]) -> list[Shape]:
    """Shape of what changed in files, likely secrets masked; a line is `[kind, text]`, kind "removed", "added", "same" or "place"."""
    return [
        {
            "file": diff.file,
            "lines": [[line.kind, line.text] for line in diff.lines],
            "left_out": diff.left_out,
        }
        for diff in masked_diffs(tuple(diffs))
    ]


def edited_shape(edited: Edited[Any]) -> Shape:
    """Shape of a change just made; `edit` is null where nothing had to be changed."""
    return {
        "edit": None if edited.id is None else str(edited.id),
        "changes": diff_shapes(edited.diffs),
    }


def edit_shape(edit: ConfigEdit) -> Shape:
    """Shape of a change that was kept."""
    return {
        "id": str(edit.id),
        "at": instant(edit.at),
        "what": masked(edit.what),
        "undone_at": instant(edit.undone_at),
        "changes": diff_shapes(diffs_of(edit)),
    }
