// Serves a route handler of Next.js, whose file is the first argument, at the port that is the second.
import { createServer } from "node:http";
import { Readable } from "node:stream";

const { POST } = await import(process.argv[2]);

createServer(async (incoming, outgoing) => {
  // As Next.js does: what the visitor wrote stands, else the socket's address.
  incoming.headers["x-forwarded-for"] ??= incoming.socket.remoteAddress;
  const url = `http://${incoming.headers.host}${incoming.url}`;
  const { method, headers } = incoming;
  const answer = await POST(new Request(url, { method, headers, body: Readable.toWeb(incoming), duplex: "half" }));
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  outgoing.end(await answer.text());
}).listen(Number(process.argv[3]), "127.0.0.1");
