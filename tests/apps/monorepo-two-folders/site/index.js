const http = require("http");

http
  .createServer((request, response) => response.end("monorepo-two-folders: the site\n"))
  .listen(Number(process.env.PORT ?? 3000), "0.0.0.0");
