"""A package of its own: its browser closes with its last test, and with it the event loop that Playwright holds."""
