// A receiver of deliveries: checks who sent them, and handles each change once.
//
//     npm install standardwebhooks@1.1.1 cloudevents@10.0.0
//     WEBHOOK_SECRET=whsec_… PORT=9000 node receiver.mjs

import { createServer } from "node:http";
import { HTTP } from "cloudevents";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
// A real receiver keeps the ids where it keeps its data, in the same transaction.
const handled = new Set();

function handle(event) {
  console.log(event.type, event.subject ?? "-", event.data.version ?? "-");
}

const server = createServer(async (request, response) => {
  // The signature is over these bytes, so they are taken as they are, whatever the content type.
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  try {
    webhook.verify(body, request.headers);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return response.writeHead(400).end();
  }
  const event = HTTP.toEvent({ headers: request.headers, body: body.toString() });
  // A delivery may come again: its answer was lost, or the server was killed before it had stored it.
  if (!handled.has(event.id)) {
    handle(event);
    handled.add(event.id);
  }
  response.writeHead(204).end();
});

server.listen(Number(process.env.PORT ?? 9000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
