"""The demo practice: invented people and patients that make every screen worth looking at."""
