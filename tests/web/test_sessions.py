"""Both stores, held to the same promises, and the states that they keep."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chatbot.conversation import State
from chatbot.pairs import load_pairs
from chatbot.query import Reason
from chatbot.web.sessions import Store, StoreError, open_store
from chatbot.web.sessions.codec import Codec

PAIRS = Path(__file__).parents[1] / "pairs" / "conversations.pairs.yaml"


@pytest.fixture(params=["sqlite", "redis"])
def address(request, tmp_path) -> str:
    return str(tmp_path / "store.sqlite") if request.param == "sqlite" else request.getfixturevalue("redis_url")


@asynccontextmanager
async def opened(address: str, seconds: float = 60) -> AsyncIterator[Store]:
    store = open_store(address, seconds)
    try:
        yield store
    finally:
        await store.close()


def on(address: str, promise, seconds: float = 60):
    """Run a promise against a store."""

    async def run():
        async with opened(address, seconds) as store:
            return await promise(store)

    return asyncio.run(run())


def test_what_is_kept_is_found_by_another_worker(address, request):
    key = request.node.name
    on(address, lambda store: store.swap(key, None, b"a \x00 state"))
    assert on(address, lambda store: store.get(key)) == b"a \x00 state"


def test_nothing_is_kept_under_an_unknown_key(address):
    assert on(address, lambda store: store.get("unknown")) is None


def test_who_comes_second_does_not_overwrite_who_came_first(address, request):
    key = request.node.name

    async def promise(store):
        assert await store.swap(key, None, b"first")
        assert not await store.swap(key, None, b"as new")
        assert not await store.swap(key, b"other", b"as if other were there")
        assert await store.swap(key, b"first", b"second")
        assert not await store.swap(key, b"first", b"too late")
        return await store.get(key)

    assert on(address, promise) == b"second"


def test_messages_at_the_same_time_are_all_counted(address, request):
    key = request.node.name

    async def add_one(store):
        while True:
            before = await store.get(key)
            await asyncio.sleep(0)
            if await store.swap(key, before, str(int(before or b"0") + 1).encode()):
                return

    async def promise(store):
        async with opened(address) as another:
            await asyncio.gather(*(add_one(one) for one in [store, another] * 20))
        return await store.get(key)

    assert on(address, promise) == b"40"


def test_a_conversation_expires_and_its_key_is_free_again(address, request):
    key = request.node.name

    async def promise(store):
        assert await store.swap(key, None, b"old")
        await asyncio.sleep(0.3)
        assert await store.get(key) is None
        assert not await store.swap(key, b"old", b"gone on with")
        assert await store.swap(key, None, b"new")

    on(address, promise, seconds=0.2)


def test_each_message_keeps_a_conversation_for_the_whole_time_again(address, request):
    key = request.node.name

    async def promise(store):
        assert await store.swap(key, None, b"same")
        for _ in range(3):
            await asyncio.sleep(0.3)
            assert await store.swap(key, b"same", b"same")

    on(address, promise, seconds=0.6)


def test_what_is_forgotten_is_gone(address, request):
    key = request.node.name

    async def promise(store):
        await store.swap(key, None, b"state")
        await store.forget(key)
        return await store.get(key)

    assert on(address, promise) is None


def test_calls_are_counted_for_all_workers_together(address, request):
    async def promise(store):
        async with opened(address) as another:
            return [await one.take(request.node.name, 10, 40) for one in [store, another] * 3]

    waits = on(address, promise)
    assert waits[:4] == [0, 0, 0, 0]
    assert all(9 < wait <= 10 for wait in waits[4:]), "the fifth has to wait until a call's time has passed"


def test_a_refused_call_does_not_make_the_wait_longer(address, request):
    async def promise(store):
        await store.take(request.node.name, 0.2, 0.2)
        refused = [await store.take(request.node.name, 0.2, 0.2) for _ in range(5)]
        await asyncio.sleep(0.25)
        return refused, await store.take(request.node.name, 0.2, 0.2)

    refused, later = on(address, promise)
    assert all(0 < wait <= 0.2 for wait in refused)
    assert later == 0


def test_the_secret_is_one_for_all_and_stays(address):
    secrets = [on(address, lambda store: store.secret()) for _ in range(3)]
    assert len(set(secrets)) == 1
    assert len(secrets[0]) >= 32


def test_a_store_that_can_be_written_is_ready(address):
    assert on(address, lambda store: store.check()) is None


def test_a_file_that_cannot_be_one_is_a_store_error(tmp_path):
    (tmp_path / "text").write_text("no database at all, and longer than a header of one\n" * 20, encoding="utf-8")
    with pytest.raises(StoreError, match="conversations cannot be kept"):
        open_store(str(tmp_path / "text"), 60)


def test_a_redis_that_is_not_there_is_a_store_error():
    with pytest.raises(StoreError, match="conversations cannot be kept"):
        on("redis://127.0.0.1:1/0", lambda store: store.get("key"))


def test_only_the_owner_may_read_the_file(tmp_path):
    file = tmp_path / "deep" / "store.sqlite"
    on(str(file), lambda store: store.swap("key", None, b"state"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}


# ------------------------------------------------------------------------------------------------ states


def test_every_conversation_goes_on_from_what_was_kept_as_it_goes_on_in_memory(bot):
    codec = Codec(bot.content.version)
    turns = 0
    for pair in load_pairs(PAIRS, PAIRS.name, frozenset(fact.id for fact in bot.content.facts))[::3]:
        kept, in_memory = codec.encode(State()), State()
        for turn in pair.turns:
            reply, after = bot.reply(turn, codec.decode(kept))
            expected, in_memory = bot.reply(turn, in_memory)
            kept = codec.encode(after)
            assert codec.decode(kept) == in_memory
            assert reply.to_dict() == expected.to_dict()
            turns += 1
    assert turns > 100


def test_a_state_holds_no_word_that_was_typed(bot):
    codec, state = Codec(bot.content.version), State()
    for turn in ("Zebediah Quux, 78 y/o ballerina: max dose?", "frobnicate xylophone 20 mg tds", "and with dyalisis?"):
        _, state = bot.reply(turn, state)
        kept = codec.encode(state).lower()
        for word in (b"zebediah", b"quux", b"ballerina", b"frobnicate", b"xylophone", b"dyalisis"):
            assert word not in kept


@pytest.mark.parametrize("version", ["", "another version"])
def test_a_state_of_another_version_is_not_read(bot, version):
    kept = Codec(version).encode(State())
    assert Codec(bot.content.version).decode(kept) is None
    assert Codec(bot.content.version).outlasting(kept) == State()


def test_an_open_emergency_outlasts_a_change_of_version(bot):
    _, state = bot.reply("he just took 300 mg of baclofen and is drowsy", State())
    kept = Codec("another version").encode(state)
    assert Codec(bot.content.version).outlasting(kept) == State(emergency=Reason.OVERDOSE)


@pytest.mark.parametrize("kept", [b"", b"\n", b"no line", b"a\n\xc1", b"a\n\x81\xa9emergency\xa1x"])
def test_what_nobody_wrote_is_no_emergency(bot, kept):
    assert Codec(bot.content.version).outlasting(kept) == State()


def test_a_damaged_state_is_none_and_no_error(bot):
    codec = Codec(bot.content.version)
    kept = codec.encode(bot.reply("max dose elderly", State())[1])
    for length in range(len(kept)):
        assert codec.decode(kept[:length]) is None
    for place in range(len(kept)):
        codec.decode(kept[:place] + b"\xff" + kept[place + 1 :])
