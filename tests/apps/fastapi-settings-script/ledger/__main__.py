import uvicorn

from ledger.settings import settings


def main() -> None:
    uvicorn.run("ledger.web:get_app", host=settings.host, port=settings.port, factory=True)


if __name__ == "__main__":
    main()
