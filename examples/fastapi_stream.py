"""FastAPI: one client for the whole service, and answers that reach the browser as they come.

uvicorn --app-dir examples fastapi_stream:app
curl -N "http://127.0.0.1:8000/ask?question=你好"
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse

from qianfan_typed import AsyncQianfan, user
from qianfan_typed.errors import InvalidRequest, QianfanError


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Holds the client while the service runs."""
    async with AsyncQianfan() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/ask")
async def ask(question: str, request: Request) -> StreamingResponse:
    """The answer as text, piece by piece. What is refused is refused before the first byte."""
    client: AsyncQianfan = request.app.state.client
    stream = await client.v2.chat.ernie_4_5_turbo_128k.stream([user(question)]).__aenter__()

    async def pieces() -> AsyncIterator[str]:
        async with stream:
            async for text in stream.text():
                yield text

    return StreamingResponse(pieces(), media_type="text/plain; charset=utf-8")


@app.exception_handler(QianfanError)
async def failed(_: Request, error: QianfanError) -> JSONResponse:
    """An answer in JSON where there is none from the model."""
    status = 422 if isinstance(error, InvalidRequest) else 502
    return JSONResponse({"detail": str(error)}, status)
