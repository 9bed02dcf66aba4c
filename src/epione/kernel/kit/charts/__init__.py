"""Charts drawn on the server: plain numbers in, safe SVG with classes out. One question per chart."""

from .arcs import Pair as Pair
from .arcs import arcs as arcs
from .calibration import Bin as Bin
from .calibration import calibration as calibration
from .coverage import Supplied as Supplied
from .coverage import coverage as coverage
from .lines import Lane as Lane
from .lines import Point as Point
from .lines import Timeline as Timeline
from .lines import Zone as Zone
from .lines import line as line
from .merkle import merkle_path as merkle_path
from .small import Bar as Bar
from .small import Squares as Squares
from .small import bars as bars
from .small import findings_bar as findings_bar
from .small import interval as interval
from .small import sparkline as sparkline
from .small import squares as squares

__all__ = [
    "Bar",
    "Bin",
    "Lane",
    "Pair",
    "Point",
    "Squares",
    "Supplied",
    "Timeline",
    "Zone",
    "arcs",
    "bars",
    "calibration",
    "coverage",
    "findings_bar",
    "interval",
    "line",
    "merkle_path",
    "sparkline",
    "squares",
]
