const interval = Number(process.env.INTERVAL_MS || 5000);

const timer = setInterval(() => console.log("node-worker did a piece of work"), interval);

process.on("SIGTERM", () => clearInterval(timer));
