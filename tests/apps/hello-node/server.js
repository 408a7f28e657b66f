const express = require("express");

const app = express();
const port = process.env.PORT || 3000;
const greeting = process.env.GREETING || "Hello";

app.get("/", (request, response) => {
  response.type("text").send(`${greeting} from hello-node\n`);
});

app.get("/health", (request, response) => {
  response.json({ status: "ok" });
});

app.listen(port, "0.0.0.0", () => console.log(`hello-node listens on ${port}`));
