import { Application } from "@oak/oak";

const app = new Application();
app.use((context) => {
  context.response.body = "oak answers\n";
});
await app.listen({ port: 8001 });
