const http = require("node:http");

const server = http.createServer((request, response) => {
  response.setHeader("Content-Type", "text/plain");
  if (request.url === "/healthz") {
    response.end("ok\n");
    return;
  }
  response.end("node-http-plain has no package.json\n");
});

server.listen(process.env.PORT || 8000);
process.on("SIGTERM", () => server.close());
