"""The application is made by factory.web.create_app."""
