const { Client, GatewayIntentBits } = require("discord.js");

const token = process.env.DISCORD_TOKEN;
if (!token) {
  throw new Error("DISCORD_TOKEN is not set");
}
const client = new Client({ intents: [GatewayIntentBits.Guilds] });
client.on("ready", () => console.log(`here as ${client.user.tag}`));
client.login(token);
