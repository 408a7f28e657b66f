import scrapy


class QuotesSpider(scrapy.Spider):
    name = "quotes"
    start_urls = ["https://quotes.invalid/"]

    def parse(self, response):
        yield {"text": response.css("span.text::text").get()}
