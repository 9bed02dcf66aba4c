"""What a model is asked and may answer; which deployment answers; how bytes become its input. No I/O."""
