// The least that Bun needs to fan out: POST /pub/<topic> publishes, GET /sub/<topic> becomes a WebSocket that follows the topic.
const taken = new Response(null, { status: 202 });

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  async fetch(request, server) {
    const path = request.url.slice(request.url.indexOf("/", 7));
    const topic = path.slice(5);
    if (path.startsWith("/pub/")) {
      server.publish(topic, await request.text());
      return taken.clone();
    }
    return server.upgrade(request, { data: topic }) ? undefined : new Response("no WebSocket", { status: 400 });
  },
  websocket: {
    perMessageDeflate: false,
    backpressureLimit: 1024 * 1024,
    closeOnBackpressureLimit: true,
    idleTimeout: 600,
    open(socket) {
      socket.subscribe(socket.data);
    },
    message() {},
  },
});
console.log("ready " + server.port);
