"""A package of its own, so that its browser closes with its last test: Playwright holds an event loop while it is open."""
