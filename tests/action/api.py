#!/usr/bin/env python3
"""Stands for the part of GitHub's API that comments need: api.py FOLDER

Prints its port. FOLDER/comments.json holds the comments, FOLDER/requests.txt gets a line a request, and where
FOLDER/read-only exists the token may not write.
"""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

FOLDER = Path(sys.argv[1])
COMMENTS = FOLDER / "comments.json"
# What a comment may have.
MOST_CHARACTERS = 65_536


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        url = urlparse(self.path)
        with (FOLDER / "requests.txt").open("a") as log:
            log.write(f"{self.command} {url.path}\n")
        if self.headers.get("authorization") != "Bearer secret-token":
            return self.answer(401, {})
        comments = json.loads(COMMENTS.read_text())
        if self.command == "GET" and url.path == "/repos/owner/name/issues/7/comments":
            query = parse_qs(url.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return self.answer(200, comments[(page - 1) * size : page * size])
        if (FOLDER / "read-only").exists():
            return self.answer(403, {})
        if len(body.get("body", "")) > MOST_CHARACTERS:
            return self.answer(422, {})
        if self.command == "POST" and url.path == "/repos/owner/name/issues/7/comments":
            comment = {"id": 1000 + len(comments), "user": {"login": "github-actions[bot]"}}
            comments.append(comment)
            status = 201
        elif self.command == "PATCH" and (found := re.fullmatch(r"/repos/owner/name/issues/comments/(\d+)", url.path)):
            comment = next(comment for comment in comments if comment["id"] == int(found[1]))
            status = 200
        else:
            return self.answer(404, {})
        comment |= {"body": body["body"], "html_url": f"comment-{comment['id']}"}
        COMMENTS.write_text(json.dumps(comments))
        self.answer(status, comment)

    do_GET = do_POST = do_PATCH = handle_request


server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
