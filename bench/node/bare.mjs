// No library: node's http server, its crypto, and one commit an event.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { openInbox, read } from "./kept.mjs";

const [port, file, secret] = process.argv.slice(2);
const keep = openInbox(file);

createServer(async (request, response) => {
  const rawBody = await read(request);
  const own = createHmac("sha256", secret).update(rawBody, "utf8").digest();
  const headers = request.headers;
  const given = Buffer.from(headers["x-shopify-hmac-sha256"] ?? "", "base64");
  if (given.length !== own.length || !timingSafeEqual(given, own)) {
    response.writeHead(401).end();
    return;
  }
  const shop = headers["x-shopify-shop-domain"];
  const topic = headers["x-shopify-topic"];
  keep(shop, topic, headers["x-shopify-webhook-id"], rawBody);
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end('{"result":"kept"}');
}).listen(Number(port), "127.0.0.1");
