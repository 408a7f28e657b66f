import os

import discord


class Greeter(discord.Client):
    async def on_member_join(self, member: discord.Member) -> None:
        await member.send("welcome")


client = Greeter(intents=discord.Intents.default())
client.run(os.environ["DISCORD_TOKEN"])
