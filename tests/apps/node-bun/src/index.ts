const port = Number(Bun.env.PORT ?? 3300);

Bun.serve({
  port,
  fetch(request) {
    const { pathname } = new URL(request.url);
    return new Response(pathname === "/health" ? "ok" : "bun answers\n");
  },
});
