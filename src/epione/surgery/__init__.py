"""The operating theatre: a planner that optimises, checks and explains itself. No rows yet."""
