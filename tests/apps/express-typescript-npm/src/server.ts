import express, { type Express, type Request, type Response } from "express";

export function createServer(): Express {
  const app = express();
  app.get("/", (_request: Request, response: Response) => {
    response.send("express-typescript-npm was compiled\n");
  });
  app.get("/healthz", (_request: Request, response: Response) => {
    response.json({ status: "ok" });
  });
  return app;
}
