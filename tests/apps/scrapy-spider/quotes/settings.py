BOT_NAME = "quotes"
SPIDER_MODULES = ["quotes.spiders"]
