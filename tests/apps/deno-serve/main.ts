const port = Number(Deno.env.get("PORT") ?? 8123);

Deno.serve({ port }, (request) => {
  const { pathname } = new URL(request.url);
  return new Response(pathname === "/health" ? "ok" : "deno answers\n");
});
