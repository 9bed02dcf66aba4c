"""The door of surgery."""

from .domain.planning.checking import check, detect_conflicts
from .domain.planning.fields import BadInstance, Fault
from .domain.planning.instance import Case, Instance
from .domain.planning.job import Options, Progress
from .domain.planning.plan import Conflict, Placement, Plan, Stage, conflict_facts, placement_facts, plan_facts
from .domain.planning.reading import parse, read_case, read_instance, read_plan
from .domain.planning.slots import Slot, find_optimal_slot
from .domain.planning.whatif import changed
from .domain.planning.wording import DayExplanation, Relaxation
from .explaining import explain_refusal
from .planner import Change, Outcome, PlanBroken, moved, plan_day, plan_week, replan

__all__ = [
    "BadInstance",
    "Case",
    "Change",
    "Conflict",
    "DayExplanation",
    "Fault",
    "Instance",
    "Options",
    "Outcome",
    "Placement",
    "Plan",
    "PlanBroken",
    "Progress",
    "Relaxation",
    "Slot",
    "Stage",
    "changed",
    "check",
    "conflict_facts",
    "detect_conflicts",
    "explain_refusal",
    "find_optimal_slot",
    "moved",
    "parse",
    "placement_facts",
    "plan_day",
    "plan_facts",
    "plan_week",
    "read_case",
    "read_instance",
    "read_plan",
    "replan",
]
