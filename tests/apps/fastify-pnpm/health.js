module.exports = async (fastify) => {
  fastify.get("/ping", async () => ({ status: "ok" }));
};
