const port = Number(process.env.PORT) || 4000;
const { GREETING = "Good day" } = process.env;

module.exports = { port, greeting: GREETING };
