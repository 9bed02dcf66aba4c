"""What a notification is, in plain Python."""
