"""HTTP/1.1 for clients that come to the point: one that does not send a whole head in time is gone."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class Impatient(H11Protocol):
    """uvicorn's protocol, which waits without end for the head of a request; open connections are limited."""

    patience = 10.0
    """Seconds for a head."""

    @classmethod
    def within(cls, seconds: float) -> "type[Impatient]":
        """The protocol with this patience."""
        return type("Impatient", (cls,), {"patience": seconds})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        self.access_log = False  # addresses have queries in them, whoever else has set up that log
        super().connection_made(transport)
        self._leaving = self.loop.call_later(self.patience, self._leave)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._leaving.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin to wait for the next."""
        self._leaving.cancel()
        self._leaving = self.loop.call_later(self.patience, self._leave)
        super().on_response_complete()

    def _leave(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
