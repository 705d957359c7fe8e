"""A receiver of deliveries: checks who sent them, and handles each change once.

    pip install standardwebhooks==1.1.0 cloudevents==2.2.0
    WEBHOOK_SECRET=whsec_… PORT=9000 python receiver.py
"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
# A real receiver keeps the ids where it keeps its data, in the same transaction.
handled = set()


def handle(event):
    data = event.get_data()
    print(event.get_type(), event.get_subject(), data.get("version", "-"), flush=True)


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        # The signature is over these bytes, so they are taken as they are, whatever the content type.
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            webhook.verify(body, headers)
        except WebhookVerificationError:
            return self.answer(400)
        event = from_structured_event(HTTPMessage(headers, body))
        # A delivery may come again: its answer was lost, or the server was killed before it had stored it.
        if event.get_id() not in handled:
            handle(event)
            handled.add(event.get_id())
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver)
print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
