const path = require("node:path");
const express = require("express");
const mongoose = require("mongoose");

const pages = path.join(__dirname, "../client/dist");
const app = express();
app.use(express.static(pages));
app.get("/api/health", (request, response) => response.json({ status: "ok" }));
if (process.env.MONGODB_URI) mongoose.connect(process.env.MONGODB_URI);
app.listen(process.env.PORT || 5000);
