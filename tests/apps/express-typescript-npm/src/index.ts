import { createServer } from "./server";

const port: number = Number(process.env.PORT ?? 8081);

createServer().listen(port, () => console.log(`express-typescript-npm listens on ${port}`));
