"""The two addresses of Google's that a look-up asks, and nothing else: light enough for 600 answers in a second.

    python -m benchmarks.lean_google 0.15

Prints its port. Answers every request after so many seconds. An interaction's id says when it is done, as the seconds
since 1970 with a dot: `v1_1795175377.25-17`; so nothing has to be remembered. `GET /requests` says how many there were.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

FILES = "https://generativelanguage.googleapis.com/v1beta/files/"


class LeanGoogle:
    """Answers over kept connections."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._requests = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests until it is closed."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = json.dumps(await self._answer(head.split(b" ", 2)[1].decode())).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(body), body)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, path: str) -> object:
        if path == "/requests":
            return {"requests": self._requests}
        self._requests += 1
        await asyncio.sleep(self._delay)
        name = path.rpartition("/")[2]
        if "/files/" in path:
            return {"name": f"files/{name}", "state": "ACTIVE", "mimeType": "video/mp4"}
        done = time.time() >= float(name.removeprefix("v1_").partition("-")[0])
        content = [{"type": "video", "mime_type": "video/mp4", "uri": FILES + name.rpartition("-")[2]}]
        steps = [{"type": "user_input", "content": []}, {"type": "model_output", "content": content}]
        facts = {"id": name, "object": "interaction", "created": "2026-11-20T08:00:00Z"}
        return {**facts, "status": "completed", "steps": steps} if done else {**facts, "status": "in_progress"}


async def main() -> None:
    """Serve until killed."""
    lean = LeanGoogle(float(sys.argv[1]))
    server = await asyncio.start_server(lean.serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
