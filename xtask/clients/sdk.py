"""Uses the server with the official Python SDK, as programs do that gather all
calls of a model's turn.

    python sdk.py VERSION TOOL,TOOL,... http URL
    python sdk.py VERSION TOOL,TOOL,... stdio PROGRAM ARGUMENT...

VERSION is the protocol's that must be agreed on. Each thing that holds is a line
`ok: ...`; the first that does not ends the program with its reason.
"""

import asyncio
import json
import logging
import sys
from contextlib import asynccontextmanager

import mcp
from mcp.client.stdio import StdioServerParameters, stdio_client

VERSION, TOOLS, TRANSPORT, *WHERE = sys.argv[1:]

# How many turns are sent, and how many tasks each adds.
TURNS = 20
TASKS = 4

# Over HTTP each call may take a connection of its own, and what is written to two of
# them at one moment has no order that a server could know. So the tasks follow the
# process by this much, and may stand in any order.
BEHIND_SECONDS = 0.05 if TRANSPORT == "http" else 0


class Complaints(logging.Handler):
    """Keeps what the SDK complains of: it goes on where it could not read an event."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.name}: {record.getMessage()}")


def link():
    """The way to the server, which the SDK's major versions name differently."""
    if TRANSPORT == "stdio":
        program, *arguments = WHERE
        return stdio_client(StdioServerParameters(command=program, args=arguments))
    from mcp.client import streamable_http

    of_old = getattr(streamable_http, "streamablehttp_client", None)
    return (of_old or streamable_http.streamable_http_client)(WHERE[0])


@asynccontextmanager
async def connection():
    """A client and the version that was agreed on."""
    if hasattr(mcp, "Client"):
        mode = "legacy" if VERSION < "2026" else "auto"
        async with mcp.Client(link(), mode=mode) as client:
            yield client, client.protocol_version
    else:
        async with link() as streams, mcp.ClientSession(*streams[:2]) as session:
            opened = await session.initialize()
            yield session, opened.protocolVersion


async def call(client, tool, arguments):
    """Calls a tool, and returns what it answers."""
    result = await client.call_tool(tool, arguments)
    text = result.content[0].text
    refused = result.is_error if hasattr(result, "is_error") else result.isError
    assert not refused, f"{tool} was refused: {text}"
    return json.loads(text)


async def turn(client, process):
    """Sends all calls of a turn without waiting for any answer."""
    tasks = [f"{process} task {number}" for number in range(TASKS)]
    first = asyncio.create_task(call(client, "process_new", {"name": process}))
    if BEHIND_SECONDS:
        await asyncio.sleep(BEHIND_SECONDS)
    others = [call(client, "task_new", {"task_name": task}) for task in tasks]
    await asyncio.gather(first, *others)
    listed = await call(client, "task_list", {"process": process})
    names = list(listed["tasks"])
    if TRANSPORT == "http":
        names.sort()
    assert names == tasks, f"the tasks of {process} are {names}"


async def main():
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    async with connection() as (client, agreed):
        assert agreed == VERSION, f"the version is {agreed}"
        print(f"ok: the version is {VERSION}", flush=True)

        names = {tool.name for tool in (await client.list_tools()).tools}
        missing = [tool for tool in TOOLS.split(",") if tool not in names]
        assert not missing, f"tools are missing: {missing}"
        print("ok: the tools are listed", flush=True)

        for number in range(TURNS):
            await turn(client, f"python {VERSION} {TRANSPORT} {number}")
        print(f"ok: calls sent without waiting land where they belong, {TURNS} times", flush=True)
    assert not complaints.lines, f"the client complains: {sorted(set(complaints.lines))}"
    print("ok: the client has nothing to complain of", flush=True)


asyncio.run(main())
