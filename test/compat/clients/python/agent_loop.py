"""The main loop of an agent written in Python; ../commands.ts says what the commands mean."""

import base64
import json
import sys


def to_bytes(text):
    return None if text is None else base64.b64decode(text)


def to_base64(data):
    return None if data is None else base64.b64encode(bytes(data)).decode()


def record(partition, offset, key, value, headers):
    return {
        "partition": partition,
        "offset": offset,
        "key": to_base64(key),
        "value": to_base64(value),
        "headers": [[name, to_base64(header)] for name, header in headers or []],
    }


def serve(handlers):
    """`handlers` has a method for each command; the arguments are passed by name."""
    for line in sys.stdin:
        command = json.loads(line)
        answer = {"id": command["id"]}
        try:
            answer["result"] = getattr(handlers, command["name"])(**command["args"])
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        # The suite knows answers by how they begin.
        print(json.dumps(answer, separators=(",", ":")), flush=True)
