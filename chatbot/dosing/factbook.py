"""The facts, found by topic, route, population and origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from chatbot.content import Fact
from chatbot.query import Origin, Population, Route, Topic


class FactBook:
    """An index of the facts of one content folder, in the order in which the content lists them."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.all = tuple(facts)
        self.by_id = {fact.id: fact for fact in self.all}
        self._by_topic: dict[Topic, list[Fact]] = defaultdict(list)
        for fact in self.all:
            self._by_topic[fact.topic].append(fact)

    def of(self, topic: Topic) -> list[Fact]:
        """All facts of a topic."""
        return self._by_topic[topic]

    def exactly(
        self, topic: Topic, route: Route, population: Population | None, origin: Origin | None = None
    ) -> list[Fact]:
        """Facts of a topic for just this route and population.

        origin: facts of the other origin are left out; without it those of every origin are there.
        """
        return [
            fact
            for fact in self._by_topic[topic]
            if fact.route == route
            and fact.population == population
            and (origin is None or fact.origin is None or fact.origin == origin)
        ]

    def on_route(self, topic: Topic, route: Route | None) -> list[Fact]:
        """Facts of a topic that hold on a route (all of them where no route was said)."""
        return [fact for fact in self._by_topic[topic] if route is None or fact.route in (route, None)]

    def beside(self) -> dict[str, tuple[Topic, ...]]:
        """The topics whose facts speak of another medicine beside ours, by that medicine."""
        topics: dict[str, dict[Topic, None]] = defaultdict(dict)
        for fact in self.all:
            for name in fact.beside:
                topics[name][fact.topic] = None
        return {name: tuple(found) for name, found in topics.items()}
