from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LEDGER_")

    host: str = "127.0.0.1"
    port: int = 8123
    database_url: str


settings = Settings()
