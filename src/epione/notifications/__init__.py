"""Notifications: what a person must know, told on her screen and, if she wishes, by a mail that says nothing."""
