"""The planner on OR-Tools CP-SAT: the only folder that imports the solver."""
