const express = require("express");
const { port, greeting } = require("./config");
const health = require("./routes/health");

const app = express();

app.use("/api", health);
app.get("/", (request, response) => response.send(`${greeting} from express-npm\n`));

// app.listen(9999) was for a test
app.listen(port, () => console.log(`express-npm listens on ${port}`));
