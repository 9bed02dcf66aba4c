"""The planner's vocabulary: instances, plans, heuristics, slots, checks and sentences. No solver here."""
