import Fastify from "fastify";
import { env } from "./env";

const app = Fastify();
app.get("/healthz", async () => "ok");
app.listen({ port: env.PORT, host: "0.0.0.0" });
