const express = require("express");
const { greet } = require("@acme/greeting");

const app = express();

app.get("/", (request, response) => response.send(greet("npm-workspaces")));
app.get("/health", (request, response) => response.send("ok\n"));

app.listen(process.env.PORT || 3000);
