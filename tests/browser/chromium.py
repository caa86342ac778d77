"""Chromium, driven by its own protocol through a pair of pipes: messages in JSON, each ended by a zero byte."""

import base64
import json
import os
import select
import shutil
import subprocess
import time

# Seconds for an answer; a hang is a failure, a slow machine is not.
PATIENCE = 60

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Chromium:
    """A browser with one page, and what went wrong in it."""

    def __init__(self, profile):
        self.profile = profile
        self.number = 0
        self.buffer = b""
        self.session = None
        self.scripts = True
        # What the console complained of, and what was asked for.
        self.complaints = []
        self.requests = []

    def __enter__(self):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise SystemExit("FAIL there is no Chromium on the path")
        shutil.rmtree(self.profile, ignore_errors=True)
        (read_commands, self.commands), (self.answers, write_answers) = os.pipe(), os.pipe()

        def connect():
            # The numbers that --remote-debugging-pipe reads from and writes to. Copies first: they may be taken.
            pair = [os.dup(read_commands), os.dup(write_answers)]
            pair = [os.dup(end) if end in (3, 4) else end for end in pair]
            for number, end in zip((3, 4), pair):
                os.dup2(end, number)

        # Nothing here is from elsewhere, and the sandbox does not work for root, as in containers.
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--force-device-scale-factor=1", f"--user-data-dir={self.profile}", "--remote-debugging-pipe"]
        self.process = subprocess.Popen(
            [program, *flags, "about:blank"], close_fds=False, preexec_fn=connect,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(read_commands)
        os.close(write_answers)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, **parameters):
        """Sends a command and waits for its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.commands, data):]
        return self.wait(lambda message: message.get("id") == self.number, method)

    def wait(self, is_wanted, what):
        """The first message that is wanted; the others are noted."""
        end = time.monotonic() + PATIENCE
        while True:
            message = self.read(end, what)
            self.note(message)
            if is_wanted(message):
                if "error" in message:
                    raise RuntimeError(f"{what}: {message['error']}")
                return message.get("result", message.get("params"))

    def read(self, end, what):
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise TimeoutError(f"no answer to {what}")
            data = os.read(self.answers, 1 << 20)
            if not data:
                raise RuntimeError(f"Chromium ended during {what}")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(parameters["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(parameters["args"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def open(self, page, width, height, theme, scripts=True):
        """Opens a page in a window of that size."""
        self.complaints.clear()
        self.requests.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.scripts = scripts
        self.call("Page.navigate", url=page.as_uri())
        self.wait(lambda message: message.get("method") == "Page.loadEventFired", "loading")
        self.settle()

    def settle(self):
        """Waits until what was to be done is drawn."""
        if not self.scripts:
            # There is nobody to ask.
            time.sleep(0.3)
            return
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))")

    def run(self, script):
        """The value of a script in the page."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def press(self, key, code=0, text=None):
        """Presses a key."""
        key = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        down = {"type": "keyDown", **key, **({"text": text} if text else {})}
        self.call("Input.dispatchKeyEvent", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", **key)
        self.settle()

    def drag(self, start, end):
        """Moves the pointer with its button down."""
        button = {"button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], buttons=1, **button)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=end[0], y=end[1], buttons=1, button="left")
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=end[0], y=end[1], **button)
        self.settle()

    def screenshot(self, path, whole=False):
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))
