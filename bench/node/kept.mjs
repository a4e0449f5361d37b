// One table in a SQLite file, as durable as ours: an event is kept by its own commit.
import Database from "better-sqlite3";

export function openInbox(file) {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("wal_autocheckpoint = 4000");
  db.exec(`CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY, shop TEXT NOT NULL, topic TEXT NOT NULL,
    webhook_id TEXT NOT NULL, job TEXT NOT NULL, received_at TEXT NOT NULL,
    UNIQUE (shop, webhook_id))`);
  const insert = db.prepare(
    `INSERT INTO inbox (shop, topic, webhook_id, job, received_at)
     VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  return (shop, topic, id, body) => {
    const job = JSON.parse(body).admin_graphql_api_id;
    insert.run(shop, topic, id, job, new Date().toISOString());
  };
}

export function read(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => resolve(Buffer.concat(parts).toString("utf8")));
    request.on("error", reject);
  });
}
