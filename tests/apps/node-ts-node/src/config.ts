export const config = { http: { port: process.env.HTTP_PORT ? Number(process.env.HTTP_PORT) : 3600 } };
