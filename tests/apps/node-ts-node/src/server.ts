import express from "express";
import { config } from "./config";

const app = express();
app.get("/", (request, response) => {
  response.send("ts-node runs this\n");
});
app.listen(config.http.port);
