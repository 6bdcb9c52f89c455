"""Turn what is stored of layouts into the layouts by which pages are read, and choose among them; what a run adds. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flows.clean.outlet.layout import Layout, Part
from warehouse.records import LayoutEvidence, LayoutPlace

__all__ = ["Layouts", "Learned", "layouts_by_source", "to_read_by"]

Layouts = Mapping[str, tuple[Layout, ...]]  # of each source, by version


@dataclass(frozen=True, slots=True)
class Learned:
    """What a run learned: new versions and those that ended, and all evidence of the sources that it observed."""

    layouts: tuple[LayoutPlace, ...] = ()
    evidence: tuple[LayoutEvidence, ...] = ()


def layouts_by_source(places: Iterable[LayoutPlace]) -> Layouts:
    """Return the layouts of each source in the order of their versions; places are kept in their order."""
    versions: dict[tuple[str, int], list[LayoutPlace]] = defaultdict(list)
    for place in places:
        versions[place.source, place.version].append(place)
    found: dict[str, tuple[Layout, ...]] = defaultdict(tuple)
    for (source, version), rows in sorted(versions.items()):
        of = {part: tuple(row.place for row in rows if row.part == part) for part in Part}
        layout = Layout(
            version=version,
            since=rows[0].valid_from,
            until=rows[0].valid_until,
            containers=of[Part.CONTAINER],
            dates=of[Part.DATE],
            bylines=of[Part.BYLINE],
            asides=of[Part.ASIDE],
        )
        found[source] = (*found[source], layout)
    return dict(found)


def to_read_by(layouts: tuple[Layout, ...], *, is_known: bool = False, version: int | None = None) -> tuple[Layout, ...]:
    """Return the layouts by which a page may be read; the last one that is for the time of its capture is used.

    A known article is read as it was before, so that a better reading does not look like an edit by the outlet: without a layout,
    or by the same version, unless the outlet has changed its layout since.

    Args:
        is_known: an article came from the page before; it was read by `version`, None for no layout.
    """
    if not is_known:
        return layouts
    own = next((layout for layout in layouts if layout.version == version), None)
    if own is None:
        return ()
    return (replace(own, until=None), *(layout for layout in layouts if layout.since > own.since))
