"""The main loop of an agent written in Python; ../commands.ts says what the commands mean."""

import base64
import json
import queue
import sys
import threading


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


class Worker(threading.Thread):
    """A member that reads and commits until it is told to leave. `read` yields pairs of partition and offset."""

    done = queue.SimpleQueue()

    def __init__(self, read, commit, close):
        super().__init__(daemon=True)
        self.read, self.commit, self.close = read, commit, close
        self.is_leaving = False
        self.start()

    def run(self):
        # By partition, what was read and could not be committed.
        still_open = {}
        while not self.is_leaving:
            ranges = {}
            for partition, offset in self.read():
                ranges[partition] = (ranges.get(partition, (offset,))[0], offset + 1)
            for partition, (start, end) in ranges.items():
                since, until = still_open.pop(partition, (start, start))
                since = since if until == start else start
                try:
                    self.commit(partition, end)
                    committed = True
                except Exception:
                    committed = False
                    still_open[partition] = (since, end)
                done = {"partition": partition, "since": since, "from": start, "to": end, "committed": committed}
                Worker.done.put(done)
        self.close()

    def leave(self):
        self.is_leaving = True
        self.join()

    @staticmethod
    def take():
        return [Worker.done.get() for _ in range(Worker.done.qsize())]


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
