import asyncio
import os

import aiosmtplib
import dramatiq


@dramatiq.actor
def send(to: str) -> None:
    asyncio.run(aiosmtplib.send(to, hostname=os.environ["SMTP_HOST"]))
