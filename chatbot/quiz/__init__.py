"""The quiz: questions built from facts, answers marked, and what was missed asked again."""
