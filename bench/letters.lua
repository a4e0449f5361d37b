-- Sends signed events to a receiver: bodies that were signed before, ids of their own.
-- Made for wrk; `letters` is a Lua file that `bench.ingest` writes.
local letters = dofile(os.getenv("LETTERS"))
local run = os.getenv("RUN")
local sent = 0

request = function()
  sent = sent + 1
  local letter = letters[sent % #letters + 1]
  letter.headers["X-Shopify-Webhook-Id"] = run .. "-" .. sent
  return wrk.format("POST", "/webhooks", letter.headers, letter.body)
end

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"sent":%d,"microseconds":%d,"p50":%d,"p99":%d,"max":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    latency.max, errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
