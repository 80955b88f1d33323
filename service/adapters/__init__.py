"""Each module or package here implements one port of the application."""
