import { price } from "@shop/prices";
import Fastify from "fastify";

const app = Fastify();
app.get("/healthz", async () => ({ status: "ok" }));
app.get("/", async () => `a cup costs ${price("cup")}\n`);
await app.listen({ port: Number(process.env.PORT ?? 4100), host: "0.0.0.0" });
