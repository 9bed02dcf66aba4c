"""What is decided about operations, in plain Python."""
