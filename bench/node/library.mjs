// Shopify's library checks the event; node's http server and one commit an event.
import { createServer } from "node:http";
import "@shopify/shopify-api/adapters/node";
import { LogSeverity, shopifyApi } from "@shopify/shopify-api";
import { openInbox, read } from "./kept.mjs";

const [port, file, secret] = process.argv.slice(2);
const shopify = shopifyApi({
  apiKey: "bench",
  apiSecretKey: secret,
  apiVersion: "2026-10",
  hostName: "bench.example",
  isEmbeddedApp: true,
  logger: { level: LogSeverity.Error },
});
const keep = openInbox(file);

createServer(async (request, response) => {
  const rawBody = await read(request);
  const checked = await shopify.webhooks.validate({
    rawBody,
    rawRequest: request,
    rawResponse: response,
  });
  if (!checked.valid) {
    response.writeHead(401).end();
    return;
  }
  const id = checked.webhookId ?? request.headers["x-shopify-webhook-id"];
  keep(checked.domain, checked.topic, id, rawBody);
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end('{"result":"kept"}');
}).listen(Number(port), "127.0.0.1");
