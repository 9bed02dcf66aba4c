"""`epione bench`: ratios measured in one run, each engine beside a plain evaluator of the same rules."""
