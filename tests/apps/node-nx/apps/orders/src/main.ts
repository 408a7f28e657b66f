import express from "express";
import { greeting } from "../../../libs/words/src/index";

const port = process.env.PORT || 3400;
const app = express();
app.get("/", (request, response) => response.send(greeting));
app.listen(port);
