"""From a `Query` to an `Answer`: which facts answer it, and what must be said with them. Knows nothing of text."""
