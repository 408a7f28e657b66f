const fastify = require("fastify")({ logger: true });
const port = parseInt(process.env.PORT ?? "3000", 10);
const host = process.env.HOST ?? "localhost";

fastify.get("/", async () => "fastify-pnpm was installed by pnpm\n");
fastify.register(require("./health"), { prefix: "/internal" });

fastify.listen({ port, host }).catch((error) => {
  fastify.log.error(error);
  process.exit(1);
});
