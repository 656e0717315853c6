"""Quantities of routes: how far, how long and how dear it is between two places, with and without a project."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from torugart.appraisal.project import default_year
from torugart.checks.context import Context, FloatArray, Way
from torugart.checks.distance import Baseline, ShortestWay
from torugart.checks.interval import Interval, from_draws, written_half
from torugart.checks.registry import quantity
from torugart.checks.value import Kind, Missing, Value, number, show, show_value
from torugart.errors import InputError, UnknownName

ORDINARY = "manufactures"  # the class whose way is taken when a claim names no goods
BY = ("cost", "distance")


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked: a pair of places, the goods, and how ways may run."""

    origin: str
    destination: str
    class_id: str = ORDINARY
    modes: str = ""
    by: str = "cost"
    through: bool = False

    def __str__(self) -> str:
        modes = f" by {self.modes.replace('|', ' and ')}" if self.modes else ""
        least = ", shortest" if self.by == "distance" else f", least cost, {self.class_id.replace('_', ' ')}"
        return f"{self.origin} to {self.destination}{modes}{least}"


@quantity(kind="model", unit="km")
def route_km(
    context: Context,
    origin: str,
    destination: str,
    project: str = "",
    class_id: str = ORDINARY,
    modes: str = "",
    by: str = "cost",
    through: str = "no",
) -> Value | Missing:
    """Length of the best way (by=cost) or the shortest (by=distance), with a project or without any."""
    route = _route(context, origin, destination, class_id, modes, by, through)
    way = _way(context, route, project, with_project=bool(project))
    if isinstance(way, Missing):
        return way
    km, links = _km_and_links(way)
    made = number(_rounded(km, _rounding_km(context, links)), "km", _kind(route))
    return _with_links(context, made, links, route).because(f"{route}: {_told(way)}")


@quantity(kind="model", unit="day")
def route_days(
    context: Context,
    origin: str,
    destination: str,
    project: str = "",
    class_id: str = ORDINARY,
    modes: str = "",
    through: str = "no",
) -> Value | Missing:
    """Mean days door to door on the best way, with a project or without any."""
    route = _route(context, origin, destination, class_id, modes, "cost", through)
    way = _best_way(context, route, project, with_project=bool(project))
    if isinstance(way, Missing):
        return way
    return number(from_draws(way.hours / 24), "day", "model").because(f"{route}: {_told(way)}")


@quantity(kind="model", unit="km")
def route_km_saved(
    context: Context,
    origin: str,
    destination: str,
    project: str,
    class_id: str = ORDINARY,
    modes: str = "",
    by: str = "cost",
    through: str = "no",
) -> Value | Missing:
    """Length without a project less length with it; through=yes takes the way over the project in any case."""
    route = _route(context, origin, destination, class_id, modes, by, through)
    pair = _both_ways(context, route, project)
    if isinstance(pair, Missing):
        return pair
    without, with_ = pair
    (km_without, links_without), (km_with, links_with) = _km_and_links(without), _km_and_links(with_)
    # Links that both ways take add no doubt to their difference.
    half = _rounding_km(context, set(links_without) ^ set(links_with))
    made = number(_rounded(km_without - km_with, half), "km", _kind(route))
    made = _with_links(context, made, (*links_without, *links_with), route)
    return made.because(*_story(route, without, with_), f"saved: {show_value(made)}")


@quantity(kind="model", unit="day")
def route_days_saved(
    context: Context,
    origin: str,
    destination: str,
    project: str,
    class_id: str = ORDINARY,
    modes: str = "",
    through: str = "no",
) -> Value | Missing:
    """Mean days without a project less mean days with it, draw by draw."""
    route = _route(context, origin, destination, class_id, modes, "cost", through)
    pair = _both_best_ways(context, route, project)
    if isinstance(pair, Missing):
        return pair
    without, with_ = pair
    made = number(from_draws((without.hours - with_.hours) / 24), "day", "model")
    return made.because(*_story(route, without, with_), f"saved: {show_value(made)}")


@quantity(kind="model", unit="share")
def route_cost_share_saved(
    context: Context,
    origin: str,
    destination: str,
    project: str,
    class_id: str = ORDINARY,
    modes: str = "",
    through: str = "no",
) -> Value | Missing:
    """Share of the money a shipper pays that a project saves, draw by draw."""
    route = _route(context, origin, destination, class_id, modes, "cost", through)
    pair = _both_best_ways(context, route, project)
    if isinstance(pair, Missing):
        return pair
    without, with_ = pair
    if not np.all(without.usd > 0):
        return Missing(f"a price of the way without {project}, {route}")
    made = number(from_draws(1 - with_.usd / without.usd), "share", "model")
    return made.because(*_story(route, without, with_), f"saved: {show_value(made)}")


