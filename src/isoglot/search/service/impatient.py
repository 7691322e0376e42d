"""HTTP/1.1 for clients that come to the point: one that is slow to send a head, or to read an answer, is gone."""

import asyncio
import socket
import struct
from collections.abc import Callable

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from isoglot.search.service.limits import Limits
from isoglot.search.service.refusals import LATER, Refused, document_bytes, head_of

_NO_HEAD = Refused(400, "this is no HTTP request, or its first line and headers are too long.")
_NO_BODY = Refused(400, "the body does not come in the chunks that its head announces.")

_AT_ONCE = struct.pack("ii", 1, 0)


class Impatient(H11Protocol):
    """uvicorn's protocol, which waits without end for a head to come and for an answer to be read."""

    limits = Limits()

    @classmethod
    def within(cls, limits: Limits) -> "type[Impatient]":
        """The protocol with these limits."""
        return type("Impatient", (cls,), {"limits": limits})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait, unless too many others do."""
        self.access_log = False  # addresses have queries in them, whoever else has set up that log
        self._refused = False
        # head and body are two writes: 40 ms for each answer, and asyncio sees to it only on sockets that it made
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        self._leaving = self._later(self._leave)
        self._unread: asyncio.TimerHandle | None = None
        if len(self.connections) > self.limits.connections:
            said = f"{self.limits.connections} connections are open; try again in a second."
            self._refuse(Refused(503, said, LATER))

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._leaving.cancel()
        if self._unread:
            self._unread.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read, unless what came before cannot be understood, or is not answered yet and more than is kept."""
        if self._refused:
            return
        super().data_received(data)
        if self.conn.their_state is h11.DONE and len(self.conn.trailing_data[0]) > self.limits.head_bytes:
            self._refused = True
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """Begin to wait for the next head."""
        self._leaving.cancel()
        self._leaving = self._later(self._leave)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Give a client some time to read its answer."""
        super().pause_writing()
        self._unread = self._later(self._drop)

    def resume_writing(self) -> None:
        """It reads."""
        if self._unread:
            self._unread.cancel()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a head or a body."""
        if self.conn.our_state is h11.IDLE:
            self._refuse(_NO_HEAD)
        elif self.conn.our_state is h11.SEND_RESPONSE:  # what waits for the body waits no longer, and is not heard
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self._refuse(_NO_BODY)
        else:
            self.transport.close()

    def _refuse(self, refused: Refused) -> None:
        """Answer in place of the service. A client that still sends would lose the reason if this closed at once."""
        self._refused = True
        body = document_bytes(refused.reason)
        headers = [*head_of(refused, length=len(body)), (b"connection", b"close")]
        begun = h11.Response(status_code=refused.status, headers=headers)
        for event in (begun, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.write_eof()
        self._leaving.cancel()
        self._leaving = self._later(self._drop)

    def _leave(self) -> None:
        """End a connection on which nothing is under way."""
        if self.cycle is not None and not self.cycle.response_complete:
            return
        if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
            said = f"the first line and headers did not come within {self.limits.seconds:g} seconds."
            self._refuse(Refused(408, said))
        elif self.transport.get_write_buffer_size():  # nobody reads it, so that a close would wait without end
            self._drop()
        else:
            self.transport.close()

    def _drop(self) -> None:
        """End a connection with all that the client has not read, which the system would keep for minutes."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _later(self, do: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(self.limits.seconds, do)
