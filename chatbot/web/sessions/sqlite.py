"""Conversations in one file of SQLite, for all workers of one machine.

A read and a write take some ten microseconds each, less than handing them to a thread would, so they are made where
they are called. Each write is a single statement that says itself on what it depends: no transaction stays open
while a question is answered.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path
from time import time

from chatbot.web.sessions import StoreError

BUSY_SECONDS = 2.0  # how long a write waits for another worker's
SWEEP_SECONDS = 60  # after which what has expired is removed
_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    key TEXT PRIMARY KEY, state BLOB NOT NULL, expires REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS secrets (one INTEGER PRIMARY KEY CHECK (one = 1), secret BLOB NOT NULL);
"""


class SqliteStore:
    """A store in a file, which only its owner may read; made where there is none."""

    def __init__(self, file: str, memory_seconds: float) -> None:
        self._seconds = memory_seconds
        self._swept = 0.0
        with _TOLD:
            _make_private(Path(file))
            self._base = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            # A write lost in a power cut costs a conversation's last turn; waiting for the disk costs every turn.
            self._base.execute("PRAGMA journal_mode=WAL").fetchone()
            self._base.execute("PRAGMA synchronous=NORMAL")
            # What is deleted is overwritten: nothing of a patient stays in the file once it has expired.
            self._base.execute("PRAGMA secure_delete=ON").fetchone()
            self._base.executescript(_TABLES)

    async def get(self, key: str) -> bytes | None:
        """See `Store.get`."""
        with _TOLD:
            row = self._base.execute(
                "SELECT state FROM conversations WHERE key = ? AND expires > ?", (key, time())
            ).fetchone()
        return None if row is None else bytes(row[0])

    async def swap(self, key: str, before: bytes | None, after: bytes) -> bool:
        """See `Store.swap`."""
        now = time()
        with _TOLD:
            self._sweep(now)
            if before is None:
                done = self._base.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE "
                    "SET state = excluded.state, expires = excluded.expires WHERE expires <= ?",
                    (key, after, now + self._seconds, now),
                )
            else:
                done = self._base.execute(
                    "UPDATE conversations SET state = ?, expires = ? WHERE key = ? AND state = ? AND expires > ?",
                    (after, now + self._seconds, key, before, now),
                )
        return done.rowcount == 1

    async def forget(self, key: str) -> None:
        """See `Store.forget`."""
        with _TOLD:
            self._base.execute("DELETE FROM conversations WHERE key = ?", (key,))

    async def take(self, key: str, cost: float, burst: float) -> float:
        """See `Store.take`. What is kept is the moment until which a client has used up its time."""
        now = time()
        with _TOLD:
            self._sweep(now)
            taken = self._base.execute(
                "INSERT INTO calls VALUES (:key, :now + :cost) ON CONFLICT (key) DO UPDATE "
                "SET until = max(until, :now) + :cost WHERE max(until, :now) + :cost <= :now + :burst",
                {"key": key, "now": now, "cost": cost, "burst": burst},
            )
            if taken.rowcount == 1:
                return 0
            row = self._base.execute("SELECT until FROM calls WHERE key = ?", (key,)).fetchone()
        return max(row[0] + cost - burst - now, 0.001) if row else 0

    async def secret(self) -> bytes:
        """See `Store.secret`."""
        with _TOLD:
            self._base.execute("INSERT OR IGNORE INTO secrets VALUES (1, ?)", (secrets.token_bytes(32),))
            row = self._base.execute("SELECT secret FROM secrets").fetchone()
        return bytes(row[0])

    async def check(self) -> None:
        """See `Store.check`."""
        with _TOLD:
            self._base.execute("DELETE FROM calls WHERE key = ''")

    async def close(self) -> None:
        """See `Store.close`."""
        self._base.close()

    def _sweep(self, now: float) -> None:
        """Now and then, remove what has expired."""
        if now - self._swept > SWEEP_SECONDS:
            self._swept = now
            self._base.execute("DELETE FROM conversations WHERE expires <= ?", (now,))
            self._base.execute("DELETE FROM calls WHERE until <= ?", (now,))


class _Told:
    """Within it, what fails is told as a `StoreError`."""

    def __enter__(self) -> None:
        """Nothing is needed to begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, (sqlite3.Error, OSError)):
            raise StoreError(f"conversations cannot be kept: {error}") from error


_TOLD = _Told()


def _make_private(file: Path) -> None:
    """Make the file where there is none, so that nobody else may read it; SQLite gives its own files the same mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
