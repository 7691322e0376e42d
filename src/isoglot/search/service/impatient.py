"""HTTP/1.1 for clients that come to the point: one that does not send a whole head in time is gone."""

import asyncio
import socket

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from isoglot.search.service.refusals import JSON, document_bytes

_REASON = "this is no HTTP request, or its first line and headers are too long."


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
        self._refused = False
        # head and body are two writes: 40 ms for each answer, and asyncio sees to it only on sockets that it made
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self._leaving = self.loop.call_later(self.patience, self._leave)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._leaving.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read, unless what came before cannot be understood."""
        if not self._refused:
            super().data_received(data)

    def on_response_complete(self) -> None:
        """Begin to wait for the next head."""
        self._leaving.cancel()
        self._leaving = self.loop.call_later(self.patience, self._leave)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a head. A client that still sends would lose the reason if this closed at once."""
        if self.conn.our_state is not h11.IDLE:  # a head was understood, and something behind it is not
            self.transport.close()
            return
        self._refused = True
        body = document_bytes(_REASON)
        headers = [JSON, (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.write_eof()

    def _leave(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
