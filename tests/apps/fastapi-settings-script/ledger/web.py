from fastapi import FastAPI


def get_app() -> FastAPI:
    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> str:
        return "well"

    return app
