const express = require("express");

const app = express();
app.get("/", (request, response) => response.send("express answers, installed by yarn 4\n"));
app.listen(process.env.PORT || 3200);
