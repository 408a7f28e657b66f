import express from "express";

const app = express();

app.get("/", (request, response) => response.send("express-yarn was installed from yarn.lock\n"));
app.get("/ready", (request, response) => response.send("ready\n"));

app.listen(3100, "0.0.0.0");