def _route(
    context: Context, origin: str, destination: str, class_id: str, modes: str, by: str, through: str
) -> Route:
    places, classes = context.words("places", "place_id"), context.words("classes", "class_id")
    for place in (origin, destination):
        if place not in places:
            raise UnknownName("place", place, places)
    if class_id not in classes:
        raise UnknownName("class", class_id, classes)
    if by not in BY:
        raise InputError(f"by is {by!r}; write cost or distance")
    if through not in ("yes", "no"):
        raise InputError(f"through is {through!r}; write yes or no")
    if through == "yes" and by == "distance":
        raise InputError("through=yes goes with by=cost only")
    return Route(origin, destination, class_id, modes, by, through == "yes")


def _way(context: Context, route: Route, project: str, *, with_project: bool) -> Way | ShortestWay | Missing:
    if route.by == "distance":
        return _shortest_way(context, route, project, with_project=with_project)
    return _best_way(context, route, project, with_project=with_project)


def _shortest_way(
    context: Context, route: Route, project: str, *, with_project: bool
) -> ShortestWay | Missing:
    model = context.model
    if model is not None:
        baseline = Baseline("do_minimum", model.year, project or model.project, with_project)
    elif project:
        year = default_year(context.package.tables, project)
        baseline = Baseline("do_minimum", year, project, with_project)
    else:
        baseline = Baseline("today", context.today.year)
    way = context.distances.shortest(route.origin, route.destination, route.modes, baseline)
    return Missing(f"a way from {route}") if way is None else way


def _best_way(context: Context, route: Route, project: str, *, with_project: bool) -> Way | Missing:
    model = context.model
    if model is None:
        return Missing("the network model; an appraisal makes it")
    if project and model.project != project:
        return Missing(f"the network model with {project}; `torugart appraise {project}` makes it")
    if "|" in route.modes:
        return Missing(f"ways of least cost by {route.modes}: the model keeps to one mode or takes all")
    through = route.through and with_project
    way = context.way(route.origin, route.destination, route.class_id, with_project, route.modes, through)
    over = f" over {project}" if through else ""
    return Missing(f"a way from {route}{over}") if way is None else way


def _both_ways(
    context: Context, route: Route, project: str
) -> tuple[Way | ShortestWay, Way | ShortestWay] | Missing:
    without = _way(context, route, project, with_project=False)
    if isinstance(without, Missing):
        return Missing(f"{without.reason}, without {project}")
    with_ = _way(context, route, project, with_project=True)
    return with_ if isinstance(with_, Missing) else (without, with_)


def _both_best_ways(context: Context, route: Route, project: str) -> tuple[Way, Way] | Missing:
    without = _best_way(context, route, project, with_project=False)
    if isinstance(without, Missing):
        return Missing(f"{without.reason}, without {project}")
    with_ = _best_way(context, route, project, with_project=True)
    return with_ if isinstance(with_, Missing) else (without, with_)


def _kind(route: Route) -> Kind:
    # A shortest way is read off the links; a way of least cost needs the whole model.
    return "data" if route.by == "distance" else "model"


def _km_and_links(way: Way | ShortestWay) -> tuple[float, tuple[str, ...]]:
    if isinstance(way, ShortestWay):
        return way.km, way.link_ids
    links = way.legs[way.legs["kind"] == "link"]["record_id"]
    return way.km, tuple(str(link) for link in links)


def _rounding_km(context: Context, link_ids: Collection[str]) -> float:
    """Half the last written digits of the lengths of some links, added up."""
    lengths = context.package.tables["links"].set_index("link_id")["length_km"]
    return sum(written_half(float(lengths[link])) for link in sorted(link_ids))


def _rounded(km: float, half: float) -> Interval:
    return Interval(km - half, km, km + half)


def _with_links(context: Context, made: Value, link_ids: Collection[str], route: Route) -> Value:
    """Name the links a shortest way rests on; a way of the model rests on the model."""
    if route.by != "distance":
        return made
    used = sorted(set(link_ids))
    source = context.package.tables["links"].set_index("link_id")["source_id"]
    return replace(
        made,
        cells=tuple(f"cell:links/{link}/length_km" for link in used),
        source_ids=tuple(dict.fromkeys(str(source[link]) for link in used)),
    )


def _story(route: Route, without: Way | ShortestWay, with_: Way | ShortestWay) -> tuple[str, ...]:
    same = _km_and_links(without)[1] == _km_and_links(with_)[1]
    with_told = "the same way, so that nothing changes" if same else _told(with_)
    return f"{route}, without: {_told(without)}", f"with: {with_told}"


def _told(way: Way | ShortestWay) -> str:
    if isinstance(way, ShortestWay):
        return f"{show(way.km)} km over {len(way.link_ids)} links"
    gates = f" by {way.gates}" if way.gates else ""
    hours: FloatArray = way.hours
    return f"{show(way.km)} km, {hours[0] / 24:.1f} days, {way.usd[0]:,.0f} USD per FEU, {way.modes}{gates}"
